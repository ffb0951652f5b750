import { parseCron } from '../domain/cron.ts';
import { isTimeZone } from '../domain/time-zone.ts';
import { type PlannedRule, plannedRules, slotsOfRules } from './backup-plan.ts';
import type { PolicyProblem, PolicyRule } from './rule.ts';
import type { Policy } from './schema.ts';

/** When backups run, and which of them AWS Backup would silently leave out. */
export const backupScheduleRules: readonly PolicyRule[] = [
  schedulesCanBeRead,
  windowsAreLongEnough,
  startWindowsDoNotOverlap,
  plansHaveARule,
];

/** A leap year that begins on a Saturday, with all that a cron expression can mean in it. */
export const lintedYear = { from: Date.UTC(2028, 0, 1), to: Date.UTC(2029, 0, 1) };

/** False: what is wrong with it is told by `schedulesCanBeRead`, and nothing can be said of its runs. */
export function canBeRead({ cron, timeZone }: { readonly cron: string; readonly timeZone: string }): boolean {
  return cronProblem(cron) === undefined && isTimeZone(timeZone);
}

function cronProblem(cron: string): string | undefined {
  try {
    parseCron(cron);
    return undefined;
  } catch (error) {
    if (error instanceof RangeError) return error.message;
    throw error;
  }
}

function schedulesCanBeRead({ backups }: Policy): readonly PolicyProblem[] {
  const schedules = Object.entries(backups.tiers).flatMap(([name, tier]) => [
    ...plannedRules(name, tier),
    ...(tier.restoreTest === undefined
      ? []
      : [{ timeZone: 'UTC', ...tier.restoreTest, path: `backups.tiers.${name}.restoreTest` }]),
  ]);
  return schedules.flatMap(({ path, cron, timeZone = 'UTC' }) => {
    const fact = cronProblem(cron);
    return [
      ...(fact === undefined
        ? []
        : [
            {
              path: `${path}.cron`,
              value: cron,
              fact: `no such schedule can be made: ${fact}`,
              remedy: "write it as AWS does, such as 'cron(30 5 ? * * *)' for each day at 05:30",
            },
          ]),
      ...(isTimeZone(timeZone)
        ? []
        : [
            {
              path: `${path}.timeZone`,
              value: timeZone,
              fact: 'there is no such time zone, and AWS Backup would refuse the plan',
              remedy: "use a name of the IANA database such as 'America/New_York', or leave it out for UTC",
            },
          ]),
    ];
  });
}

const leastMinutes = 60;

/**
 * The completion window counts from the scheduled time: one that is no longer than the start window cancels what begins
 * late in it.
 * @see https://docs.aws.amazon.com/aws-backup/latest/devguide/API_StartBackupJob.html
 */
function windowsAreLongEnough({ backups }: Policy): readonly PolicyProblem[] {
  return allRules(backups).flatMap(({ path, startWindowMinutes, completionWindowMinutes }) => [
    ...(startWindowMinutes >= leastMinutes
      ? []
      : [
          {
            path: `${path}.startWindowMinutes`,
            value: startWindowMinutes,
            fact: `AWS Backup takes no start window of less than ${leastMinutes} minutes`,
            remedy: `use ${leastMinutes} or more`,
          },
        ]),
    ...(completionWindowMinutes > startWindowMinutes
      ? []
      : [
          {
            path: `${path}.completionWindowMinutes`,
            value: completionWindowMinutes,
            fact: `it counts from the scheduled time, like the start window of ${startWindowMinutes} minutes, so a job that begins late would be cancelled at once`,
            remedy: 'use the start window and the time that a backup takes',
          },
        ]),
  ]);
}

/**
 * A rule's own runs count too. Hourly is the most often that AWS Backup runs, so with the shortest start window an
 * hourly rule leaves room for no other but in hours that it leaves out.
 * @see https://docs.aws.amazon.com/aws-backup/latest/devguide/plan-options-and-configuration.html
 */
function startWindowsDoNotOverlap({ backups }: Policy): readonly PolicyProblem[] {
  return Object.entries(backups.tiers).flatMap(([name, tier]) =>
    overlapsOf(plannedRules(name, tier).filter(canBeRead)).map(({ waiting, next, at }) => ({
      path: waiting.path,
      value: waiting.cron,
      fact:
        waiting === next
          ? `its run of ${at} comes before the start window of the run before it has ended (${waiting.startWindowMinutes} minutes), and AWS Backup makes one backup of the two`
          : `the run of '${next.name}' at ${at} is in its start window, and of the two AWS Backup makes only the one that is kept for longer`,
      remedy:
        waiting === next
          ? 'run it less often, at most once in its start window'
          : `leave hours out of the one that runs more often, so that their start windows lie apart; none can be shorter than ${leastMinutes} minutes`,
    })),
  );
}

interface Overlap {
  readonly waiting: PlannedRule;
  readonly next: PlannedRule;
  /** When the later run is asked for, as ISO 8601. */
  readonly at: string;
}

/** The first overlap of each two rules, or of a rule with itself, in a year. */
function overlapsOf(rules: readonly PlannedRule[]): Overlap[] {
  const found = new Map<string, Overlap>();
  const open = new Map<PlannedRule, number>();
  for (const { rule, at, startBy } of slotsOfRules(rules, lintedYear.from, lintedYear.to)) {
    for (const [waiting, until] of open) {
      if (at >= until) continue;
      const pair = [waiting.name, rule.name].sort().join(' ');
      if (!found.has(pair)) found.set(pair, { waiting, next: rule, at: new Date(at).toISOString() });
    }
    open.set(rule, startBy);
  }
  return [...found.values()];
}

function plansHaveARule({ backups }: Policy): readonly PolicyProblem[] {
  return Object.entries(backups.tiers).flatMap(([name, tier]) => {
    const rules = plannedRules(name, tier);
    const path = `backups.tiers.${name}.rules`;
    if (rules.length === 0) {
      return [{ path, value: 0, fact: 'nothing would ever be backed up', remedy: 'add a rule' }];
    }
    if (rules.length <= 10) return [];
    return [{ path, value: rules.length, fact: 'a plan has at most 10 rules', remedy: 'join some of them' }];
  });
}

export function allRules(backups: Policy['backups']): PlannedRule[] {
  return Object.entries(backups.tiers).flatMap(([name, tier]) => plannedRules(name, tier));
}
