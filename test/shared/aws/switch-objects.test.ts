import { describe, expect, it } from '@jest/globals';
import { addressOf } from '../../../rehearsal/aws/route53.ts';
import { AwsError } from '../../../rehearsal/kernel.ts';
import { SwitchError, type SwitchObjects, switchObjects } from '../../../shared/aws/switch-objects.ts';
import { tokenKeyOf } from '../../../shared/failover/switch.ts';
import { failoverStand, policy } from '../../rehearsal/failover-stand.ts';

const { service, drill, targets } = policy.failover.records;
if (targets.type !== 'alias') throw new Error('the policy has targets of another type');
const sides = new Map([
  [addressOf(targets.primary.dnsName), 'primary'],
  [addressOf(targets.standby.dnsName), 'standby'],
]);
const home = policy.regions.standby;
const { witness } = policy.failover;
const each = [
  [home, witness],
  [witness, home],
] as const;

function stage() {
  const stand = failoverStand();
  const switches = switchObjects(stand.buckets);
  /** Where users are after the minute that checkers and name servers take at most. */
  const traffic = (name = service) => {
    stand.passSeconds(60);
    return sides.get(stand.simulated.route53.answer(name, 'A')?.value ?? '');
  };
  stand.passSeconds(600);
  traffic();
  return { ...stand, switches, traffic };
}

async function errorOf(turn: ReturnType<SwitchObjects['toStandby']>): Promise<SwitchError> {
  const error = await turn.catch((thrown: unknown) => thrown);
  if (error instanceof SwitchError) return error;
  throw new Error('it did not fail with a SwitchError', { cause: error });
}

describe('the switch', () => {
  it('moves to the standby by one write in each bucket, and is not written to again', async () => {
    const { switches, writes, traffic } = stage();
    expect(await switches.position('service')).toMatchObject({ traffic: 'primary' });
    expect(await switches.toStandby('service', 'run 1')).toEqual({ changed: [home, witness] });
    expect(writes).toEqual([`PutObject ${home}`, `PutObject ${witness}`]);
    expect(traffic()).toBe('standby');
    expect(await switches.toStandby('service', 'run 1')).toEqual({ changed: [] });
    expect(writes).toHaveLength(2);
    expect(await switches.position('service')).toMatchObject({ traffic: 'standby' });
  });

  it('moves back by one deletion in each bucket, and changes nothing when it stands there already', async () => {
    const { switches, writes, traffic } = stage();
    expect(await switches.toPrimary('service')).toEqual({ changed: [] });
    expect(writes).toEqual([]);
    await switches.toStandby('service', 'run 1');
    expect(await switches.toPrimary('service')).toEqual({ changed: [home, witness] });
    expect(writes.slice(2)).toEqual([`DeleteObject ${home}`, `DeleteObject ${witness}`]);
    expect(traffic()).toBe('primary');
  });

  it('of an exercise moves nobody else', async () => {
    const { switches, traffic } = stage();
    await switches.toStandby('drill', 'exercise 1');
    expect([traffic(drill), traffic(service)]).toEqual(['standby', 'primary']);
    expect(await switches.position('service')).toMatchObject({ traffic: 'primary' });
  });

  it('says in the object who moved it and why', async () => {
    const { switches, simulated, buckets } = stage();
    await switches.toStandby('service', 'run 1: us-east-1 is down');
    for (const { name } of buckets) {
      expect(simulated.s3.text(name, tokenKeyOf('service'))).toContain('run 1: us-east-1 is down');
    }
  });
});

describe('the switch, with a bucket lost', () => {
  it.each(each)(
    '%s before: moves by the other, says what is missing, and writes that later',
    async (lost, other) => {
      const { switches, dark, traffic } = stage();
      dark.add(lost);
      const error = await errorOf(switches.toStandby('service', 'run 1'));
      expect(error).toMatchObject({ turned: true, changed: [other], failed: [{ region: lost }] });
      expect(error.message).toBe(`There is no token in ${lost} (TimeoutError: ${lost} does not answer)`);
      expect(traffic()).toBe('standby');
      dark.delete(lost);
      expect(await switches.toStandby('service', 'run 1')).toEqual({ changed: [lost] });
    },
  );

  it.each(each)(
    '%s during: a write that may have been done is done again, and nothing else is',
    async (lost, other) => {
      const { switches, dark, fails, writes, traffic } = stage();
      fails((operation, region) => {
        if (operation !== 'PutObject' || region !== lost) return undefined;
        dark.add(lost);
        return new AwsError('InternalError', 'We encountered an internal error', 500);
      });
      expect(await errorOf(switches.toStandby('service', 'run 1'))).toMatchObject({
        turned: true,
        changed: [other],
      });
      expect(traffic()).toBe('standby');
      dark.clear();
      fails(undefined);
      writes.length = 0;
      await switches.toStandby('service', 'run 1');
      expect(writes).toEqual([`PutObject ${lost}`]);
    },
  );

  it.each(each)('%s after: stays where it was moved to', async (lost) => {
    const { switches, dark, traffic } = stage();
    await switches.toStandby('service', 'run 1');
    expect(traffic()).toBe('standby');
    dark.add(lost);
    expect(traffic()).toBe('standby');
    expect(await switches.position('service')).toMatchObject({ traffic: 'standby' });
  });

  it.each(each)(
    '%s on the way back: stays with the standby until both can be emptied',
    async (lost, other) => {
      const { switches, dark, traffic } = stage();
      await switches.toStandby('service', 'run 1');
      dark.add(lost);
      // Lost to us, but not to the checkers: the other way round traffic would go back too early.
      const back = errorOf(switches.toPrimary('service'));
      expect(await back).toMatchObject({ turned: false, changed: [other], failed: [{ region: lost }] });
      dark.delete(lost);
      expect(traffic()).toBe('standby');
      expect(await switches.toPrimary('service')).toEqual({ changed: [lost] });
      expect(traffic()).toBe('primary');
    },
  );

  it('and the other one too, moves nothing and says so', async () => {
    const { switches, dark, traffic } = stage();
    dark.add(home);
    dark.add(witness);
    const error = await errorOf(switches.toStandby('service', 'run 1'));
    expect(error).toMatchObject({
      turned: false,
      changed: [],
      failed: [{ region: home }, { region: witness }],
    });
    expect(await switches.position('service')).toMatchObject({ traffic: 'unknown' });
    expect(traffic()).toBe('primary');
  });
});
