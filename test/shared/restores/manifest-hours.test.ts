import { describe, expect, it } from '@jest/globals';
import type { BackupTier } from '../../../shared/policy/backup-schema.ts';
import { mayBeCompared } from '../../../shared/restores/manifest-hours.ts';
import { policy } from '../../builders.ts';

function tierWith(test: Partial<NonNullable<BackupTier['restoreTest']>> = {}): BackupTier {
  const tier = policy.backups.tiers.databases;
  if (tier?.restoreTest === undefined) throw new Error('the policy tests no databases');
  return { ...tier, restoreTest: { ...tier.restoreTest, ...test } };
}

/** At ten to every hour of a week that begins on a Monday. */
const week = Array.from({ length: 7 * 24 }, (_, hour) => new Date(Date.UTC(2026, 2, 2, hour, 50)));

const neededIn = (tier: BackupTier | undefined) => week.filter((at) => mayBeCompared(tier, at));

describe('a manifest', () => {
  it('is needed around the weekly test of the newest recovery point, from twice the RPO before it', () => {
    const hours = neededIn(tierWith()).map((at) => at.toISOString().slice(0, 13));
    // Wednesday's test begins from 08:00 to 09:00; the copy may be 7 h old, twice that is 14 h, and the manifest before it.
    expect(hours[0]).toBe('2026-03-03T16');
    expect(hours.at(-1)).toBe('2026-03-04T10');
    expect(hours).toHaveLength(19);
  });

  it.each<[string, BackupTier | undefined]>([
    ['a test takes any recovery point of the last days', tierWith({ recoveryPoint: 'random' })],
    ['it is not known what is tested', undefined],
    ['a Region has no RPO', { ...tierWith(), rpoMinutes: { 'us-east-1': 360 } }],
    ['a test runs twice a day', tierWith({ cron: 'cron(0 8,20 * * ? *)' })],
  ])('is needed in every hour where %s', (_why, tier) => {
    expect(neededIn(tier)).toHaveLength(week.length);
  });

  it('is needed in no hour where no test restores the database', () => {
    const { restoreTest: _none, ...tier } = tierWith();
    expect(neededIn(tier)).toEqual([]);
  });

  it('follows the clocks of the time zone of the test', () => {
    const [first] = neededIn(tierWith({ timeZone: 'Asia/Tokyo' }));
    expect(first?.toISOString()).toBe('2026-03-03T07:50:00.000Z');
  });
});
