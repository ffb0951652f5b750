import { decideBackups } from '../../shared/backups/decide.ts';
import type { BackupFinding } from '../../shared/backups/finding.ts';
import { BackupHistory, type ObservedBackups } from '../../shared/backups/history.ts';
import type { RecoveryPoint } from '../../shared/backups/observed.ts';
import { backupSource, type UnreadSource } from '../../shared/backups/source.ts';
import { type Subject, subjectOf, type TaggedResource } from '../../shared/backups/subject.ts';
import { regionsOf } from '../../shared/policy/backup-plan.ts';
import type { Policy } from '../../shared/policy/schema.ts';
import type { Proof } from '../../shared/restores/proof.ts';
import { assessRestores, type RestoreStatus } from './restores.ts';

/** What was read of backups and of the proofs of restores, in every Region that has any. */
export interface BackupFacts {
  readonly observed: ObservedBackups;
  readonly tagged: readonly TaggedResource[];
  readonly proofs: readonly Proof[];
  /** The name of the role that AWS Backup copies with. */
  readonly roleName: string;
  readonly now: Date;
}

/**
 * - `met`: the newest recovery point is no older than the policy allows
 * - `missed`: it is older, or there is none
 * - `none-due`: the policy sets no limit in this vault, or none has been due yet
 * - `unknown`: it could not be read
 */
export type RpoStatus = 'met' | 'missed' | 'none-due' | 'unknown';

/** The recovery points of one resource in one vault of one Region. */
export interface PointStatus {
  readonly resource: string;
  readonly tier: string;
  readonly region: string;
  readonly vault: string;
  readonly rpo: RpoStatus;
  readonly rpoMinutes?: number;
  /** The newest that could be restored from. */
  readonly newest?: RecoveryPoint;
  /** All that could be restored from and that were read, the oldest first. */
  readonly good: readonly RecoveryPoint[];
}

export interface BackupAssessment {
  readonly at: Date;
  readonly points: readonly PointStatus[];
  readonly restores: readonly RestoreStatus[];
  /** What is wrong now. */
  readonly findings: readonly BackupFinding[];
  readonly unread: readonly UnreadSource[];
}

/** Says how backups stand, as watch-backups decides it, and what the proofs of restores say. */
export function assess(facts: BackupFacts, policy: Policy): BackupAssessment {
  const { observed, tagged, now } = facts;
  const { findings } = decideBackups({
    ...facts,
    policy,
    standing: { may: 'tell', because: 'observe', reason: 'a report changes nothing' },
  });
  const history = new BackupHistory(observed, policy);
  const subjects = tagged.flatMap((resource) => subjectOf(resource, policy) ?? []);
  return {
    at: now,
    points: subjects.flatMap((subject) => pointsOf(subject, history, findings, policy)),
    restores: assessRestores(facts.proofs, policy),
    findings,
    unread: observed.unread,
  };
}

/** In the vaults that the rules of its tier name, in each Region where they have recovery points. */
function pointsOf(
  { arn, tierName, tier, rules }: Subject,
  history: BackupHistory,
  findings: readonly BackupFinding[],
  policy: Policy,
): PointStatus[] {
  const { primary } = policy.regions;
  return [...new Set(rules.map(({ vault }) => vault))].flatMap((vault) =>
    regionsOf(
      rules.filter((rule) => rule.vault === vault),
      primary,
    ).map((region): PointStatus => {
      const vaultName = history.vaultName(vault);
      const good = history.goodPoints(arn, region, vault);
      const [newest] = good;
      const rpoMinutes = vault === tier.vault ? tier.rpoMinutes[region] : undefined;
      const isMissed = findings.some(
        ({ name, resourceArn, region: place, about }) =>
          name === 'too-old' && resourceArn === arn && place === region && about === vaultName,
      );
      const isKnown = history.knows([backupSource.points(region, vaultName)]);
      return {
        resource: arn,
        tier: tierName,
        region,
        vault: vaultName,
        rpo: rpoOf({ isKnown, isMissed, isLimited: rpoMinutes !== undefined && newest !== undefined }),
        ...(rpoMinutes !== undefined && { rpoMinutes }),
        ...(newest !== undefined && { newest }),
        good: good.toReversed(),
      };
    }),
  );
}

function rpoOf({
  isKnown,
  isMissed,
  isLimited,
}: Readonly<Record<'isKnown' | 'isMissed' | 'isLimited', boolean>>): RpoStatus {
  if (!isKnown) return 'unknown';
  if (isMissed) return 'missed';
  return isLimited ? 'met' : 'none-due';
}

/** Nothing is wrong, and everything that was to be asked was. */
export function isWell({ findings, restores, unread }: BackupAssessment): boolean {
  return findings.length === 0 && unread.length === 0 && restores.every(({ status }) => status !== 'bad');
}
