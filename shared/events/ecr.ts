import * as z from 'zod/mini';
import { Digest, RepositoryName, ScanDetail } from './ecr-image.ts';
import { type EventOrigin, eventReader } from './envelope.ts';
import { OptionalText, Text } from './text.ts';

/*
 * Events of Amazon ECR. Best effort: they may come twice, late, out of order or not at all.
 * https://docs.aws.amazon.com/AmazonECR/latest/userguide/ecr-eventbridge.html
 */

/** "ECR Image Scan": basic scanning of an image ended, well or not. */
export type EcrImageScan = { readonly kind: 'ecr-image-scan' } & EventOrigin & z.infer<typeof ScanDetail>;

const readImageScan = eventReader('aws.ecr', 'ECR Image Scan', ScanDetail);

/** @throws PermanentError when the event is of another kind, or names no image */
export function parseEcrImageScan(event: unknown): EcrImageScan {
  const { region, account, at, detail } = readImageScan(event);
  return { kind: 'ecr-image-scan', ...detail, region, account, at };
}

const ImageActionDetail = z.pipe(
  z.object({
    'action-type': z.enum(['PUSH', 'DELETE', 'UPDATE_STORAGE_CLASS']),
    result: Text,
    'repository-name': RepositoryName,
    'image-digest': Digest,
    'image-tag': OptionalText,
    'target-storage-class': OptionalText,
  }),
  z.transform((detail) => ({
    action: detail['action-type'],
    /** SUCCESS, as far as is known. */
    result: detail.result,
    repository: detail['repository-name'],
    digest: detail['image-digest'],
    /** The one tag that was pushed or deleted. Absent: the image had none, or its storage class changed. */
    tag: detail['image-tag'],
    /** With UPDATE_STORAGE_CLASS only: ARCHIVE, or STANDARD when the image was restored. */
    targetStorageClass: detail['target-storage-class'],
  })),
);

/** "ECR Image Action": an image was pushed, deleted, archived or restored. */
export type EcrImageAction = { readonly kind: 'ecr-image-action' } & EventOrigin &
  z.infer<typeof ImageActionDetail>;

const readImageAction = eventReader('aws.ecr', 'ECR Image Action', ImageActionDetail);

/** @throws PermanentError when the event is of another kind, or names no image or an action that is not known */
export function parseEcrImageAction(event: unknown): EcrImageAction {
  const { region, account, at, detail } = readImageAction(event);
  return { kind: 'ecr-image-action', ...detail, region, account, at };
}

const ReplicationDetail = z.pipe(
  z.object({
    result: Text,
    'repository-name': RepositoryName,
    'image-digest': Digest,
    'image-tag': OptionalText,
    'source-region': OptionalText,
  }),
  z.transform((detail) => ({
    /** SUCCESS or FAILED, as far as is known. */
    result: detail.result,
    repository: detail['repository-name'],
    digest: detail['image-digest'],
    /** Absent: the image had none, as the images of an index. */
    tag: detail['image-tag'],
    sourceRegion: detail['source-region'],
  })),
);

/**
 * "ECR Replication Action": an image was copied to another Region, or could not be.
 *
 * AWS's samples have the destination in `region` and `resources`, and the source in `source-region`. No page says that
 * the event is sent in the destination; its reader must be right where it is sent in the source, too.
 */
export type EcrReplicationAction = { readonly kind: 'ecr-replication-action' } & EventOrigin &
  z.infer<typeof ReplicationDetail>;

const readReplicationAction = eventReader('aws.ecr', 'ECR Replication Action', ReplicationDetail);

/** @throws PermanentError when the event is of another kind, or names no image */
export function parseEcrReplicationAction(event: unknown): EcrReplicationAction {
  const { region, account, at, detail } = readReplicationAction(event);
  return { kind: 'ecr-replication-action', ...detail, region, account, at };
}
