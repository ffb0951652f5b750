import { LocalDurableTestRunner } from '@aws/durable-execution-sdk-js-testing';
import { describe, expect, it } from '@jest/globals';
import { AwsError } from '../../../../rehearsal/kernel.ts';
import { testKernel } from '../../../rehearsal/aws/stand.ts';
import type { VirtualKernel } from '../../../rehearsal/aws/virtual-kernel.ts';
import { type Called, Stand } from './stand.ts';

const run = 'failover-1';

const told = ({ events }: Stand, outcome: string): readonly string[] =>
  events.filter((event) => event.outcome === outcome).map(({ reason }) => reason);

const evidence = ({ s3 }: Stand): readonly string[] => s3.keysOf('evidence', `failover/${run}/`);

const outcomesOf = (stand: Stand, operation: string): readonly Called[] =>
  stand.calls.filter((call) => call.operation === operation);

/** What has to be so after a failover, whatever happened on its way. */
function expectMoved(stand: Stand): void {
  expect(stand.state()).toMatchObject({ epoch: 1, writer: 'standby' });
  expect(stand.state().openRun).toBeUndefined();
  expect(stand.state().lastRunEnded).toBeGreaterThan(stand.began);
  expect(stand.tokens()).toEqual(['switch-west', 'switch-witness']);
  expect(stand.interlock('us-west-2')).toBe(run);
  expect(stand.interlock('eu-west-1')).toBe(run);
  expect(stand.rds.isReplica('us-west-2', stand.replicaId)).toBe(false);
  expect(evidence(stand)).toHaveLength(6);
  expect(told(stand, 'ended').length).toBeGreaterThan(0);
}

describe('a failover', () => {
  it('moves traffic, nodes and the database, in this order, and keeps evidence of each step', async () => {
    using stand = new Stand();
    const execution = await stand.run();
    expect(stand.outcome(execution)).toBe('done');
    expectMoved(stand);
    const first = (operation: string, of = ''): number =>
      stand.calls.findIndex(
        (call) => call.operation === operation && JSON.stringify(call.input).includes(of),
      );
    expect(first('PutObject', 'switch-west')).toBeLessThan(first('UpdateNodegroupConfig'));
    expect(first('UpdateNodegroupConfig')).toBeLessThan(first('PromoteReadReplica'));
    expect(first('PromoteReadReplica')).toBeLessThan(first('Invoke'));
    expect(evidence(stand).map((key) => key.split('/').at(-1))).toEqual([
      '1-detect.json',
      '2-traffic.json',
      '3-nodes.json',
      '4-database.json',
      '5-validate.json',
      '6-close.json',
    ]);
  });

  it('promotes only once DNS has led to the standby for longer than its TTL, and after the writer was changed', async () => {
    using stand = new Stand();
    await stand.run();
    const [turned] = outcomesOf(stand, 'PutObject').filter(({ input }) => input.Bucket === 'switch-west');
    const [promoted] = outcomesOf(stand, 'PromoteReadReplica');
    const seconds = ((promoted?.at ?? 0) - (turned?.at ?? 0)) / 1000;
    expect(seconds).toBeGreaterThanOrEqual(40 + 60);
    const committed = stand.calls.findIndex(
      ({ operation, input }) =>
        operation === 'PutItem' && JSON.stringify(input).includes('\\"writer\\":\\"standby\\"'),
    );
    expect(committed).toBeGreaterThan(0);
    expect(committed).toBeLessThan(stand.calls.indexOf(promoted as Called));
  });

  it('touches neither the primary Region nor Route 53', async () => {
    using stand = new Stand();
    await stand.run();
    expect(new Set(stand.calls.map(({ region }) => region))).toEqual(new Set(['us-west-2', 'eu-west-1']));
    expect(stand.calls.filter(({ service }) => service.startsWith('route53') || service === 'sts')).toEqual(
      [],
    );
  });

  it('writes each token once', async () => {
    using stand = new Stand();
    await stand.run();
    expect(outcomesOf(stand, 'PutObject').filter(({ input }) => input.Bucket !== 'evidence')).toHaveLength(2);
  });

  it('writes no token where there is one', async () => {
    using again = new Stand();
    for (const [Bucket, region] of [
      ['switch-west', 'us-west-2'],
      ['switch-witness', 'eu-west-1'],
    ] as const) {
      const input = { Bucket, Key: 'switch/service/standby', Body: 'traffic: standby' };
      again.s3.operations.PutObject(input, { principal: { kind: 'scenario' }, region });
    }
    await again.run();
    expectMoved(again);
    expect(outcomesOf(again, 'PutObject').filter(({ input }) => input.Bucket !== 'evidence')).toEqual([]);
  });

  it('does nothing while the policy observes', async () => {
    using stand = new Stand();
    stand.policy = { ...stand.policy, failover: { ...stand.policy.failover, mode: 'observe' } };
    expect(stand.outcome(await stand.run())).toBe('refused');
    expect(new Set(stand.calls.map(({ operation }) => operation))).toEqual(
      new Set(['PutObject', 'PutEvents']),
    );
    expect(outcomesOf(stand, 'PutObject').map(({ input }) => input.Bucket)).toEqual(['evidence']);
  });

  it('refuses what is no run', async () => {
    using stand = new Stand();
    const execution = await stand.run({ mode: 'failback' as 'failover' });
    expect(execution.status).toBe('FAILED');
    expect(execution.error?.ErrorMessage).toContain('mode');
    expect(stand.calls).toEqual([]);
  });
});

