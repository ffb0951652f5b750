import { describe, expect, it } from '@jest/globals';
import { contracts } from '../../infra/functions.ts';
import { synthesize } from '../../infra/synthesize.ts';
import policy from '../../ops.config.ts';
import { parseScheduledRun } from '../../shared/events/schedule.ts';
import type { FunctionSchedule } from '../../shared/lambda/contract.ts';
import {
  list,
  named,
  ofType,
  permissionsOf,
  type Resource,
  resources,
  resourcesOf,
  type Statement,
  statementsOf,
} from './templates.ts';

interface Target {
  readonly Arn: string;
  readonly RoleArn: string;
  readonly Input: string;
  readonly DeadLetterConfig: { readonly Arn: string };
  readonly RetryPolicy: object;
}

const schedules = ofType('AWS::Scheduler::Schedule');
const each = schedules.map((schedule) => [schedule.stack, schedule.name, schedule] as const);

function targetOf(schedule: Resource): Target {
  return schedule.properties.Target as Target;
}

/** The function that a schedule is of, and what the contract says of it. */
function ownerOf(schedule: Resource): { readonly name: string; readonly own: FunctionSchedule } {
  for (const { name, schedules: all = [] } of contracts) {
    const own = all.find((each) => schedule.name === `Schedule aeon-ops-${name}-${each.name}`);
    if (own) return { name, own };
  }
  throw new Error(`no contract has ${schedule.name}`);
}

function roleOf(schedule: Resource): Resource {
  const role = resources.find(
    ({ stack, name }) => stack === schedule.stack && name === targetOf(schedule).RoleArn,
  );
  if (!role) throw new Error(`${schedule.name} has no role`);
  return role;
}

describe('a schedule', () => {
  it('stands for each of those in a contract, wherever the function is', () => {
    const wanted = contracts.flatMap(({ name, schedules: own = [] }) =>
      ofType('AWS::Lambda::Function')
        .filter((lambda) => lambda.name === `Function aeon-ops-${name}`)
        .flatMap(({ stack }) => own.map((schedule) => `${stack}: aeon-ops-${name}-${schedule.name}`)),
    );
    expect(wanted.length).toBeGreaterThan(0);
    expect(
      schedules.map(({ stack, name }) => `${stack}: ${name.replace('Schedule ', '')}`).toSorted(),
    ).toEqual(wanted.toSorted());
  });

  it.each(each)('%s: %s runs its function by the clock of UTC, at the minute', (_stack, _name, schedule) => {
    expect(schedule.properties).toMatchObject({
      ScheduleExpression: ownerOf(schedule).own.expression,
      ScheduleExpressionTimezone: 'UTC',
      FlexibleTimeWindow: { Mode: 'OFF' },
      State: 'ENABLED',
    });
    expect(targetOf(schedule)).toMatchObject({
      Arn: `Function aeon-ops-${ownerOf(schedule).name}`,
      DeadLetterConfig: { Arn: `Queue aeon-ops-${ownerOf(schedule).name}-delivery-dlq` },
      RetryPolicy: { MaximumEventAgeInSeconds: 3600 },
    });
  });

  it('hands over what the function reads, once Scheduler has filled in the time', () => {
    for (const schedule of schedules) {
      const input = targetOf(schedule).Input.replace(
        '<aws.scheduler.scheduled-time>',
        '2026-03-02T12:17:00Z',
      );
      expect(parseScheduledRun(JSON.parse(input))).toEqual({
        schedule: ownerOf(schedule).own.name,
        scheduledTime: '2026-03-02T12:17:00.000Z',
      });
    }
  });

  it.each(each)(
    '%s: %s may invoke its function and keep what it gives up, and nothing else',
    (_stack, _name, schedule) => {
      const [inline] = roleOf(schedule).properties.Policies as { PolicyDocument: unknown }[];
      expect(statementsOf(inline?.PolicyDocument)).toMatchObject([
        {
          actions: ['lambda:InvokeFunction'],
          resources: [`Function aeon-ops-${ownerOf(schedule).name}`],
          condition: {},
        },
        {
          actions: ['sqs:SendMessage'],
          resources: [`Queue aeon-ops-${ownerOf(schedule).name}-delivery-dlq`],
        },
        {
          actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
          condition: { 'ForAnyValue:StringEquals': { 'kms:ResourceAliases': 'alias/aeon-ops' } },
        },
      ]);
    },
  );

  it.each(each)(
    '%s: %s has a role that Scheduler can use for our schedules alone',
    (_stack, _name, schedule) => {
      const { region, properties } = roleOf(schedule);
      expect(statementsOf(properties.AssumeRolePolicyDocument)).toMatchObject([
        {
          principal: 'scheduler.amazonaws.com',
          condition: {
            StringEquals: { 'aws:SourceAccount': '111122223333' },
            ArnEquals: { 'aws:SourceArn': `arn:aws:scheduler:${region}:111122223333:schedule-group/default` },
          },
        },
      ]);
    },
  );
});

describe('what sweep-images may do', () => {
  const repositories = (region: string): string[] =>
    Object.keys(policy.services)
      .map((name) => `arn:aws:ecr:${region}:111122223333:repository/${name}`)
      .toSorted();

  function onImages(lambda: Resource, among: readonly Resource[] = resources): Statement[] {
    return permissionsOf(lambda, among).filter(({ actions }) =>
      actions.some((action) => action.startsWith('ecr:')),
    );
  }

  it.each(policy.regions.registry)(
    'in %s: read and scan the images of the policy, and change none',
    (region) => {
      const lambda = ofType('AWS::Lambda::Function').find(
        (one) => one.region === region && one.name === 'Function aeon-ops-sweep-images',
      );
      if (!lambda) throw new Error(`none in ${region}`);
      const statements = onImages(lambda);
      const asksForCopies = region === policy.regions.primary ? ['ecr:DescribeImageReplicationStatus'] : [];
      expect(statements.flatMap(({ actions }) => actions).toSorted()).toEqual(
        [
          'ecr:BatchGetImage',
          'ecr:DescribeImageScanFindings',
          'ecr:DescribeImages',
          'ecr:StartImageScan',
          ...asksForCopies,
        ].toSorted(),
      );
      for (const statement of statements)
        expect(statement.resources.toSorted()).toEqual(repositories(region));
    },
  );

  it('starts no scans where Amazon Inspector scans', () => {
    const registry = { ...policy.images.registry, scanning: 'enhanced' as const };
    const enhanced = resourcesOf(synthesize({ ...policy, images: { ...policy.images, registry } }));
    const lambda = named('Function aeon-ops-sweep-images', enhanced);
    expect(onImages(lambda, enhanced).flatMap(({ actions }) => actions)).not.toContain('ecr:StartImageScan');
  });

  it('publishes verdicts and gaps under its own name alone', () => {
    const puts = permissionsOf(named('Function aeon-ops-sweep-images')).filter(({ actions }) =>
      actions.includes('events:PutEvents'),
    );
    expect(puts.map(({ condition }) => condition.StringEquals)).toEqual([
      { 'events:source': 'aeon-ops.sweep-images', 'events:detail-type': ['Image Judged', 'Image Gap'] },
    ]);
    expect(list(puts[0]?.resources)).toHaveLength(1);
  });
});
