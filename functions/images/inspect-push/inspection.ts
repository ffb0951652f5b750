import { environmentOfTag, environmentsOfTags } from '../../../shared/domain/image-tag.ts';
import type { Inspected, InspectionFinding } from '../../../shared/domain/inspection.ts';
import { inspectContent } from './image-findings.ts';
import type { InspectPolicy, ObservedPush } from './observed.ts';
import { inspectTag, isAttachmentTag } from './tag-findings.ts';

/** What an inspection came to. What is neither wrong nor undecided is well. */
export interface Inspection {
  /** The image, its tags and its replicas, as far as something is wrong with them. */
  readonly wrong: readonly Inspected[];
  /** Regions whose replica is on its way: whether it is well is not known yet. */
  readonly awaited: readonly string[];
}

/**
 * Inspects a pushed image. Replication that is under way is not wrong, for it takes up to half an hour; how long is too
 * long is asked elsewhere.
 *
 * The image and its replicas belong to the first environment of the policy that one of its tags names, and to
 * `images.environmentWhenUnclear` when none does.
 */
export function inspectPush(push: ObservedPush, policy: InspectPolicy): Inspection {
  const { digest, tags, service, content, replicas } = push;
  const unclear = policy.images.environmentWhenUnclear;
  const [environment = unclear] = environmentsOfTags(tags, policy);
  const images = content.kind === 'other' ? [] : content.images;

  const inspected: readonly Inspected[] = [
    { about: 'image', name: digest, environment, findings: inspectContent(content, service) },
    ...tags
      .filter((tag) => !isAttachmentTag(tag))
      .map((tag): Inspected => {
        const findings = inspectTag(tag, service.name, images, policy);
        return { about: 'tag', name: tag, environment: environmentOfTag(tag, policy) ?? unclear, findings };
      }),
    ...[...replicas].map(([region, { status, failureCode }]): Inspected => {
      const findings = status === 'FAILED' ? [replicationFailed(region, failureCode)] : [];
      return { about: 'replica', name: region, environment, findings };
    }),
  ];
  return {
    wrong: inspected.filter(({ findings }) => findings.length > 0),
    awaited: [...replicas].flatMap(([region, { status }]) => (status === 'IN_PROGRESS' ? [region] : [])),
  };
}

/** @see https://docs.aws.amazon.com/AmazonECR/latest/userguide/replication.html */
function replicationFailed(region: string, failureCode: string): InspectionFinding {
  return {
    check: 'replication',
    problem: `its replication to ${region} failed`,
    given: failureCode || 'ECR gives no cause',
    action:
      'Find the cause by the code, then push the image again: ECR replicates what is pushed, and nothing by itself.',
  };
}
