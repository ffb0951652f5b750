import { beforeAll, describe, expect, it, jest } from '@jest/globals';
import { invariants } from '../../rehearsal/invariants/all.ts';
import { faultsTold } from '../../rehearsal/planted.ts';
import { type Run, rehearse } from '../../rehearsal/rehearsal.ts';
import { playedIn } from '../../rehearsal/scenarios/backups/clock.ts';
import { backups } from '../../rehearsal/scenarios/backups/scenario.ts';
import type { Proof } from '../../shared/restores/proof.ts';
import { policy } from '../builders.ts';

/** Virtual days, but real seconds, and more of them on a busy machine. */
jest.setTimeout(240_000);

/** The four weeks are played by .ci/run. Nearly all faults are in their first days. */
const firstDays = { ...backups, to: new Date('2026-03-07T20:00:00Z') };

describe('the first days of the scenario backups', () => {
  let run: Run;
  beforeAll(async () => {
    run = await rehearse(firstDays, { seed: 1 });
  });

  it('keep every invariant: each fault is told in its time, and nothing else', () => {
    const broken = invariants.flatMap(({ name, check }) =>
      check(run).violations.map((text) => `${name}: ${text}`),
    );
    expect(broken).toEqual([]);
  });

  it('have people told of each kind of fault', () => {
    const told = faultsTold(run).flatMap(({ fault, toldAt }) => (toldAt === undefined ? [] : [fault.what]));
    // Which of two comes first is a matter of the seed.
    expect(new Set(told)).toEqual(
      new Set([
        'a backup failed',
        'a backup did not begin in its time',
        'a backup was stopped',
        'a backup has only a part',
        'nobody can tell what a restored bucket holds',
        'a backup completed with issues',
        'a plan made no job',
        'a restored database has a tenth of its rows changed',
        'a restored database is empty',
        'copies were not begun',
        'a restored volume was not deleted',
        'a copy failed by its KMS key',
        'the newest copy is too old',
        'copies are late',
        'a window swallowed backups',
        'a resource vanished',
      ]),
    );
  });

  it('lose no heartbeat that a restored copy shows, though most are only counted', () => {
    const proofs = ['us-east-1', 'us-west-2'].flatMap((region) =>
      run.account.dynamodb
        .peek('aeon-ops-restores', region)
        .filter(({ of }) => of?.S === `restore#${region}`)
        .map((row): Proof => JSON.parse(row.record?.S ?? 'null')),
    );
    const lags = proofs.flatMap(({ judgement }) => judgement?.rpoSeconds ?? []);
    expect(lags).toHaveLength(2);
    expect(Math.max(...lags)).toBeLessThan(150);
    expect(run.account.scheduler.skipped.get('aeon-ops-write-heartbeat')).toBeGreaterThan(5000);
  });
});

describe('the runs by the clock of a story of backups', () => {
  const plays = playedIn(policy);
  const aMinute = 60_000;
  const test = Date.parse('2026-03-04T08:00:00Z');
  const every = (minutes: number, from: number, to: number): Date[] =>
    Array.from(
      { length: (to - from) / (minutes * aMinute) },
      (_, run) => new Date(from + run * minutes * aMinute),
    );

  it('have each heartbeat that the backups before a test, and during its start window, take along', () => {
    const needed = every(1, test - 3 * 60 * aMinute, test + 60 * aMinute);
    expect(needed.filter((at) => !plays('aeon-ops-write-heartbeat', at))).toEqual([]);
    expect(plays('aeon-ops-write-heartbeat', new Date('2026-03-06T08:00:00Z'))).toBe(false);
  });

  it('have each sweep until what a test has restored is deleted, and one an hour in all other hours', () => {
    const window = every(15, test, test + 10 * 60 * aMinute).map(
      (at) => new Date(at.getTime() + 7 * aMinute),
    );
    expect(window.filter((at) => !plays('aeon-ops-verify-restore', at))).toEqual([]);
    const night = every(15, Date.parse('2026-03-07T00:00:00Z'), Date.parse('2026-03-08T00:00:00Z'));
    expect(
      night.filter((at) => plays('aeon-ops-verify-restore', new Date(at.getTime() + 7 * aMinute))),
    ).toHaveLength(24);
  });

  it('have each look at backups, and none of what is of another concern', () => {
    for (const at of every(60, test, test + 24 * 60 * aMinute)) {
      expect(plays('aeon-ops-watch-backups', at)).toBe(true);
      expect(plays('aeon-ops-sweep-images', at)).toBe(false);
    }
  });
});
