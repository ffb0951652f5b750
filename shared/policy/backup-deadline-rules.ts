import type { PolicyRule } from './rule.ts';
import type { Policy } from './schema.ts';

/** When people are told. */
export const backupDeadlineRules: readonly PolicyRule[] = [deadlinesCanBeKept];

/** Minutes, by the schedules of watch-backups, verify-restore and take-manifest. */
export const betweenLooks = { backups: 60, restores: 15, manifests: 60 } as const;

/** Minutes until a look is over and its alerts are with the sinks. */
const toTell = 10;

/** Minutes until it is certain that something which had to begin has not. */
const untilMissed = { backup: 20, test: 30 };

/** Events of AWS Backup get lost, so that nothing is sure to be found before the next look. */
function deadlinesCanBeKept({ backups: { toldWithinMinutes, tiers } }: Policy): ReturnType<PolicyRule> {
  const hourly = 'backups are looked at every hour';
  const look = betweenLooks.backups + toTell;
  const lookAtRestores = betweenLooks.restores + toTell;
  const startWindows = Object.values(tiers).map(({ restoreTest }) => restoreTest?.startWindowHours ?? 0);
  const least: readonly (readonly [keyof typeof toldWithinMinutes, minutes: number, why: string])[] = [
    ['badBackup', look, hourly],
    ['missingBackup', untilMissed.backup + look, `a job may come late, and ${hourly}`],
    ['badCopy', look, hourly],
    ['missingCopy', look, hourly],
    ['tooOld', look, hourly],
    ['changedResource', look, hourly],
    [
      'badRestore',
      betweenLooks.manifests + betweenLooks.restores + lookAtRestores,
      'the manifest after its backup is waited for, and a copy is given a password in one look and asked in the next',
    ],
    [
      'missingTest',
      Math.max(0, ...startWindows) * 60 + untilMissed.test + lookAtRestores,
      'a test begins at any moment of its start window, and its job may be listed late',
    ],
    ['leftover', lookAtRestores, 'restores are looked at every quarter of an hour'],
    [
      'deadVerifier',
      betweenLooks.restores + lookAtRestores,
      'restores are looked at every quarter of an hour, and an alarm takes more than one attempt',
    ],
  ];
  return least
    .filter(([name, minutes]) => toldWithinMinutes[name] < minutes)
    .map(([name, minutes, why]) => ({
      path: `backups.toldWithinMinutes.${name}`,
      value: toldWithinMinutes[name],
      fact: `it can take ${minutes} minutes: ${why}`,
      remedy: `use at least ${minutes}`,
    }));
}
