import type { BackupDecision } from '../../../shared/backups/decide.ts';
import type { BackupFinding } from '../../../shared/backups/finding.ts';
import { backupSource, type UnreadSource } from '../../../shared/backups/source.ts';
import { RetryableError } from '../../../shared/lambda/errors.ts';
import { announce } from './announce.ts';
import type { WatchDeps, WatchRun } from './deps.ts';
import { afterLook, type Look, newRecord, subjectOf, theRegion, type WatchRecord } from './record.ts';
import { askOnceMore, isFor, notAsked } from './retry.ts';

/** One look at the backups of a Region, and what it has led to. */
export interface Situation {
  /** When it began. */
  readonly at: Date;
  readonly decision: BackupDecision;
  readonly unread: readonly UnreadSource[];
  /** The tier of each resource that is watched. */
  readonly tiers: ReadonlyMap<string, string>;
  readonly records: ReadonlyMap<string, WatchRecord>;
}

/** A writer that was overtaken so often leaves it to a later run. */
const mostTries = 3;

/**
 * Brings one subject up to date: asks once more for what is worth it, writes down what stands, and tells what has
 * changed. Each step is written down before the next, so that the next run takes up one that died.
 *
 * @throws RetryableError when others wrote all the time, or the bus did not take what is to be told
 */
export async function reconcile(
  subject: string,
  situation: Situation,
  run: WatchRun,
  deps: WatchDeps,
): Promise<void> {
  const known = situation.records.get(subject);
  const findings = situation.decision.findings.filter((finding) => subjectOf(finding) === subject);
  if (subject === theRegion && known === undefined && findings.length === 0) return;

  const { record, retryOf } = await retryAll(
    known ?? newRecord(subject, situation.at),
    situation.decision,
    run,
    deps,
  );
  const written = await writeDown(record, lookAt(subject, findings, retryOf, situation), deps);
  for (const { outcome, reason, subject: of, facts } of await announce(written, deps)) {
    run.tell({ outcome: `finding ${outcome}`, reason, subject: of, facts });
  }
  if (isOfNoUse(written, situation)) await deps.records.forget(written);
}

async function retryAll(
  record: WatchRecord,
  { retries, held }: BackupDecision,
  run: WatchRun,
  deps: WatchDeps,
): Promise<{ readonly record: WatchRecord; readonly retryOf: Look['retryOf'] }> {
  let current = record;
  const said = held.map(({ retry, reason }) => ({ retry, text: notAsked(reason) }));
  for (const retry of retries.filter(({ resourceArn }) => resourceArn === record.subject)) {
    const asked = await askOnceMore(current, retry, run, deps);
    current = asked.record;
    said.push({ retry, text: asked.said });
    run.tell({ outcome: 'retry', reason: asked.said, subject: record.subject });
  }
  return {
    record: current,
    retryOf: (finding) => said.find(({ retry }) => isFor(retry, finding))?.text,
  };
}

function lookAt(
  subject: string,
  findings: readonly BackupFinding[],
  retryOf: Look['retryOf'],
  { at, tiers, unread }: Situation,
): Look {
  const tier = tiers.get(subject);
  const unknown = new Set(unread.map(({ source }) => source));
  return {
    at,
    ...(tier !== undefined && { tier }),
    findings,
    knows: (sources) => !sources.some((source) => unknown.has(source)),
    retryOf,
  };
}

async function writeDown(record: WatchRecord, look: Look, { records }: WatchDeps): Promise<WatchRecord> {
  let current = record;
  for (let tries = 0; tries < mostTries; tries += 1) {
    const next = afterLook(current, look);
    if (next === current) return current;
    const result = await records.write(next);
    if ('written' in result) return result.written;
    current = result.found ?? newRecord(record.subject, look.at);
  }
  throw new RetryableError(`Other runs wrote the record of ${record.subject} ${mostTries} times meanwhile`);
}

/** Nothing is watched of it any more, and nothing is left to tell. */
function isOfNoUse({ subject, open, over }: WatchRecord, { tiers, unread }: Situation): boolean {
  if (subject === theRegion || tiers.has(subject) || open.length + over.length > 0) return false;
  return !unread.some(({ source }) => source === backupSource.tagged);
}
