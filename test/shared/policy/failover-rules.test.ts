import { describe, expect, it } from '@jest/globals';
import opsPolicy from '../../../ops.config.ts';
import { checkPolicy } from '../../../shared/policy/check.ts';
import { failoverRules } from '../../../shared/policy/failover-rules.ts';
import type { Policy } from '../../../shared/policy/schema.ts';

type Failover = Policy['failover'];

const ours = opsPolicy.failover;

function problems(over: Partial<Failover>): string[] {
  const policy = { ...opsPolicy, failover: { ...ours, ...over } };
  return failoverRules.flatMap((rule) => rule(policy)).map(({ path }) => path);
}

const withRecords = (records: Partial<Failover['records']>): Partial<Failover> => ({
  records: { ...ours.records, ...records },
});
const withEndpoints = (endpoints: Partial<Failover['endpoints']>): Partial<Failover> => ({
  endpoints: { ...ours.endpoints, ...endpoints },
});
const withStandby = (standby: Partial<Failover['standby']>): Partial<Failover> => ({
  standby: { ...ours.standby, ...standby },
});
const cname = (ttlSeconds: number, standby = 'b.example.com') =>
  ({ type: 'cname', primary: 'a.example.com', standby, ttlSeconds }) as const;

describe('the rules of the failover', () => {
  it('find nothing wrong with ours, nor once it is armed and acts', () => {
    expect(problems({})).toEqual([]);
    expect(problems({ armed: true, mode: 'act', start: 'automatic' })).toEqual([]);
    expect(problems(withRecords({ targets: cname(60) }))).toEqual([]);
  });

  it.each<[string, Partial<Failover>, string]>([
    ['acting while no record follows the switch', { mode: 'act' }, 'failover.mode'],
    ['a time between two looks', { suspectFor: 35 }, 'failover.suspectFor'],
    ['an outage that is confirmed as soon as suspected', { suspectFor: 120 }, 'failover.confirmFor'],
    ['a cooldown that ends before a recovery does', { cooldown: 14 }, 'failover.cooldown'],
    ['a recovery that takes longer than promised', { rtoSeconds: 600 }, 'failover.rtoSeconds'],
    ['a TTL that leaves too little time', withRecords({ targets: cname(600) }), 'failover.rtoSeconds'],
    ['a confirmation that leaves too little time', { confirmFor: 600 }, 'failover.rtoSeconds'],
    ['a witness that is lost with the primary', { witness: 'us-east-1' }, 'failover.witness'],
    ['a witness that is lost with the standby', { witness: 'us-west-2' }, 'failover.witness'],
    [
      'a record outside the zone',
      withRecords({ service: 'platform.example.org' }),
      'failover.records.service',
    ],
    ['exercises that move users', withRecords({ drill: ours.records.service }), 'failover.records.drill'],
    [
      'a CNAME at the top of the zone',
      withRecords({ service: ours.zone.existing.name, targets: cname(60) }),
      'failover.records.service',
    ],
    [
      'an endpoint that moves',
      withEndpoints({ primary: ours.records.service }),
      'failover.endpoints.primary',
    ],
    [
      'one endpoint for both',
      withEndpoints({ standby: ours.endpoints.primary }),
      'failover.endpoints.standby',
    ],
    [
      'one target for both',
      withRecords({ targets: cname(60, 'a.example.com') }),
      'failover.records.targets.standby',
    ],
    ["a canary of the platform's own", { canary: 'https://canary.aeon-dt.example.com/' }, 'failover.canary'],
    ['a canary of another Region', { canary: 'https://sqs.us-west-2.amazonaws.com/ping' }, 'failover.canary'],
    ['a canary of no Region', { canary: 'https://iam.amazonaws.com/' }, 'failover.canary'],
    [
      'one person who would have to be two',
      { approval: { ...ours.approval, people: ['U0AEON00001', 'U0AEON00001'] } },
      'failover.approval.people',
    ],
    [
      'volumes restored in the primary',
      withStandby({ restore: { ...ours.standby.restore, availabilityZone: 'us-east-1a' } }),
      'failover.standby.restore.availabilityZone',
    ],
    ['no nodes for the users', withStandby({ nodeGroups: {} }), 'failover.standby.nodeGroups'],
    [
      'a replica of an unknown database',
      withStandby({ replica: { id: 'replica', of: 'other' } }),
      'failover.standby.replica.of',
    ],
  ])('refuse %s', (_what, over, path) => {
    expect(problems(over)).toEqual([path]);
  });

  it('say what a recovery is made of', () => {
    const failover = { ...ours, ...withRecords({ targets: cname(600) }) };
    expect(() => checkPolicy({ ...opsPolicy, failover })).toThrow(
      'a failover takes 1145 s at worst (detection 145 s, the switch and one TTL of 600 s 640 s, promotion of the replica 300 s, our own steps 60 s)',
    );
  });

  it('take a canary anywhere outside of AWS that is not the platform’s', () => {
    expect(problems({ canary: 'https://status.example.org/us-east-1' })).toEqual([]);
  });
});
