import type { ImageId } from '../../../shared/aws/image-registry.ts';
import type { OpsBus } from '../../../shared/aws/ops-bus.ts';
import type { InspectionFinding } from '../../../shared/domain/inspection.ts';
import type { ImageInspected } from '../../../shared/events/ops-events.ts';
import { RetryableError } from '../../../shared/lambda/errors.ts';
import type { Outcome } from '../../../shared/lambda/outcome.ts';
import type { LogFacts } from '../../../shared/lambda/world.ts';
import { type Inspection, inspectPush } from './inspection.ts';
import type { InspectionTable } from './inspection-table.ts';
import { observePush, type Sources } from './observe.ts';
import type { InspectPolicy, ObservedPush } from './observed.ts';
import {
  allTold,
  decideRecord,
  type InspectionRecord,
  type Observation,
  type Problem,
  untold,
} from './record.ts';

export interface InspectDeps extends Sources {
  readonly inspections: InspectionTable;
  readonly bus: OpsBus;
  readonly policy: InspectPolicy;
  readonly region: string;
  readonly now: () => Date;
}

/** Which image was pushed. All else is read anew. */
export interface PushedImage extends ImageId {
  readonly account: string;
}

/**
 * Inspects a pushed image and tells what is wrong with it, or what was and is mended, once.
 *
 * @throws RetryableError when other writers kept coming first, and when the registry or the bus did not answer
 */
export async function inspectImage(image: PushedImage, deps: InspectDeps): Promise<Outcome> {
  const { repository, digest, account } = image;
  const { region, policy } = deps;
  const subject = `arn:aws:ecr:${region}:${account}:repository/${repository}/${digest}`;

  const observedAt = deps.now().toISOString();
  const push = await observePush(image, policy, deps);
  if ('outcome' in push) return { ...push, subject };

  const inspection = inspectPush(push, policy);
  const { tags } = push;

  const observation = { digest, region, repository, tags, observedAt, inspection };
  const record = await recordInspection(observation, deps.inspections);
  const news = untold(record);
  for (const problem of news) {
    await deps.bus.publish({
      detailType: 'Image Inspected',
      detail: imageInspected(subject, record, problem),
    });
  }
  // When this write is lost to another writer, that one publishes too: the event's identity tells that it is the same.
  if (news.length > 0) await deps.inspections.write(allTold(record));
  return outcomeOf(subject, push, inspection, {
    repository,
    replicas: sayReplicas(push, observedAt),
    published: news.length,
  });
}

const mostAttempts = 5;

async function recordInspection(
  observation: Observation,
  inspections: InspectionTable,
): Promise<InspectionRecord> {
  let previous = await inspections.read(observation);
  for (let attempt = 1; attempt <= mostAttempts; attempt++) {
    const decision = decideRecord(previous, observation);
    if (decision.do === 'keep') return decision.record;
    const result = await inspections.write(decision.record);
    if ('written' in result) return result.written;
    previous = result.found;
  }
  throw new RetryableError(
    `${mostAttempts} other writers came first on the inspection of ${observation.digest}`,
  );
}

function imageInspected(subject: string, record: InspectionRecord, problem: Problem): ImageInspected {
  const { digest, region, repository, observedAt } = record;
  const { about, name, environment, findings, since } = problem;
  const outcome = findings.length > 0 ? 'wrong' : 'well';
  return {
    identity: `${region}/${repository}@${digest}/${about}/${name}/${outcome}/${since}`,
    subject,
    environment,
    outcome,
    reason: findings.length > 0 ? sayProblems(findings) : 'what was wrong has been mended',
    occurredAt: observedAt,
    facts: { repository, digest, region, tags: [...record.tags], about, name, findings: [...findings] },
  };
}

function sayProblems(findings: readonly InspectionFinding[]): string {
  return findings.map(({ problem }) => problem).join('; ');
}

function outcomeOf(subject: string, push: ObservedPush, inspection: Inspection, facts: LogFacts): Outcome {
  const findings = inspection.wrong.flatMap((wrong) => wrong.findings);
  const images = push.content.kind === 'other' ? [] : push.content.images;
  const megabytes = images.map(({ platform, sizeBytes }) => [platform, Math.round(sizeBytes / 1e5) / 10]);
  return {
    outcome: findings.length > 0 ? 'wrong' : 'well',
    reason: findings.length > 0 ? sayProblems(findings) : 'it is as it should be',
    subject,
    facts: {
      tags: push.tags,
      checks: findings.map(({ check }) => check),
      megabytes: Object.fromEntries(megabytes),
      ...facts,
    },
  };
}

/** ECR does not say when a replica was complete: it took no longer than until now. */
function sayReplicas({ replicas, pushedAt }: ObservedPush, observedAt: string): Record<string, string> {
  const seconds = Math.round((Date.parse(observedAt) - pushedAt.getTime()) / 1000);
  return Object.fromEntries(
    [...replicas].map(([region, { status }]) => [
      region,
      status === 'COMPLETE' ? `COMPLETE within ${seconds} s` : status,
    ]),
  );
}
