import { type BackupSchedule, byTime, type Slot, slotsBetween } from '../domain/backup-slots.ts';
import type { BackupTier } from './backup-schema.ts';

export interface PlannedCopy {
  readonly region: string;
  readonly keepDays: number;
  readonly coldAfterDays?: number | undefined;
  readonly withinMinutes: number;
}

/** A rule of a tier's backup plan, as AWS Backup is asked to do it. */
export interface PlannedRule extends BackupSchedule {
  /** Of the rule in the plan. */
  readonly name: string;
  /** Where it stands in the policy. */
  readonly path: string;
  /** Its key in `backups.vaults`, in the Region of the resource and in those of the copies. */
  readonly vault: string;
  readonly keepDays: number;
  readonly coldAfterDays?: number | undefined;
  readonly continuous: boolean;
  readonly copies: readonly PlannedCopy[];
}

/** The rules of a tier's plan: those that it names, and the one for its archive where that is of recovery points. */
export function plannedRules(tierName: string, tier: BackupTier): PlannedRule[] {
  const path = `backups.tiers.${tierName}`;
  const rules = Object.entries(tier.rules).map(
    ([name, { timeZone = 'UTC', continuous = false, ...rule }]) => ({
      ...rule,
      name,
      path: `${path}.rules.${name}`,
      vault: tier.vault,
      timeZone,
      continuous,
    }),
  );
  if (tier.archive?.as !== 'recovery-points') return rules;
  const { as: _as, timeZone = 'UTC', ...archive } = tier.archive;
  return [...rules, { ...archive, name: 'archive', path: `${path}.archive`, timeZone, continuous: false }];
}

/** The Regions in which a tier has recovery points: the primary, and wherever it is copied to. */
export function regionsOf(rules: readonly PlannedRule[], primary: string): string[] {
  return [...new Set([primary, ...rules.flatMap(({ copies }) => copies.map(({ region }) => region))])];
}

/** Slots of all the rules, in order, each with the rule that it is of. */
export function slotsOfRules(
  rules: readonly PlannedRule[],
  from: number,
  to: number,
): (Slot & { readonly rule: PlannedRule })[] {
  return rules
    .flatMap((rule) => slotsBetween(rule, from, to).map((slot) => ({ ...slot, rule })))
    .sort(byTime);
}
