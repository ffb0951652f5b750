import type { Answer } from '../database/answers.ts';
import { type Check, describeCheck } from './check.ts';
import {
  checkCollations,
  checkContent,
  checkExtensions,
  checkHeartbeat,
  checkIndexes,
  checkSentinel,
} from './database-checks.ts';
import type { Expected } from './expected.ts';
import { type ProofPolicy, rowsOf } from './manifest.ts';
import { checkTable } from './table-checks.ts';

export interface RestoreVerdict {
  /** `bad`: at least one check failed. `unproven`: none did, and at least one could not be made. */
  readonly verdict: 'good' | 'bad' | 'unproven';
  /** One sentence for people. */
  readonly reason: string;
  /** Everything that was looked at, and what came of it. */
  readonly checks: readonly Check[];
  /**
   * The recovery point objective as it was measured: seconds of changes that the copy lacks of the moment at which its
   * backup began. Undefined when the heartbeat could not be read.
   */
  readonly rpoSeconds?: number;
  /** Rows by table, to hold the next restore against if this one is good. */
  readonly rows: Readonly<Record<string, number>>;
}

/** Whether a restored database is what was backed up, as far as its answers tell. */
export function decideRestore(
  answers: readonly Answer[],
  expected: Expected,
  policy: ProofPolicy,
  now: Date,
): RestoreVerdict {
  const heartbeat = checkHeartbeat(answers, expected, policy.heartbeatWithinSeconds, now);
  const checks = [
    checkContent(answers),
    checkSentinel(answers, expected),
    heartbeat.check,
    ...Object.entries(policy.tables).flatMap(([table, how]) => checkTable(answers, expected, table, how)),
    ...checkExtensions(answers, expected),
    ...checkCollations(answers),
    ...checkIndexes(answers, expected),
  ];
  return {
    ...sumUp(checks),
    checks,
    ...(heartbeat.lagSeconds !== undefined && { rpoSeconds: heartbeat.lagSeconds }),
    rows: Object.fromEntries(
      Object.keys(policy.tables).flatMap((table) => {
        const rows = rowsOf(answers, table);
        return rows === undefined ? [] : [[table, rows]];
      }),
    ),
  };
}

/** What all checks of one restore come to. */
export function sumUp(checks: readonly Check[]): Pick<RestoreVerdict, 'verdict' | 'reason'> {
  const failed = checks.filter(({ outcome }) => outcome === 'failed');
  if (failed.length > 0) return { verdict: 'bad', reason: list(failed) };
  const unproven = checks.filter(({ outcome }) => outcome === 'unproven');
  if (unproven.length > 0) return { verdict: 'unproven', reason: list(unproven) };
  return { verdict: 'good', reason: `all ${checks.length} checks passed` };
}

function list(checks: readonly Check[]): string {
  return checks.map((check) => `${describeCheck(check)}: ${check.reason}`).join('; ');
}