describe('a run that dies', () => {
  it.each([
    ['before each call', false, 'before'],
    ['after each call, whose answer is lost', false, 'after'],
    ['before each checkpoint', true, 'before'],
    ['after each checkpoint', true, 'after'],
  ] as const)('%s, comes to the same', async (_where, ofCheckpoints, moment) => {
    using stand = new Stand();
    const died = new Set<string>();
    stand.crash = (name, at) => {
      if (at !== moment || name.startsWith('checkpoint') !== ofCheckpoints || died.has(name)) return false;
      died.add(name);
      return true;
    };
    const execution = await stand.run();
    expect(died.size).toBeGreaterThan(30);
    expect(stand.outcome(execution)).toBe('done');
    expectMoved(stand);
    expect(stand.rds.promotions).toBe(1);
    const puts = outcomesOf(stand, 'PutObject').filter(({ input }) => input.Bucket !== 'evidence');
    expect(new Set(puts.map(({ input }) => input.Bucket)).size).toBe(2);
    if (moment === 'before') expect(puts).toHaveLength(2);
  });
});

describe('two starts', () => {
  it('of one name and input are one run', async () => {
    using stand = new Stand();
    const first = stand.start();
    expect(stand.start()).toBe(first);
    await stand.ended(first);
    expect(stand.start()).toBe(first);
    expect(stand.durable.list()).toHaveLength(1);
  });

  it('of one name and another input are refused by Lambda', () => {
    using stand = new Stand();
    stand.start();
    expect(() => stand.start({ startedBy: 'somebody' })).toThrow(
      expect.objectContaining({ name: 'DurableExecutionAlreadyStartedException' }),
    );
  });

  it('of one epoch have one that acts', async () => {
    using stand = new Stand();
    const first = stand.start();
    const other = stand.start({}, 'by hand');
    const executions = [await stand.ended(first), await stand.ended(other)];
    expect(executions.map((one) => stand.outcome(one)).toSorted()).toEqual(['done', 'refused']);
    expectMoved(stand);
    expect(stand.rds.promotions).toBe(1);
  });

  it('of a past epoch do nothing', async () => {
    using stand = new Stand();
    await stand.run();
    const execution = await stand.ended(stand.start({}, 'late'));
    expect(stand.outcome(execution)).toBe('refused');
    expect(told(stand, 'stopped').at(-1)).toContain('the epoch 1 is of the past');
    expect(stand.interlock('us-west-2')).toBe(run);
  });
});

