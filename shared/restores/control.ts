import { type Answer, readAnswer } from '../database/answers.ts';
import type { Spoiled } from '../database/exchange.ts';
import { columnToAlter, type Spoil } from '../database/spoil.ts';
import { type Check, type CheckId, describeCheck, isSameCheck } from './check.ts';
import type { ProofPolicy } from './manifest.ts';

/** One change to a restored copy, and the check that has to fail for it. */
export interface ControlStep {
  readonly spoil: Spoil;
  readonly mustFail: CheckId;
}

/**
 * Chooses how to spoil a copy that was found good: its heartbeat is aged, every tenth row of one table changed and
 * another table emptied. A table is chosen only where the check that has to notice has passed, since one that could not
 * be made has nothing to show. What no table is left for is left out.
 */
export function planControl(
  answers: readonly Answer[],
  checks: readonly Check[],
  { tables }: ProofPolicy,
): readonly ControlStep[] {
  const hasPassed = (check: Check['check'], subject: string): boolean =>
    checks.some((each) => isSameCheck(each, { check, subject }) && each.outcome === 'passed');
  const filled = Object.entries(tables).filter(([table]) => hasRows(answers, table));

  const [alter] = filled.flatMap(([table]): ControlStep[] => {
    const columns = readAnswer(answers, 'columns', table);
    const column = 'rows' in columns ? columnToAlter(columns.rows) : undefined;
    return column !== undefined && hasPassed('checksum', table)
      ? [
          {
            spoil: { change: 'alter-rows', table, ...column },
            mustFail: { check: 'checksum', subject: table },
          },
        ]
      : [];
  });
  const [empty] = filled.flatMap(([table, { rowFloor }]): ControlStep[] =>
    rowFloor > 0 && hasPassed('rows', table) && alter?.mustFail.subject !== table
      ? [{ spoil: { change: 'empty-table', table }, mustFail: { check: 'rows', subject: table } }]
      : [],
  );
  const age: ControlStep = {
    spoil: { change: 'age-heartbeat' },
    mustFail: { check: 'heartbeat', subject: 'database' },
  };
  return [
    ...(hasPassed('heartbeat', 'database') ? [age] : []),
    // Emptying a table also empties those that refer to it, which would leave nothing to alter.
    ...(alter ? [alter] : []),
    ...(empty ? [empty] : []),
  ];
}

function hasRows(answers: readonly Answer[], table: string): boolean {
  return (['checksum', 'count'] as const).some((name) => {
    const reading = readAnswer(answers, name, table);
    return 'rows' in reading && (reading.rows[0]?.rows ?? 0) > 0;
  });
}

/**
 * - `seen`: every change was noticed, by the check that had to
 * - `blind`: a change was made and its check passed all the same. Its verdicts are worth nothing, and people are called.
 * - `unproven`: a change could not be made, or what followed could not be asked
 */
export interface ControlVerdict {
  readonly verdict: 'seen' | 'blind' | 'unproven';
  /** One sentence for people. */
  readonly reason: string;
  /** The checks that cannot fail. */
  readonly blind: readonly CheckId[];
}

/**
 * @param spoiled what became of the changes
 * @param checks what was made of the spoiled copy's answers, by the same rules as before
 */
export function decideControl(
  steps: readonly ControlStep[],
  spoiled: readonly Spoiled[],
  checks: readonly Check[],
): ControlVerdict {
  const judged = steps.map((step) => ({ ...step, ...judge(step, spoiled, checks) }));
  const blind = judged.filter(({ saw }) => saw === 'nothing').map(({ mustFail }) => mustFail);
  if (blind.length > 0) {
    const names = blind.map(describeCheck).join(', ');
    return { verdict: 'blind', reason: `a check that cannot fail: ${names}`, blind };
  }
  const unknown = judged.filter(({ saw }) => saw === 'unknown');
  if (unknown.length > 0) {
    const reasons = unknown.map(({ mustFail, why }) => `${describeCheck(mustFail)}: ${why}`);
    return { verdict: 'unproven', reason: reasons.join('; '), blind: [] };
  }
  if (judged.length === 0) {
    return { verdict: 'unproven', reason: 'there was nothing that could be spoiled', blind: [] };
  }
  const names = judged.map(({ mustFail }) => describeCheck(mustFail)).join(', ');
  return { verdict: 'seen', reason: `each change was noticed: ${names}`, blind: [] };
}

function judge(
  { spoil, mustFail }: ControlStep,
  spoiled: readonly Spoiled[],
  checks: readonly Check[],
): { readonly saw: 'failure' | 'nothing' | 'unknown'; readonly why: string } {
  const change = spoiled.find((each) => isSameSpoil(each.change, spoil));
  if (change === undefined) return { saw: 'unknown', why: `the change '${spoil.change}' was not made` };
  if (change.failure) {
    return { saw: 'unknown', why: `the change '${spoil.change}' failed: ${change.failure.reason}` };
  }
  const check = checks.find((each) => isSameCheck(each, mustFail));
  if (check === undefined || check.outcome === 'unproven') {
    return { saw: 'unknown', why: check?.reason ?? 'the check was not made again' };
  }
  return { saw: check.outcome === 'failed' ? 'failure' : 'nothing', why: check.reason };
}

function isSameSpoil(one: Spoil, other: Spoil): boolean {
  const tableOf = (spoil: Spoil) => ('table' in spoil ? spoil.table : undefined);
  return one.change === other.change && tableOf(one) === tableOf(other);
}
