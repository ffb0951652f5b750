import type { ImageId, ImageRegistry } from '../../../shared/aws/image-registry.ts';
import type { OpsBus } from '../../../shared/aws/ops-bus.ts';
import type { VerdictTable } from '../../../shared/aws/verdict-table.ts';
import type { Standing } from '../../../shared/domain/standing.ts';
import type { VerdictRecord } from '../../../shared/domain/verdict-record.ts';
import type { ImageJudged } from '../../../shared/events/ops-events.ts';
import { RetryableError } from '../../../shared/lambda/errors.ts';
import type { Outcome } from '../../../shared/lambda/outcome.ts';
import { decideRecord, needsAnnouncing, type Observation } from './record.ts';
import { decideVerdict, type JudgePolicy } from './verdict.ts';

export interface JudgeDeps {
  readonly registry: ImageRegistry;
  readonly verdicts: VerdictTable;
  readonly bus: OpsBus;
  readonly policy: JudgePolicy;
  readonly region: string;
  readonly now: () => Date;
}

/** Which image an event is about. All else that the event says is only a hint. */
export interface ImageToJudge extends ImageId {
  readonly account: string;
}

/**
 * Judges one copy of an image by what ECR says of it now, records the verdict, and announces it when it changed.
 *
 * @throws RetryableError while the scan that the event told of is still under way by ECR's own word, and when other
 * writers kept coming first
 */
export async function judgeScan(image: ImageToJudge, standing: Standing, deps: JudgeDeps): Promise<Outcome> {
  const { registry, verdicts, policy, region, now } = deps;
  const subject = `arn:aws:ecr:${region}:${image.account}:repository/${image.repository}/${image.digest}`;

  const observedAt = now().toISOString();
  const [seen, scan] = await Promise.all([registry.describe(image), registry.scanOf(image)]);
  if (seen === undefined) {
    return { outcome: 'gone', reason: 'the image is no longer in the repository', subject };
  }
  const judgement = decideVerdict(seen, scan, policy);

  const { repository, digest } = image;
  const observation = { digest, region, repository, tags: seen.tags, scan, judgement, observedAt };
  const { record, others, kept } = await recordVerdict(observation, verdicts);
  if (judgement.pending) {
    throw new RetryableError(`${judgement.reason}, although its end was announced`, { facts: { subject } });
  }

  const facts = { repository, tags: seen.tags, environment: record.environment, standing: standing.may };
  if (!needsAnnouncing(record)) {
    return { outcome: record.verdict, reason: kept ?? `unchanged: ${record.reason}`, subject, facts };
  }
  await deps.bus.publish({
    detailType: 'Image Judged',
    detail: imageJudged(subject, record, others, standing),
  });
  // When this write is lost to another writer, that one announces too: the event's identity tells that it is the same.
  await verdicts.write({
    ...record,
    announced: { verdict: record.verdict, environment: record.environment },
  });
  return { outcome: record.verdict, reason: record.reason, subject, facts: { ...facts, announced: true } };
}

interface Recorded {
  readonly record: VerdictRecord;
  /** The copies elsewhere. */
  readonly others: readonly VerdictRecord[];
  /** Why the record was left as it was; absent when it was written. */
  readonly kept?: string;
}

const mostAttempts = 5;

async function recordVerdict(observation: Observation, verdicts: VerdictTable): Promise<Recorded> {
  for (let attempt = 1; attempt <= mostAttempts; attempt++) {
    const copies = await verdicts.copiesOf(observation.digest);
    const own = copies.find(
      ({ region, repository }) => region === observation.region && repository === observation.repository,
    );
    const others = copies.filter((copy) => copy !== own);

    const decision = decideRecord(own, observation);
    if (decision.do === 'keep') return { record: decision.record, others, kept: decision.reason };
    const record = await verdicts.write(decision.record);
    if (record) return { record, others };
  }
  throw new RetryableError(
    `${mostAttempts} other writers came first on the verdict of ${observation.digest}`,
  );
}

function imageJudged(
  subject: string,
  record: VerdictRecord,
  others: readonly VerdictRecord[],
  standing: Standing,
): ImageJudged {
  const { digest, region, repository, verdict, environment, announced } = record;
  return {
    identity: `${region}/${repository}@${digest}/${environment}/${verdict}/${record.observedAt}`,
    subject,
    environment,
    outcome: verdict,
    reason: record.reason,
    occurredAt: record.observedAt,
    facts: {
      repository,
      digest,
      region,
      tags: [...record.tags],
      scanStatus: record.scanStatus,
      ...(record.scannedAt && { scannedAt: record.scannedAt }),
      counts: record.counts,
      worst: [...record.worst],
      ...(announced && { previous: announced }),
      copies: others.map((copy) => ({
        region: copy.region,
        repository: copy.repository,
        verdict: copy.verdict,
      })),
      standing: standing.may === 'act' ? { may: 'act' } : { may: 'tell', reason: standing.reason },
    },
  };
}
