import { describe, expect, it } from '@jest/globals';
import { decideMissedTestAlert } from '../../../../functions/alerts/route-alert/restore-alert.ts';
import { AwsError } from '../../../../rehearsal/kernel.ts';
import { hours, minutes, Stand } from './stand.ts';

const aWeek = hours(7 * 24);

/** 09:25 of a Wednesday. The database was backed up at 07:00; its test had to begin from 08:00 to 09:00. */
async function afterTest({ forgotten }: { readonly forgotten: boolean }): Promise<Stand> {
  const stand = new Stand();
  await stand.sweep();
  stand.forgetsTest = forgotten;
  stand.kernel.pass(minutes(10));
  stand.backUp();
  stand.kernel.pass(hours(2) + minutes(25));
  return stand;
}

const told = ({ missed }: Stand) => missed.map(({ outcome, subject }) => `${outcome} ${subject}`);

describe('a restore test that does not begin', () => {
  it('is told once, half an hour after it had to, and is over when one runs', async () => {
    const stand = await afterTest({ forgotten: true });
    await stand.sweep();
    expect(told(stand)).toEqual([]);
    stand.kernel.pass(minutes(5));
    for (let run = 0; run < 3; run++) await stand.sweep();
    expect(told(stand)).toEqual(['open tier databases']);
    expect(stand.missed[0]?.reason).toBe(
      'it had to begin within 1 h of 2026-11-25T08:00:00.000Z, and there is no restore job',
    );

    stand.forgetsTest = false;
    stand.backUp();
    stand.kernel.pass(aWeek);
    await stand.sweep();
    await stand.sweep();
    expect(told(stand)).toEqual(['open tier databases', 'closed tier databases']);
    const [open, closed] = stand.missed.map((event) => decideMissedTestAlert(event));
    expect(open).toMatchObject({
      alert: { state: 'firing', title: 'Restore test did not begin: databases' },
    });
    expect(closed).toMatchObject({ alert: { state: 'resolved' } });
    expect(
      new Set([open, closed].map((each) => each && 'alert' in each && each.alert.fingerprint)).size,
    ).toBe(1);
  });

  it('is told once when the next one does not begin either', async () => {
    const stand = await afterTest({ forgotten: true });
    stand.kernel.pass(hours(1));
    await stand.sweep();
    stand.backUp();
    stand.kernel.pass(aWeek);
    await stand.sweep();
    expect(told(stand)).toEqual(['open tier databases']);
  });

  it('is told by the next sweep when the bus did not take it', async () => {
    const stand = await afterTest({ forgotten: true });
    stand.kernel.pass(hours(1));
    stand.fails = (operation) =>
      operation === 'PutEvents' ? new AwsError('InternalException', 'not now', 500) : undefined;
    await expect(stand.sweep()).rejects.toThrow('not now');
    stand.fails = () => undefined;
    await stand.sweep();
    expect(told(stand)).toEqual(['open tier databases']);
  });

  it('is over when the tier is not tested here any more', async () => {
    const stand = await afterTest({ forgotten: true });
    stand.kernel.pass(hours(1));
    await stand.sweep();
    const { databases: _gone, ...tiers } = stand.policy.backups.tiers;
    stand.policy = { ...stand.policy, backups: { ...stand.policy.backups, tiers } };
    await stand.sweep();
    await stand.sweep();
    expect(told(stand)).toEqual(['open tier databases', 'closed tier databases']);
  });
});

describe('nothing is missed', () => {
  it('of a test that has run', async () => {
    const stand = await afterTest({ forgotten: false });
    stand.kernel.pass(hours(1));
    await stand.sweep();
    expect(stand.missed).toEqual([]);
  });

  it('when there was no recovery point that the test could take', async () => {
    const stand = new Stand();
    await stand.sweep();
    stand.kernel.pass(hours(4));
    await stand.sweep();
    expect(stand.missed).toEqual([]);
  });

  it('that was due before the test was known, or before its schedule was changed', async () => {
    const stand = new Stand();
    stand.forgetsTest = true;
    stand.backUp();
    stand.kernel.pass(hours(3));
    await stand.sweep();
    const { databases } = stand.policy.backups.tiers;
    if (databases?.restoreTest === undefined) throw new Error('the policy tests no databases');
    const restoreTest = { ...databases.restoreTest, cron: 'cron(0 7 ? * WED *)' };
    const tiers = { ...stand.policy.backups.tiers, databases: { ...databases, restoreTest } };
    stand.policy = { ...stand.policy, backups: { ...stand.policy.backups, tiers } };
    await stand.sweep();
    await stand.sweep();
    expect(stand.missed).toEqual([]);
  });
});
