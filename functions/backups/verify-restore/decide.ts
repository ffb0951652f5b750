import type { RestoreJob } from '../../../shared/backups/observed.ts';
import type { Standing } from '../../../shared/domain/standing.ts';
import type { Conclusion, Proof } from '../../../shared/restores/proof.ts';

export interface Observed {
  readonly job: RestoreJob;
  /** Absent: nothing was done about it yet. */
  readonly proof?: Proof;
  readonly standing: Standing;
  /** Why nobody knows what a copy of this resource has to be like. Absent: somebody does. */
  readonly unknown?: string;
  readonly tier: {
    readonly restoreWithinMinutes: number;
    /** How long what was restored stays there. */
    readonly validationWindowHours: number;
  };
  readonly now: Date;
}

export type Step = { readonly reason: string } & (
  | { readonly do: 'nothing' | 'await' | 'hold' | 'resume' | 'open' | 'judge' | 'control' }
  | { readonly do: 'finish'; readonly mayPut: boolean }
  | { readonly do: 'conclude'; readonly conclusion: Omit<Conclusion, 'at' | 'reason'> }
);

/** How often a copy is asked in one stage before it is given up, and for how long. */
export const patience = { times: 4, ms: 2 * 3_600_000 };

/**
 * What is to be done next about the restore of a test.
 *
 * 1. Only a good copy that was seen to fail when spoiled is called SUCCESSFUL. What could not be looked at is told to
 *    people and not to AWS Backup, which knows no word for it: its window runs out.
 * 2. While the automation is to stand still nothing is asked, spoiled or put. It is gone on with as soon as it may be,
 *    as long as the copy stands.
 * 3. Where the policy has backups observed the copy is asked, and neither spoiled nor its result put.
 */
export function decideStep(observed: Observed): Step {
  const { job, proof, standing, now } = observed;
  if (proof?.stage === 'closed') return { do: 'nothing', reason: 'it is closed' };
  if (proof?.stage === 'concluded') {
    const puts = proof.conclusion?.result !== undefined && job.validation?.status === 'VALIDATING';
    return puts && mustStandStill(standing)
      ? { do: 'hold', reason: standing.reason }
      : { do: 'finish', mayPut: standing.may === 'act', reason: 'what came of it is known' };
  }
  if (job.status === 'FAILED' || job.status === 'ABORTED') {
    const why = job.message ?? 'AWS Backup does not say why';
    return conclude('failed', `nothing was restored, the job is ${job.status}: ${why}`);
  }
  if (job.status !== 'COMPLETED') return { do: 'await', reason: `the job is ${job.status}` };
  const over = whyOver(observed);
  if (over !== undefined) {
    return proof?.held
      ? conclude('not-judged', `${proof.held.reason}; ${over}`)
      : conclude('unproven', proof?.lastFailure === undefined ? over : `${over}; ${proof.lastFailure}`);
  }
  if (observed.unknown !== undefined) return conclude('unproven', observed.unknown);
  if (mustStandStill(standing)) return { do: 'hold', reason: standing.reason };
  if (proof?.held)
    return { do: 'resume', reason: `it may be gone on with: it was held, for ${proof.held.reason}` };
  return decideProof(observed, proof, now);
}

function decideProof(observed: Observed, proof: Proof | undefined, now: Date): Step {
  if (proof === undefined) return { do: 'open', reason: 'it was restored' };
  if (proof.claimedUntil !== undefined && new Date(proof.claimedUntil) > now) {
    return { do: 'await', reason: `it is being asked, until ${proof.claimedUntil} at most` };
  }
  const tried = proof.stage === 'judged' ? undefined : whyGivenUp(proof, now);
  switch (proof.stage) {
    case 'opening':
      if (tried !== undefined) return conclude('unproven', tried);
      return proof.openedAt === undefined
        ? { do: 'open', reason: 'nobody has the password yet' }
        : { do: 'judge', reason: `it was given a password at ${proof.openedAt}` };
    case 'judged':
      return decideJudged(observed, proof);
    case 'spoiling':
      if (tried !== undefined) {
        return conclude('unproven', `whether the checks can fail could not be seen: ${tried}`);
      }
      if (observed.standing.may === 'tell') {
        return conclude('unproven', `spoiling was begun and not ended: ${observed.standing.reason}`);
      }
      return { do: 'control', reason: 'the copy is being spoiled' };
    default:
      throw new RangeError(`a proof that is ${proof.stage} has no further step here`);
  }
}

