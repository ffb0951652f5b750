import { byAge, releasesAmong } from '../domain/good-releases.ts';
import { isGood } from '../domain/verdict.ts';
import type { VerdictRecord } from '../domain/verdict-record.ts';
import { tagReader } from './age.ts';
import { releaseCandidates } from './keep.ts';
import { kinshipOf } from './kinship.ts';
import type { RetentionPolicy } from './policy.ts';
import type { RepositoryState } from './registry-state.ts';

/** Asks for the records of verdicts on images of the repository, by digest. */
export type AskRecords = (digests: readonly string[]) => Promise<ReadonlyMap<string, VerdictRecord>>;

/**
 * Finds out what verdicts say of releases, as far back as it takes to know which good ones are kept: of each service and
 * environment the newest are asked for, and twice as many older ones for as long as too few of them are good. What is
 * older makes no difference to which are kept.
 */
export async function releaseKnowledge(
  state: Omit<RepositoryState, 'known'>,
  policy: RetentionPolicy,
  ask: AskRecords,
): Promise<RepositoryState['known']> {
  const unknown: RepositoryState = { ...state, known: new Map() };
  const candidates = releaseCandidates(unknown, kinshipOf(state), tagReader(policy));
  let lines = [...Map.groupBy(releasesAmong(candidates), ({ line }) => line).values()].map((line) => ({
    digests: line.toSorted(byAge).map(({ digest }) => digest),
    upTo: 0,
  }));
  const keep = policy.retention.keepGoodReleases;
  const known = new Map<string, 'good' | 'bad'>();
  const asked = new Set<string>();
  while (lines.length > 0) {
    lines = lines.map(({ digests, upTo }) => ({ digests, upTo: Math.max(2 * keep, 3 * upTo) }));
    const wanted = new Set(lines.flatMap(({ digests, upTo }) => digests.slice(0, upTo)));
    const records = await ask([...wanted].filter((digest) => !asked.has(digest)));
    for (const digest of wanted) asked.add(digest);
    for (const [digest, record] of records) {
      const says = knowledgeFrom(record);
      if (says !== undefined) known.set(digest, says);
    }
    lines = lines.filter(
      ({ digests, upTo }) =>
        upTo < digests.length &&
        digests.slice(0, upTo).filter((digest) => known.get(digest) === 'good').length < keep,
    );
  }
  return known;
}

/** Undefined where nobody has judged it. */
export function knowledgeFrom({ verdict, lastGood }: VerdictRecord): 'good' | 'bad' | undefined {
  if (lastGood !== undefined || isGood(verdict)) return 'good';
  return verdict === 'unknown' ? undefined : 'bad';
}
