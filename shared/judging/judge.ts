import type { EvidenceTable } from '../aws/evidence-table.ts';
import { type ImageManifests, membersOf } from '../aws/image-manifests.ts';
import type { ImageId, ImageRegistry } from '../aws/image-registry.ts';
import type { OpsBus } from '../aws/ops-bus.ts';
import type { VerdictTable } from '../aws/verdict-table.ts';
import type { Standing } from '../domain/standing.ts';
import type { Announcement, VerdictRecord } from '../domain/verdict-record.ts';
import type { ImageJudged } from '../events/ops-events.ts';
import { RetryableError } from '../lambda/errors.ts';
import type { Outcome } from '../lambda/outcome.ts';
import type { JudgingPolicy } from './policy.ts';
import { decideRecord, needsAnnouncing, type Observation, previouslyTold } from './record.ts';
import { withSavedScans } from './saved-scans.ts';
import { decideVerdict, type ImageSeen } from './verdict.ts';

export interface JudgeDeps {
  readonly registry: ImageRegistry;
  readonly manifests: ImageManifests;
  readonly verdicts: VerdictTable;
  /** What was found in images before they were archived. */
  readonly evidence: Pick<EvidenceTable, 'of'>;
  readonly bus: OpsBus;
  readonly policy: JudgingPolicy;
  readonly region: string;
  readonly now: () => Date;
}

/** Which image is to be judged. All else is read anew. */
export interface ImageToJudge extends ImageId {
  readonly account: string;
}

/** How a judgement ended. */
export interface Judged extends Outcome {
  /** True while a scan is awaited. */
  readonly pending: boolean;
}

/**
 * Judges one copy of an image by what ECR says of it now, records the verdict, and announces it when it changed. Then
 * it judges the indexes that the image is a part of, for it is those that people deploy and are told of.
 *
 * @param done digests of the repository that have been judged in this run. No index is judged twice in it.
 * @throws RetryableError when other writers kept coming first, and when the bus did not take the announcement
 */
export async function judgeImage(
  image: ImageToJudge,
  standing: Standing,
  deps: JudgeDeps,
  done: Set<string> = new Set(),
): Promise<readonly [Judged, ...Judged[]]> {
  const { judged, indexes } = await judgeOne(image, standing, deps);
  done.add(image.digest);
  const others: Judged[] = [];
  for (const { repository, digest } of indexes) {
    if (done.has(digest)) continue;
    others.push(...(await judgeImage({ account: image.account, repository, digest }, standing, deps, done)));
  }
  return [judged, ...others];
}

interface JudgedOne {
  readonly judged: Judged;
  /** The indexes in this Region that the image is a part of. */
  readonly indexes: readonly ImageId[];
}

async function judgeOne(image: ImageToJudge, standing: Standing, deps: JudgeDeps): Promise<JudgedOne> {
  const { repository, digest, account } = image;
  const subject = `arn:aws:ecr:${deps.region}:${account}:repository/${repository}/${digest}`;
  const idle = (outcome: string, reason: string): JudgedOne => ({
    judged: { outcome, reason, subject, pending: false },
    indexes: [],
  });

  const observedAt = deps.now().toISOString();
  const seen = await see(image, deps);
  if (seen === undefined) return idle('gone', 'the image is no longer in the repository');
  if (seen === 'artifact') return idle('no image', 'it is an artifact that nothing scans');

  const judgement = decideVerdict(seen, deps.policy, deps.now());

  const observation = { digest, region: deps.region, image: seen, judgement, observedAt };
  const { record, previous, others, indexes, kept } = await recordVerdict(observation, deps.verdicts);
  const { verdict, environment, tags, pending } = record;
  const facts = { repository, tags, environment, standing: standing.may };
  if (!needsAnnouncing(record)) {
    const reason = kept ?? (pending ? `awaited: ${record.reason}` : `unchanged: ${record.reason}`);
    return { judged: { outcome: verdict, reason, subject, pending: judgement.pending, facts }, indexes };
  }
  await deps.bus.publish({
    detailType: 'Image Judged',
    detail: imageJudged(subject, record, previous, others, standing),
  });
  // When this write is lost to another writer, that one announces too: the event's identity tells that it is the same.
  const { announcing: _over, ...settled } = record;
  await deps.verdicts.write({ ...settled, announced: { verdict, environment } });
  return {
    judged: {
      outcome: verdict,
      reason: record.reason,
      subject,
      pending: false,
      facts: { ...facts, announced: true },
    },
    indexes,
  };
}

