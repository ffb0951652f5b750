import type { Check, CheckId } from './check.ts';
import type { ControlStep } from './control.ts';

/**
 * How far the proof of one restore has come:
 *
 * - `opening`: the way into the copy is being made;
 * - `judged`: it was asked, and what it holds was decided about;
 * - `spoiling`: from now on it may be changed, and is no evidence any more;
 * - `concluded`: what is to be recorded, put and told is known;
 * - `closed`: all that was done.
 */
export const proofStages = ['opening', 'judged', 'spoiling', 'concluded', 'closed'] as const;

export type ProofStage = (typeof proofStages)[number];

/**
 * What came of a restore test:
 *
 * - `proven`: it holds what was backed up, and the checks that say so were seen to fail on the spoiled copy;
 * - `slow`: the same, but it took longer than the policy allows;
 * - `failed`: nothing was restored, or something else than was backed up;
 * - `blind`: it looked good, and so did the spoiled copy: the checks are worth nothing;
 * - `unproven`: something could not be looked at;
 * - `not-judged`: nothing was looked at, since the automation was to stand still.
 */
export const proofOutcomes = ['proven', 'slow', 'failed', 'blind', 'unproven', 'not-judged'] as const;

export type ProofOutcome = (typeof proofOutcomes)[number];

/** What is known of the data, before anything was changed. */
export interface Judgement {
  readonly verdict: 'good' | 'bad' | 'unproven';
  readonly reason: string;
  readonly checks: readonly Check[];
  readonly rpoSeconds?: number;
  /** Rows by table. */
  readonly rows: Readonly<Record<string, number>>;
  /** How the copy is to be spoiled. Empty: there is nothing that could be. */
  readonly steps: readonly ControlStep[];
  /** When the manifests were taken that it was compared with. ISO 8601, UTC. */
  readonly before?: string;
  readonly after?: string;
}

export interface Control {
  readonly verdict: 'seen' | 'blind' | 'unproven';
  readonly reason: string;
  readonly blind: readonly CheckId[];
}

export interface Conclusion {
  readonly outcome: ProofOutcome;
  /** One sentence for people. */
  readonly reason: string;
  /** What AWS Backup is told. Absent: nothing, and its validation window runs out. */
  readonly result?: 'SUCCESSFUL' | 'FAILED';
  /** ISO 8601, UTC. */
  readonly at: string;
}

/** A state that people are told of, and whether they were. */
export interface Told {
  readonly reason: string;
  /** ISO 8601, UTC. */
  readonly since: string;
  readonly isTold: boolean;
}

/** The proof of one restore job, as it is kept between the runs that work on it. Moments are ISO 8601, UTC. */
export interface Proof {
  readonly region: string;
  readonly jobId: string;
  readonly tier: string;
  readonly resourceType: string;
  /** The ARN of what was backed up. */
  readonly source: string;
  readonly pointArn: string;
  /** When the restore began: it is part of the row's key. */
  readonly createdAt: string;
  /** From the beginning of the restore to its end. */
  readonly restoreSeconds?: number;
  readonly stage: ProofStage;
  readonly stageSince: string;
  /** Where the copy answers, and to whom. */
  readonly target?: { readonly host: string; readonly port: number; readonly user: string };
  /** When the copy was last given its password. */
  readonly openedAt?: string;
  /** Whoever asks the copy may do so until then; nobody else asks it meanwhile. */
  readonly claimedUntil?: string;
  /** How often it was asked in this stage. */
  readonly asked: number;
  /** Why the last time gave no answer. */
  readonly lastFailure?: string;
  readonly judgement?: Judgement;
  readonly control?: Control;
  readonly conclusion?: Conclusion;
  /** What AWS Backup made of the result. Absent: it was not told one. */
  readonly put?: { readonly end: 'set' | 'refused'; readonly reason: string };
  /** Nothing may be done just now. */
  readonly held?: Told;
  /** What was restored is still there although its time is over. */
  readonly leftover?: Told;
  /** Counts the writes. 0: not written yet. */
  readonly version: number;
}

/** The same proof at another stage, where nobody has asked anything yet. */
export function atStage(proof: Proof, stage: ProofStage, now: Date): Proof {
  const { claimedUntil: _over, lastFailure: _past, held: _held, asked: _before, ...rest } = proof;
  return { ...rest, stage, stageSince: now.toISOString(), asked: 0 };
}
