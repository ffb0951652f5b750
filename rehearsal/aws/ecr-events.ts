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
 * One for each tag of the push; one without a tag when there is none.
 * @see https://docs.aws.amazon.com/AmazonECR/latest/userguide/ecr-eventbridge.html
 */
export function pushEvents(
  region: string,
  repository: Repository,
  image: StoredImage,
  tags: readonly string[],
): ServiceEvent[] {
  const event = (tag: string | undefined): ServiceEvent => ({
    region,
    source: 'aws.ecr',
    detailType: 'ECR Image Action',
    resources: [],
    detail: {
      result: 'SUCCESS',
      'repository-name': repository.name,
      'image-digest': image.digest,
      'action-type': 'PUSH',
      ...(tag === undefined ? {} : { 'image-tag': tag }),
    },
  });
  return tags.length === 0 ? [event(undefined)] : tags.map(event);
}

/**
 * Basic scanning says COMPLETE or FAILED; Inspector speaks up after the initial scan only, adds a TOTAL and gives an
 * ARN where ECR gives the repository's name. No other status is announced.
 * @see https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-scanning-enhanced.html
 */
export function scanEvents(
  region: string,
  repository: Repository,
  image: StoredImage,
  scan: ImageScan,
): ServiceEvent[] {
  const counts = hasFindings(scan) ? countBySeverity(scan.findings) : undefined;
  const about = { 'image-digest': image.digest, 'image-tags': [...image.tags] };
  if (scan.engine === 'enhanced') {
    if (counts === undefined || image.scan?.engine === 'enhanced') return [];
    return [
      {
        region,
        source: 'aws.inspector2',
        detailType: 'Inspector2 Scan',
        resources: [repository.arn],
        detail: {
          'scan-status': 'INITIAL_SCAN_COMPLETE',
          'repository-name': repository.arn,
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
      resources: [repository.arn],
      detail: {
        'scan-status': scan.status,
        'repository-name': repository.name,
        ...(counts === undefined ? {} : { 'finding-severity-counts': counts }),
        ...about,
      },
    },
  ];
}