function decideJudged(observed: Observed, { judgement, control }: Proof): Step {
  if (judgement === undefined) throw new RangeError('a proof that is judged has a judgement');
  const { standing, job } = observed;
  if (judgement.verdict === 'bad') return conclude('failed', judgement.reason, resultOf('FAILED', standing));
  if (judgement.verdict === 'unproven') return conclude('unproven', judgement.reason);
  if (control === undefined && standing.may === 'tell') {
    return good(observed, `${judgement.reason}; the copy was not spoiled: ${standing.reason}`);
  }
  if (control === undefined && job.resourceType === 'RDS') {
    return { do: 'control', reason: 'it is good as far as the checks can tell' };
  }
  if (control?.verdict === 'blind') return conclude('blind', control.reason);
  if (control?.verdict === 'unproven') {
    return conclude('unproven', `whether the checks can fail could not be seen: ${control.reason}`);
  }
  const seen = control === undefined ? judgement.reason : `${judgement.reason}; ${control.reason}`;
  return good(observed, seen);
}

/** A restore that takes too long is told of, though its data are good. */
function good({ job, tier, standing }: Observed, reason: string): Step {
  const result = resultOf('SUCCESSFUL', standing);
  const seconds = restoreSecondsOf(job) ?? 0;
  if (seconds <= tier.restoreWithinMinutes * 60) return conclude('proven', reason, result);
  const minutes = Math.round(seconds / 60);
  return conclude(
    'slow',
    `the restore took ${minutes} minutes, and ${tier.restoreWithinMinutes} are allowed; ${reason}`,
    result,
  );
}

function resultOf(result: 'SUCCESSFUL' | 'FAILED', standing: Standing): Pick<Conclusion, 'result'> {
  return standing.may === 'act' ? { result } : {};
}

/** Why nothing more can be found out; undefined while the copy stands and nobody has said what it is worth. */
function whyOver({ job, tier, now }: Observed): string | undefined {
  const { validation, completedAt } = job;
  if (validation !== undefined && validation.status !== 'VALIDATING') {
    return `AWS Backup has its validation as ${validation.status} already`;
  }
  const end = (completedAt ?? job.createdAt).getTime() + tier.validationWindowHours * 3_600_000;
  return now.getTime() > end ? 'its validation window has ended' : undefined;
}

function whyGivenUp({ stageSince, asked, lastFailure }: Proof, now: Date): string | undefined {
  const isLate = now.getTime() - Date.parse(stageSince) > patience.ms;
  if (!isLate && asked < patience.times) return undefined;
  return (
    lastFailure ??
    (asked > 0 ? `it was asked ${asked} times and never answered` : 'it did not become available')
  );
}

/** Where the policy has backups observed it is looked at all the same. */
export function mustStandStill(standing: Standing): standing is Extract<Standing, { readonly may: 'tell' }> {
  return standing.may === 'tell' && standing.because !== 'observe';
}

/** From the beginning of a restore to its end. AWS promises no time. */
export function restoreSecondsOf({ createdAt, completedAt }: RestoreJob): number | undefined {
  return completedAt && Math.round((completedAt.getTime() - createdAt.getTime()) / 1000);
}

function conclude(
  outcome: Conclusion['outcome'],
  reason: string,
  { result }: Pick<Conclusion, 'result'> = {},
): Step {
  return { do: 'conclude', reason, conclusion: { outcome, ...(result !== undefined && { result }) } };
}