describe('a replica that is too far behind', () => {
  const behind = (): Stand => {
    const stand = new Stand();
    stand.readiness(900);
    return stand;
  };

  it('is promoted once two people have said so', async () => {
    using stand = behind();
    const arn = stand.start();
    await stand.kernel.pass(180);
    expect(told(stand, 'asks')).toEqual([
      'the promotion of the replica loses up to 840 s of changes, which is more than the 300 s that may be lost. It waits 15 minutes for two people to choose the same',
    ]);
    stand.approve(run, 'U0AEON00001', 'promote');
    stand.approve(run, 'U0AEON00001', 'promote');
    stand.approve(run, 'UNOBODY0001', 'promote');
    await stand.kernel.pass(60);
    expect(stand.rds.promotions).toBe(0);
    stand.approve(run, 'U0AEON00002', 'promote');
    expect(stand.outcome(await stand.ended(arn))).toBe('done');
    expectMoved(stand);
  });

  it('is left alone when somebody refuses, and the automations stand still while users are led to a replica', async () => {
    using stand = behind();
    const arn = stand.start();
    await stand.kernel.pass(180);
    stand.approve(run, 'U0AEON00001', 'promote');
    stand.approve(run, 'U0AEON00003', 'refuse');
    expect(stand.outcome(await stand.ended(arn))).toBe('stopped');
    expect(stand.rds.promotions).toBe(0);
    expect(stand.state()).toMatchObject({ writer: 'primary', epoch: 1 });
    expect(stand.state().openRun).toBeUndefined();
    expect(stand.state()).toMatchObject({ halfway: run });
    expect(stand.interlock('us-west-2')).toBe(run);
    expect(told(stand, 'stopped')).toEqual(['U0AEON00003 refused. The run has ended']);
  });

  it('is left alone in silence, and the newest recovery points are restored', async () => {
    using stand = behind();
    expect(stand.outcome(await stand.run({}, 10_800))).toBe('done');
    expect(stand.rds.promotions).toBe(0);
    expect(stand.restores).toBe(2);
    expect(stand.state().writer).toBe('standby');
    expect(told(stand, 'hurt').join()).toContain('has to be pointed at aeon-dt-metadata-standby-failover-1');
  });
});

describe('a database', () => {
  it('without a replica comes from the newest recovery point, with the volumes, once people have said so', async () => {
    using stand = new Stand();
    stand.noReplica();
    const arn = stand.start();
    await stand.kernel.pass(180);
    stand.approve(run, 'U0AEON00001', 'restore');
    stand.approve(run, 'U0AEON00002', 'restore');
    expect(stand.outcome(await stand.ended(arn, 10_800))).toBe('done');
    const points = outcomesOf(stand, 'StartRestoreJob').map(({ input }) =>
      String(input.RecoveryPointArn).split(':').at(-1),
    );
    expect(points).toEqual(['RDS-90', 'EBS-60']);
    expect(outcomesOf(stand, 'StartRestoreJob')[1]?.input.Metadata).toEqual({
      availabilityZone: 'us-west-2a',
    });
  });

  it('that is being backed up is promoted afterwards', async () => {
    using stand = new Stand();
    stand.rds.turn('us-west-2', stand.replicaId, 'backing-up');
    const arn = stand.start();
    await stand.kernel.pass(600);
    expect(stand.rds.promotions).toBe(0);
    expect(told(stand, 'behind').at(-1)).toContain(
      '100 % of its 320 s: aeon-dt-metadata-standby is backing-up',
    );
    stand.rds.turn('us-west-2', stand.replicaId, 'available');
    expect(stand.outcome(await stand.ended(arn))).toBe('done');
    expectMoved(stand);
  });

  it('that nothing can bring back stops the run before anything is promised', async () => {
    using stand = new Stand();
    stand.noReplica();
    stand.points = { database: [], volumes: [] };
    expect(stand.outcome(await stand.run())).toBe('stopped');
    expect(stand.state().writer).toBe('primary');
  });
});

describe('a bucket of the switch', () => {
  const lost = (bucket: string) => (call: Called) =>
    call.service === 's3' && call.input.Bucket === bucket
      ? new AwsError('NoSuchBucket', 'The specified bucket does not exist', 404)
      : undefined;

  it.each(['switch-west', 'switch-witness'])(
    'that is lost (%s) stops nothing, and is told of',
    async (bucket) => {
      using stand = new Stand();
      stand.fails = lost(bucket);
      expect(stand.outcome(await stand.run())).toBe('done');
      expect(stand.rds.promotions).toBe(1);
      expect(stand.tokens()).toEqual(['switch-west', 'switch-witness'].filter((name) => name !== bucket));
      expect(told(stand, 'hurt').join('\n')).toContain('one bucket alone holds the traffic');
      expect(told(stand, 'ended').at(-1)).toContain('runs in us-west-2');
      expect(stand.events.at(-1)?.facts.shortfalls.join()).toContain('the switch stands on one leg');
    },
  );

  it('that comes back in time gets its token', async () => {
    using stand = new Stand();
    stand.fails = lost('switch-witness');
    const arn = stand.start();
    await stand.kernel.pass(120);
    stand.fails = undefined;
    await stand.ended(arn);
    expectMoved(stand);
  });

  it('and the other one lost: nothing is promoted, and people are paged at once and at half of the budget', async () => {
    using stand = new Stand();
    stand.fails = (call) => lost('switch-west')(call) ?? lost('switch-witness')(call);
    expect(stand.outcome(await stand.run({}, 10_800))).toBe('stopped');
    expect(stand.rds.promotions).toBe(0);
    expect(told(stand, 'hurt')[0]).toMatch(/^traffic: SwitchError/);
    expect(told(stand, 'behind').map((reason) => reason.slice(0, 30))).toEqual([
      'traffic has taken 50 % of its ',
      'traffic has taken 100 % of its',
    ]);
    expect(stand.events.filter(({ outcome }) => outcome === 'behind')[0]?.facts.byHand).toContain(
      'break-glass',
    );
    // A write whose answer was lost may have turned it.
    expect(stand.interlock('us-west-2')).toBe(run);
  });
});

