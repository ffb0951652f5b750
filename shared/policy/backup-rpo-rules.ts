import { supportOf } from '../domain/backup-resource-type.ts';
import { type LongestWait, longestWait, type Slot, slotsThatCanExist } from '../domain/backup-slots.ts';
import { closedHoursOf } from '../domain/closed-hours.ts';
import { type PlannedRule, plannedRules, regionsOf, slotsOfRules } from './backup-plan.ts';
import { canBeRead, lintedYear } from './backup-schedule-rules.ts';
import type { BackupTier } from './backup-schema.ts';
import type { PolicyProblem, PolicyRule } from './rule.ts';
import type { Policy } from './schema.ts';

/** How old the newest recovery point may become, against how old it becomes while all goes well. */
export const backupRpoRules: readonly PolicyRule[] = [everyRegionHasAnRpo, rposCanBeKept];

function everyRegionHasAnRpo({ backups, regions }: Policy): readonly PolicyProblem[] {
  return Object.entries(backups.tiers).flatMap(([name, tier]) => {
    const held = regionsOf(plannedRules(name, tier), regions.primary);
    const path = `backups.tiers.${name}.rpoMinutes`;
    const missing = held
      .filter((region) => !(region in tier.rpoMinutes))
      .map((region) => ({
        path: `${path}.${region}`,
        value: undefined,
        fact: `nobody would be told when the recovery points in ${region} become too old`,
        remedy: 'say how old the newest one may become there, in minutes',
      }));
    const stray = Object.entries(tier.rpoMinutes)
      .filter(([region]) => !held.includes(region))
      .map(([region, minutes]) => ({
        path: `${path}.${region}`,
        value: minutes,
        fact: `the tier has no recovery points in ${region}`,
        remedy: `copy them there, or remove it`,
      }));
    return [...missing, ...stray];
  });
}

function rposCanBeKept({ backups, regions }: Policy): readonly PolicyProblem[] {
  return Object.entries(backups.tiers).flatMap(([name, tier]) => {
    const rules = plannedRules(name, tier).filter(canBeRead);
    return Object.entries(tier.rpoMinutes).flatMap(([region, rpoMinutes]) => {
      const slots = slotsIn(region, regions.primary, rules);
      if (slots.length === 0) return [];
      const place = { path: `backups.tiers.${name}.rpoMinutes.${region}`, rpoMinutes };
      if (region === regions.primary && rules.some(({ continuous }) => continuous)) {
        return continuousProblem(place, tier);
      }
      const plain = waitProblem(place, longestWait(slots), isCopied(region, rules, regions.primary));
      if (plain.length > 0 || tier.resourceType !== 'RDS') return plain;
      return windowProblems(place, name, backups.databases, slots);
    });
  });
}

interface Place {
  readonly path: string;
  readonly rpoMinutes: number;
}

/** The slots whose backups are to be in the Region, there at the latest when their copies are. */
function slotsIn(region: string, primary: string, rules: readonly PlannedRule[]): Slot[] {
  const held = rules.filter((rule) => region === primary || copyTo(region, rule) !== undefined);
  return slotsOfRules(held, lintedYear.from, lintedYear.to).map(({ rule, at, startBy, endBy }) => ({
    at,
    startBy,
    endBy: endBy + (region === primary ? 0 : (copyTo(region, rule)?.withinMinutes ?? 0) * 60_000),
  }));
}

function copyTo(region: string, { copies }: PlannedRule): PlannedRule['copies'][number] | undefined {
  return copies.find((copy) => copy.region === region);
}

/** Whether what is in the Region are copies of continuous backups, which are not continuous themselves. */
function isCopied(region: string, rules: readonly PlannedRule[], primary: string): boolean {
  return region !== primary && rules.some((rule) => rule.continuous && copyTo(region, rule) !== undefined);
}

function continuousProblem({ path, rpoMinutes }: Place, { resourceType }: BackupTier): PolicyProblem[] {
  const least = supportOf(resourceType).continuousRpoMinutes ?? 0;
  if (rpoMinutes >= least) return [];
  return [
    {
      path,
      value: rpoMinutes,
      fact: `also with continuous backup ${resourceType} can be restored only to what it was ${least} minutes ago`,
      remedy: `use ${least} or more`,
    },
  ];
}

function waitProblem(
  { path, rpoMinutes }: Place,
  wait: LongestWait | undefined,
  copiesOfContinuous: boolean,
): PolicyProblem[] {
  if (wait === undefined || rpoMinutes >= wait.minutes) return [];
  const interval = (wait.until.at - wait.after.at) / 60_000;
  return [
    {
      path,
      value: rpoMinutes,
      fact: [
        `the newest recovery point is ${wait.minutes} minutes old when the next one is there at the latest: ${interval} between the runs, and ${wait.minutes - interval} until the backup and its copy have ended`,
        ...(copiesOfContinuous ? ['a copy of a continuous backup is a plain snapshot of the moment'] : []),
      ].join('; '),
      remedy: `use ${wait.minutes} or more, run more often, or shorten the windows`,
    },
  ];
}

/** Slots that fall into closed hours of a database are lost to it. */
function windowProblems(
  { path, rpoMinutes }: Place,
  tierName: string,
  databases: Policy['backups']['databases'],
  slots: readonly Slot[],
): PolicyProblem[] {
  return Object.entries(databases)
    .filter(([, { tier }]) => tier === tierName)
    .flatMap(([database, windows]): PolicyProblem[] => {
      const possible = slotsThatCanExist(slots, closedHoursOf(windows));
      const wait = longestWait(possible);
      if (wait !== undefined && rpoMinutes >= wait.minutes) return [];
      if (wait === undefined) {
        return [
          {
            path: `backups.databases.${database}`,
            value: windows,
            fact: `RDS makes no backup in these windows and in the hour before each, and no run of the tier '${tierName}' is at another time`,
            remedy: 'run at other hours, or move the windows',
          },
        ];
      }
      const [from, to] = [wait.after.at, wait.until.at].map((at) => new Date(at).toUTCString());
      return [
        {
          path,
          value: rpoMinutes,
          fact: `${database} cannot be backed up in its windows and in the hour before each: between ${from} and ${to} there is no run, so the newest recovery point becomes ${wait.minutes} minutes old`,
          remedy: `use ${wait.minutes} or more, or move the windows closer together`,
        },
      ];
    });
}
