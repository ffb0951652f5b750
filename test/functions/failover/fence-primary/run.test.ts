import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EC2Client } from '@aws-sdk/client-ec2';
import { S3Client } from '@aws-sdk/client-s3';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { type FenceDeps, fencePrimary } from '../../../../functions/failover/fence-primary/run.ts';
import { DynamoDb } from '../../../../rehearsal/aws/dynamodb.ts';
import { SecurityGroups } from '../../../../rehearsal/aws/ec2-security-groups.ts';
import { S3 } from '../../../../rehearsal/aws/s3.ts';
import { interlock } from '../../../../shared/aws/interlock.ts';
import { objectStore } from '../../../../shared/aws/object-store.ts';
import { securityGroups } from '../../../../shared/aws/security-groups.ts';
import { switchTable } from '../../../../shared/aws/switch-table.ts';
import type { OpsEvent } from '../../../../shared/events/ops-events.ts';
import type { FailoverState } from '../../../../shared/failover/decide.ts';
import { policy } from '../../../builders.ts';
import { clientOf, testKernel } from '../../../rehearsal/aws/stand.ts';

const region = 'us-east-1';
const [group = ''] = policy.failover.fence.securityGroups;
const open: FailoverState = { epoch: 0, writer: 'primary', armed: true };
const moved: FailoverState = { epoch: 3, writer: 'standby', armed: true };

describe('fencePrimary', () => {
  let groups: SecurityGroups;
  let s3: S3;
  let state: FailoverState | { readonly unreadable: string };
  let published: OpsEvent[];
  let logged: string[];
  let deps: FenceDeps;

  beforeEach(() => {
    const kernel = testKernel();
    groups = new SecurityGroups(kernel);
    groups.create(region, group, ['10.0.0.0/16', '10.1.0.0/16'], 5432);
    s3 = new S3(kernel);
    s3.createBucket({ region, name: 'ops', properties: {} });
    const dynamodb = new DynamoDb(kernel);
    dynamodb.createTable({ name: 'switches', region, keys: { partition: { name: 'switch', type: 'S' } } });
    const client = clientOf(DynamoDBClient, dynamodb);
    published = [];
    logged = [];
    deps = {
      states: { read: async () => state },
      switches: switchTable(client, 'switches'),
      interlock: interlock(client, 'switches', region),
      groups: securityGroups(clientOf(EC2Client, groups)),
      journal: objectStore(clientOf(S3Client, s3), 'ops'),
      bus: { publish: async (event) => void published.push(event) },
      policy: { ...policy, failover: { ...policy.failover, mode: 'act' } },
      region,
      now: kernel.now,
      log: (_level, message) => void logged.push(message),
    };
  });

  const interlockedBy = async (): Promise<string | undefined> => {
    const reading = await deps.switches.read(['interlock']);
    return 'rows' in reading ? reading.rows[0]?.by : 'unreadable';
  };

  it('does nothing while the primary is the writer', async () => {
    state = open;
    expect((await fencePrimary(deps)).outcome).toBe('open');
    expect(groups.sources(region, group)).toHaveLength(2);
    expect(await interlockedBy()).toBeUndefined();
    expect(published).toEqual([]);
  });

  it('does nothing while nobody says who the writer is, and logs that', async () => {
    state = { unreadable: 'TimeoutError: no answer' };
    expect((await fencePrimary(deps)).outcome).toBe('unknown');
    expect(groups.sources(region, group)).toHaveLength(2);
    expect(logged).toEqual(['writer unknown']);
  });

  it('removes all ingress once the standby is the writer, and keeps what it was before', async () => {
    state = moved;
    expect(await fencePrimary(deps)).toMatchObject({ outcome: 'fenced', facts: { epoch: 3 } });
    expect(groups.sources(region, group)).toEqual([]);
    const [key = ''] = s3.keysOf('ops', `journal/fence-primary/failover-3/${group}/`);
    const { removed } = JSON.parse(s3.text('ops', key) ?? '{}') as {
      removed: { CidrIpv4: string; FromPort: number }[];
    };
    expect(removed.map(({ CidrIpv4, FromPort }) => `${CidrIpv4}:${FromPort}`)).toEqual([
      '10.0.0.0/16:5432',
      '10.1.0.0/16:5432',
    ]);
    expect(published.map(({ detail }) => detail.outcome)).toEqual(['fenced']);
    expect(await interlockedBy()).toBe('failover-3');
  });

  it('has nothing to do a second time, and takes what somebody let in anew', async () => {
    state = moved;
    await fencePrimary(deps);
    await fencePrimary(deps);
    expect(published).toHaveLength(1);
    groups.create(region, group, ['0.0.0.0/0'], 5432);
    await fencePrimary(deps);
    expect(groups.sources(region, group)).toEqual([]);
  });

  it('has the automations stand still while a run is open or has stopped halfway, and go on after it', async () => {
    state = { ...open, epoch: 1, openRun: 'failover-1' };
    await fencePrimary(deps);
    expect(await interlockedBy()).toBe('failover-1');
    expect(groups.sources(region, group)).toHaveLength(2);
    state = { ...open, epoch: 1, halfway: 'failover-1' };
    await fencePrimary(deps);
    expect(await interlockedBy()).toBe('failover-1');
    expect(groups.sources(region, group)).toHaveLength(2);
    state = { ...open, epoch: 1 };
    await fencePrimary(deps);
    expect(await interlockedBy()).toBeUndefined();
  });

  it('leaves the interlock of a person alone', async () => {
    await deps.interlock.set('a person', 'an exercise');
    state = open;
    await fencePrimary(deps);
    expect(await interlockedBy()).toBe('a person');
  });

  it('removes nothing while the policy observes, and tells', async () => {
    state = moved;
    deps = { ...deps, policy: { ...policy, failover: { ...policy.failover, mode: 'observe' } } };
    expect((await fencePrimary(deps)).outcome).toBe('watched');
    expect(groups.sources(region, group)).toHaveLength(2);
    expect(s3.keysOf('ops')).toEqual([]);
    expect(await interlockedBy()).toBeUndefined();
    expect(published.map(({ detail }) => detail.outcome)).toEqual(['watched']);
  });
});
