import type { TargetStorageClass } from '@aws-sdk/client-ecr';
import type { Repository, StoredImage } from './ecr-repository.ts';
import { countBySeverity, hasFindings, type ImageScan } from './ecr-scan.ts';

/** An event as a service hands it to EventBridge, which adds id, time and account. */
export interface ServiceEvent {
  readonly region: string;
  readonly source: string;
  readonly detailType: string;
  readonly resources: readonly string[];
  readonly detail: Readonly<Record<string, unknown>>;
}

/**
 * A push or a deletion: one event for each tag of it; one without a tag when there is none.
 * @see https://docs.aws.amazon.com/AmazonECR/latest/userguide/ecr-eventbridge.html
 */
export function imageActionEvents(
  action: 'PUSH' | 'DELETE',
  repository: Repository,
  image: StoredImage,
  tags: readonly string[],
): ServiceEvent[] {
  return eachTag(tags).map((tag) => ({
    region: repository.region,
    source: 'aws.ecr',
    detailType: 'ECR Image Action',
    resources: [],
    detail: {
      result: 'SUCCESS',
      'repository-name': repository.name,
      'image-digest': image.digest,
      'action-type': action,
      ...tag,
    },
  }));
}

/** Told when an image was archived, and when its restoration is complete. */
export function storageClassEvent(
  { region, name }: Repository,
  { digest, mediaType, content, lastActivatedAt }: StoredImage,
  target: TargetStorageClass,
): ServiceEvent {
  const isRestored = target === 'STANDARD' && lastActivatedAt !== undefined;
  return {
    region,
    source: 'aws.ecr',
    detailType: 'ECR Image Action',
    resources: [],
    detail: {
      'action-type': 'UPDATE_STORAGE_CLASS',
      'target-storage-class': target,
      'image-digest': digest,
      'repository-name': name,
      result: 'SUCCESS',
      'manifest-media-type': mediaType,
      ...(content.artifactMediaType !== undefined && { 'artifact-media-type': content.artifactMediaType }),
      ...(isRestored && { 'last-activated-at': lastActivatedAt.toISOString() }),
    },
  };
}

/** Told in the Region that an image was to be copied to. A copy is told of by this alone, and by no push. */
export function replicationEvents(
  { region, name, arn, registryId }: Repository,
  { digest }: StoredImage,
  tags: readonly string[],
  from: string,
  result: 'SUCCESS' | 'FAILED',
): ServiceEvent[] {
  return eachTag(tags).map((tag) => ({
    region,
    source: 'aws.ecr',
    detailType: 'ECR Replication Action',
    resources: [arn],
    detail: {
      result,
      'repository-name': name,
      'image-digest': digest,
      'source-account': registryId,
      'action-type': 'REPLICATE',
      'source-region': from,
      ...tag,
    },
  }));
}

/**
 * Basic scanning says COMPLETE or FAILED; Inspector speaks up after the initial scan only, adds a TOTAL and gives an
 * ARN where ECR gives the repository's name. No other status is announced.
 * @see https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-scanning-enhanced.html
 */
export function scanEvents(repository: Repository, image: StoredImage, scan: ImageScan): ServiceEvent[] {
  const { region, name, arn } = repository;
  const counts = hasFindings(scan) ? countBySeverity(scan.findings) : undefined;
  const about = { 'image-digest': image.digest, 'image-tags': [...image.tags] };
  if (scan.engine === 'enhanced') {
    const isInitial = !(image.scan?.engine === 'enhanced' && hasFindings(image.scan));
    if (counts === undefined || !isInitial) return [];
    return [
      {
        region,
        source: 'aws.inspector2',
        detailType: 'Inspector2 Scan',
        resources: [arn],
        detail: {
          'scan-status': 'INITIAL_SCAN_COMPLETE',
          'repository-name': arn,
          'finding-severity-counts': { ...counts, TOTAL: scan.findings.length },
          ...about,
        },
      },
    ];
  }
  if (scan.status !== 'COMPLETE' && scan.status !== 'FAILED') return [];
  return [
    {
      region,
      source: 'aws.ecr',
      detailType: 'ECR Image Scan',
      resources: [arn],
      detail: {
        'scan-status': scan.status,
        'repository-name': name,
        ...(counts === undefined ? {} : { 'finding-severity-counts': counts }),
        ...about,
      },
    },
  ];
}

/** The member that names a tag, once for each; once without, when there is none. */
function eachTag(tags: readonly string[]): readonly Readonly<Record<string, string>>[] {
  return tags.length === 0 ? [{}] : tags.map((tag) => ({ 'image-tag': tag }));
}
