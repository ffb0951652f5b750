import { findingSeverities } from '../domain/severity.ts';
import { isGood, type Verdict, worseVerdict } from '../domain/verdict.ts';
import type { VerdictRecord } from '../domain/verdict-record.ts';
import { endOf } from '../judging/waivers.ts';
import type { AdmissionPolicy } from './policy.ts';

/** What the record of one copy means for an environment, now. */
export interface CopyVerdict {
  readonly region: string;
  readonly repository: string;
  readonly verdict: Verdict;
  readonly reason: string;
  /** When ECR was asked. ISO 8601, UTC. */
  readonly observedAt: string;
}

/**
 * Reads a record for the environment in which the image is to run. The verdict in it was given by the rules of the
 * environment that the image's tags name, at the time of the look, so
 *
 * 1. findings that the environment judges stricter count as it judges them;
 * 2. a verdict that stands on a waiver which has ended since is `unknown`, until the image is judged again.
 *
 * Neither ever makes a verdict milder.
 */
export function copyVerdict(
  record: VerdictRecord,
  environment: string,
  rules: AdmissionPolicy['environments'][string]['verdicts'],
  now: Date,
): CopyVerdict {
  const { region, repository, observedAt } = record;
  const verdicts: readonly Pick<CopyVerdict, 'verdict' | 'reason'>[] = [
    record,
    ...(isGood(record.verdict)
      ? [...byRules(record, environment, rules), ...byEndedWaivers(record, now)]
      : []),
  ];
  const { verdict, reason } = verdicts.reduce(worse);
  return { region, repository, verdict, reason, observedAt };
}

function byRules(
  { counts, environment: judgedFor }: VerdictRecord,
  environment: string,
  rules: AdmissionPolicy['environments'][string]['verdicts'],
): readonly Pick<CopyVerdict, 'verdict' | 'reason'>[] {
  if (judgedFor === environment) return [];
  return findingSeverities.flatMap((severity) => {
    const count = counts[severity] ?? 0;
    if (count === 0) return [];
    const reason = `${count} ${severity} finding${count === 1 ? '' : 's'}, which ${environment} judges by stricter rules than ${judgedFor}`;
    return [{ verdict: rules[severity], reason }];
  });
}

function byEndedWaivers(
  { waived }: VerdictRecord,
  now: Date,
): readonly Pick<CopyVerdict, 'verdict' | 'reason'>[] {
  return waived
    .filter((waiver) => endOf(waiver) <= now.getTime())
    .map(({ id, expires }) => ({
      verdict: 'unknown',
      reason: `the waiver of ${id} ended on ${expires}, and the image has not been judged since`,
    }));
}

/** The worst of the copies; undefined when there is none. */
export function worstCopy(copies: readonly CopyVerdict[]): CopyVerdict | undefined {
  const [first, ...others] = copies;
  return first && others.reduce(worse, first);
}

function worse<One extends Pick<CopyVerdict, 'verdict'>>(one: One, other: One): One {
  return worseVerdict(one.verdict, other.verdict) === one.verdict ? one : other;
}