describe('node groups', () => {
  it('that EKS does not raise keep the run for their budget, and no longer', async () => {
    using stand = new Stand();
    stand.fails = ({ operation }) =>
      operation === 'UpdateNodegroupConfig' ? new AwsError('ServerException', 'no', 500) : undefined;
    const execution = await stand.run();
    expect(stand.outcome(execution)).toBe('done');
    expect(stand.rds.promotions).toBe(1);
    expect(told(stand, 'behind').filter((reason) => reason.startsWith('nodes'))).toHaveLength(2);
    expect(told(stand, 'hurt').join('\n')).toContain('the node groups are not ready');
    const { beganAt, endedAt } = JSON.parse(
      stand.s3.text('evidence', `failover/${run}/3-nodes.json`) ?? '{}',
    ) as Record<string, string>;
    expect(Date.parse(endedAt ?? '') - Date.parse(beganAt ?? '')).toBeLessThan(215_000);
  });

  it('that have enough are not touched', async () => {
    using stand = new Stand();
    stand.raised();
    await stand.run();
    expect(outcomesOf(stand, 'UpdateNodegroupConfig')).toEqual([]);
  });
});

describe('a state that cannot be read any more', () => {
  it('stops the run before the writer is changed, and people are told that it is still open', async () => {
    using stand = new Stand();
    stand.fails = ({ operation, input }) =>
      stand.tokens().length > 0 && operation === 'GetItem' && JSON.stringify(input).includes('"state"')
        ? new AwsError('InternalServerError', 'no', 500)
        : undefined;
    expect(stand.outcome(await stand.run())).toBe('stopped');
    expect(stand.rds.promotions).toBe(0);
    expect(told(stand, 'hurt').at(-1)).toContain('the run could not be closed');
    expect(told(stand, 'stopped')).toHaveLength(1);
  });
});

describe('people who cannot be told', () => {
  it('do not keep the platform from moving', async () => {
    using stand = new Stand();
    stand.fails = ({ service }) =>
      service === 'events' ? new AwsError('InternalException', 'no', 500) : undefined;
    expect(stand.outcome(await stand.run())).toBe('done');
    expect(stand.state().writer).toBe('standby');
  });
});

describe("AWS's own test runner", () => {
  it('runs the runbook', async () => {
    await LocalDurableTestRunner.setupTestEnvironment({ skipTime: true });
    try {
      // The runner has a clock of its own. Here a second passes whenever somebody looks at it, and AWS takes no time.
      const from = Date.parse('2026-03-02T08:00:00Z');
      let seconds = 0;
      const kernel = {
        ...testKernel(),
        now: () => {
          seconds += 1;
          return new Date(from + 1000 * seconds);
        },
        after: (_ms: number, what: () => void) => queueMicrotask(what),
        [Symbol.dispose]: () => undefined,
      };
      using stand = new Stand(kernel as unknown as VirtualKernel);
      const runner = new LocalDurableTestRunner({ handlerFunction: stand.handler() as never });
      const execution = await runner.run({ payload: stand.input() });
      expect(execution.getStatus()).toBe('SUCCEEDED');
      expect(execution.getResult()).toMatchObject({ outcome: 'done' });
      expectMoved(stand);
      expect(runner.getOperation('one TTL').getWaitDetails()?.waitSeconds).toBe(60);
    } finally {
      await LocalDurableTestRunner.teardownTestEnvironment();
    }
  }, 20_000);
});
