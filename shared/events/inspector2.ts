import * as z from 'zod/mini';
import { type FindingSeverity, isFindingSeverity } from '../domain/severity.ts';
import { PermanentError } from '../lambda/errors.ts';
import { Digest, readEcrArn, ScanDetail } from './ecr-image.ts';
import { type EventOrigin, eventReader, readHeader } from './envelope.ts';
import { excerpt } from './excerpt.ts';
import { OptionalText, Texts } from './text.ts';
import { OptionalTime } from './time.ts';

/*
 * Events of Amazon Inspector (v2). Best effort: they may come twice, late, out of order or not at all.
 *
 * The same detail-types tell of EC2 instances, Lambda functions and machine images too. Those are no errors: what
 * they name is `not-an-ecr-image`.
 *
 * A delegated administrator's account receives the events of its member accounts as well, so `account` is the owner
 * of the registry wherever the event tells, and not the account that the event was sent to.
 * https://docs.aws.amazon.com/inspector/latest/user/eventbridge-integration.html
 * https://docs.aws.amazon.com/inspector/latest/user/findings-managing-automating-responses.html
 */

/** An event of Inspector about something else. */
export interface NotAnEcrImage extends EventOrigin {
  readonly kind: 'not-an-ecr-image';
  /** What it is about: an ARN, or an id such as an EC2 instance's. */
  readonly resource: string;
}

/** "Inspector2 Scan": the first scan of an image ended. Later changes are told by findings alone. */
export type InspectorScan = { readonly kind: 'inspector2-scan' } & EventOrigin & z.infer<typeof ScanDetail>;

const readScan = eventReader('aws.inspector2', 'Inspector2 Scan', ScanDetail);

/** @throws PermanentError when the event is of another kind, or is about an ECR image and does not say which */
export function parseInspectorScan(event: unknown): InspectorScan | NotAnEcrImage {
  const { account, region, at, resources } = readHeader(event);
  const [resource] = resources;
  const arn = readEcrArn(resource);
  if (resource !== undefined && arn === undefined) {
    return { kind: 'not-an-ecr-image', resource, account, region, at };
  }
  const { detail } = readScan(event);
  return { kind: 'inspector2-scan', ...detail, account: arn?.account ?? account, region, at };
}

const registryImage = { repositoryName: OptionalText, imageTags: Texts };

const FindingResource = z.object({
  id: OptionalText,
  details: z.nullish(
    z.object({
      /** AWS's own form. */
      awsEcrContainerImage: z.nullish(z.object({ ...registryImage, imageHash: z.nullish(Digest) })),
      /** The form for a registry of any provider, beside AWS's own since 2026. */
      image: z.nullish(z.object({ ...registryImage, imageDigest: z.nullish(Digest) })),
    }),
  ),
});

const FindingDetail = z.object({
  status: z.enum(['ACTIVE', 'CLOSED', 'SUPPRESSED']),
  severity: OptionalText,
  title: OptionalText,
  updatedAt: OptionalTime,
  packageVulnerabilityDetails: z.nullish(z.object({ vulnerabilityId: OptionalText })),
  resources: z.nullish(z.array(FindingResource)),
});

/** "Inspector2 Finding": one finding on an image is new, has changed or is closed. */
export interface InspectorFinding extends EventOrigin {
  readonly kind: 'inspector2-finding';
  readonly repository: string;
  readonly digest: string;
  readonly tags: readonly string[];
  /** CLOSED is not always mended: findings are closed, too, when their image is no longer scanned. */
  readonly status: z.infer<typeof FindingDetail>['status'];
  /** Undefined: the event names none, or one that is not known. */
  readonly severity: FindingSeverity | undefined;
  /** Such as CVE-2024-6119. Undefined for findings that are not about a package. */
  readonly vulnerabilityId: string | undefined;
  readonly title: string | undefined;
}

const readFinding = eventReader('aws.inspector2', 'Inspector2 Finding', FindingDetail);

/**
 * The image is taken from AWS's own form, else from the provider-neutral one, else from the image's ARN.
 *
 * @throws PermanentError when the event is of another kind, or is about an ECR image and does not say which
 */
export function parseInspectorFinding(event: unknown): InspectorFinding | NotAnEcrImage {
  const { account, region, at, resources, detail } = readFinding(event);
  const named = detail.resources ?? [];
  const ids = [...resources, ...named.flatMap(({ id }) => id ?? [])];
  const arn = ids.map(readEcrArn).find((read) => read !== undefined);
  const own = named.find(({ details }) => details?.awsEcrContainerImage)?.details ?? undefined;
  if (arn === undefined && own === undefined) {
    return { kind: 'not-an-ecr-image', resource: ids[0] ?? 'a resource without a name', account, region, at };
  }

  const { awsEcrContainerImage, image } = own ?? named[0]?.details ?? {};
  const repository = awsEcrContainerImage?.repositoryName ?? image?.repositoryName ?? arn?.repository;
  const digest = awsEcrContainerImage?.imageHash ?? image?.imageDigest ?? arn?.digest;
  if (repository === undefined || digest === undefined) {
    throw new PermanentError(
      `The event 'Inspector2 Finding' does not say which image it is about (given ${excerpt(ids[0], 150)}): ` +
        'expected repositoryName and imageHash, or the ARN of an image',
      { facts: { account, region } },
    );
  }
  return {
    kind: 'inspector2-finding',
    repository,
    digest,
    tags: awsEcrContainerImage?.imageTags ?? image?.imageTags ?? [],
    status: detail.status,
    severity: knownSeverity(detail.severity),
    vulnerabilityId: detail.packageVulnerabilityDetails?.vulnerabilityId,
    title: detail.title,
    account: arn?.account ?? account,
    region,
    at: detail.updatedAt ?? at,
  };
}

function knownSeverity(severity: string | undefined): FindingSeverity | undefined {
  return severity !== undefined && isFindingSeverity(severity) ? severity : undefined;
}