async function see(
  { repository, digest }: ImageId,
  { registry, manifests, evidence, region }: JudgeDeps,
): Promise<ImageSeen | 'artifact' | undefined> {
  const copy = { region, repository, digest };
  const described = await registry.describe({ repository, digest });
  if (described === undefined) return undefined;
  const { kind, tags, pushedAt } = described;
  if (kind === 'artifact') return 'artifact';
  const listed = kind === 'image' ? [{ digest }] : await membersOf(manifests, repository, digest);
  // ECR gives no manifest of an index that is archived.
  const members = listed.length > 0 ? listed : ((await evidence.of(copy))?.parts ?? []);
  const parts = await Promise.all(
    members.map(async (member) => ({
      ...member,
      scan: await registry.scanOf({ repository, digest: member.digest }),
    })),
  );
  return withSavedScans({ repository, tags, pushedAt, kind, parts }, copy, evidence);
}

interface Recorded {
  readonly record: VerdictRecord;
  /** What people may have been told before this. */
  readonly previous: Announcement | undefined;
  /** The copies elsewhere. */
  readonly others: readonly VerdictRecord[];
  readonly indexes: readonly ImageId[];
  /** Why the record was left as it was; absent when it was written. */
  readonly kept?: string;
}

const mostAttempts = 5;

async function recordVerdict(observation: Observation, verdicts: VerdictTable): Promise<Recorded> {
  const { digest, region, image } = observation;
  const { repository } = image;
  for (let attempt = 1; attempt <= mostAttempts; attempt++) {
    const known = await verdicts.of(digest);
    const isOwn = (copy: VerdictRecord): boolean => copy.region === region && copy.repository === repository;
    const own = known.copies.find(isOwn);
    const others = known.copies.filter((copy) => !isOwn(copy));
    const indexes = known.indexes.filter(
      (index) => index.region === region && index.repository === repository,
    );

    const decision = decideRecord(own, observation);
    const previous = previouslyTold(decision.record);
    const why = decision.reason === undefined ? {} : { kept: decision.reason };
    if (decision.do === 'keep') return { record: decision.record, previous, others, indexes, ...why };
    await linkParts(decision.record, own, verdicts);
    const record = await verdicts.write(aboutToAnnounce(decision.record));
    if (record) return { record, previous, others, indexes, ...why };
  }
  throw new RetryableError(`${mostAttempts} other writers came first on the verdict of ${digest}`);
}

/**
 * Notes in the record what is about to be announced. Who finds the note later knows that it may have been told, though
 * nobody came back to say so.
 */
function aboutToAnnounce(record: VerdictRecord): VerdictRecord {
  if (!needsAnnouncing(record)) return record;
  const { verdict, environment, announcing = [] } = record;
  const isNoted = announcing.some((noted) => noted.verdict === verdict && noted.environment === environment);
  return isNoted ? record : { ...record, announcing: [...announcing, { verdict, environment }] };
}

/** Before the record, so that a record which names its parts is always found from them. */
async function linkParts(
  { parts, region, repository, digest }: VerdictRecord,
  previous: VerdictRecord | undefined,
  verdicts: VerdictTable,
): Promise<void> {
  const linked = new Set(previous?.parts);
  const unlinked = parts.filter((part) => !linked.has(part));
  await Promise.all(unlinked.map((part) => verdicts.link(part, { region, repository, digest })));
}

function imageJudged(
  subject: string,
  record: VerdictRecord,
  previous: Announcement | undefined,
  others: readonly VerdictRecord[],
  standing: Standing,
): ImageJudged {
  const { digest, region, repository, verdict, environment } = record;
  return {
    identity: `${region}/${repository}@${digest}/${environment}/${verdict}/${record.since}`,
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
      missingPlatforms: [...record.missingPlatforms],
      ...(record.scannedAt && { scannedAt: record.scannedAt }),
      counts: record.counts,
      worst: [...record.worst],
      waived: [...record.waived],
      ...(record.endedWaivers && { endedWaivers: [...record.endedWaivers] }),
      ...(previous && { previous }),
      copies: others.map((copy) => ({
        region: copy.region,
        repository: copy.repository,
        verdict: copy.verdict,
        ...(copy.announced && { announced: copy.announced }),
      })),
      standing: standing.may === 'act' ? { may: 'act' } : { may: 'tell', reason: standing.reason },
    },
  };
}
