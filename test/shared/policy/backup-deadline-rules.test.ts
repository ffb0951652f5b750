import { describe, expect, it } from '@jest/globals';
import { contract as verifyRestore } from '../../../functions/backups/verify-restore/contract.ts';
import { contract as watchBackups } from '../../../functions/backups/watch-backups/contract.ts';
import { contract as takeManifest } from '../../../functions/databases/take-manifest/contract.ts';
import { slotsBetween } from '../../../shared/domain/backup-slots.ts';
import { betweenLooks } from '../../../shared/policy/backup-deadline-rules.ts';
import { policy } from '../../builders.ts';
import { type Backups, problemsOf, restoreTest, withBackups, withTier } from './backups.ts';

const { toldWithinMinutes } = policy.backups;

function deadlineProblems(changed: Partial<Backups['toldWithinMinutes']>, longestStart = 1) {
  const given = withTier(
    { restoreTest: { ...restoreTest, startWindowHours: longestStart } },
    { toldWithinMinutes: { ...toldWithinMinutes, ...changed } },
  );
  return problemsOf(given).filter(([path]) => path.startsWith('backups.toldWithinMinutes.'));
}

describe('the deadlines', () => {
  it.each(Object.keys(toldWithinMinutes))('of %s has to leave the time that it takes', (name) => {
    const [problem] = problemsOf(withBackups({ toldWithinMinutes: { ...toldWithinMinutes, [name]: 1 } }));
    expect(problem?.[0]).toBe(`backups.toldWithinMinutes.${name}`);
  });

  it('are kept by the ones of the policy, and no minute less than what a rule asks for', () => {
    expect(deadlineProblems({})).toEqual([]);
    expect(deadlineProblems({ badBackup: 70, missingBackup: 90, missingTest: 115 })).toEqual([]);
    expect(deadlineProblems({ badBackup: 69, missingBackup: 89, missingTest: 114 })).toHaveLength(3);
  });

  it('of a test that does not begin grows with its start window', () => {
    expect(deadlineProblems({}, 3).map(([path]) => path)).toEqual(['backups.toldWithinMinutes.missingTest']);
  });

  it.each([
    ['backups', watchBackups],
    ['restores', verifyRestore],
    ['manifests', takeManifest],
  ] as const)('count on the schedule of whoever looks at %s', (what, { schedules: [{ expression }] }) => {
    const schedule = { cron: expression, timeZone: 'UTC', startWindowMinutes: 1, completionWindowMinutes: 1 };
    const day = slotsBetween(schedule, 0, 86_400_000).map(({ at }) => at / 60_000);
    const gaps = day.slice(1).map((at, index) => at - (day[index] ?? 0));
    expect(Math.max(...gaps)).toBe(betweenLooks[what]);
  });
});
