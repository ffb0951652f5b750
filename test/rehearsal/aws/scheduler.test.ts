import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Scheduler } from '../../../rehearsal/aws/scheduler.ts';
import { scheduleGroupArn } from '../../../rehearsal/aws/scheduler-configuration.ts';
import { parseScheduledRun } from '../../../shared/events/schedule.ts';
import { type Services, services } from './services.ts';
import {
  account,
  functionArn,
  queueArn,
  region,
  roleArn,
  type VirtualKernel,
  virtualKernel,
} from './virtual-kernel.ts';

let kernel: VirtualKernel;
let aws: Services;
let received: { event: unknown; at: string }[];

beforeEach(() => {
  kernel = virtualKernel();
  aws = services(kernel);
  aws.queue('undelivered');
  received = [];
  aws.handler('sweep', async (event) => {
    received.push({ event, at: kernel.now().toISOString() });
  });
});

afterEach(() => kernel[Symbol.dispose]());

const target = { Arn: functionArn('sweep'), RoleArn: roleArn('schedule') };
const input = { schedule: 'sweep', scheduledTime: '<aws.scheduler.scheduled-time>' };

const schedule = (properties: object = {}, targetProperties: object = {}): void =>
  new Scheduler(kernel, aws.lambda, aws.sqs).createSchedule({
    region,
    name: 'sweep',
    properties: {
      ScheduleExpression: 'cron(0/10 * * * ? *)',
      FlexibleTimeWindow: { Mode: 'OFF' },
      Target: { ...target, Input: JSON.stringify(input), ...targetProperties },
      ...properties,
    },
  });

describe('a schedule', () => {
  it('invokes its function within the minute that it is due, and says when it was due', async () => {
    schedule();
    await kernel.pass(21 * 60);
    expect(received.map(({ event }) => event)).toEqual([
      { schedule: 'sweep', scheduledTime: '2026-03-02T08:10:00Z' },
      { schedule: 'sweep', scheduledTime: '2026-03-02T08:20:00Z' },
    ]);
    expect(received.map(({ at }) => at.slice(0, 16))).toEqual(['2026-03-02T08:10', '2026-03-02T08:20']);
    expect(parseScheduledRun(received[0]?.event).scheduledTime).toContain('2026-03-02T08:10:00');
  });

  it('invokes as its role, which needs the permission', async () => {
    schedule();
    await kernel.pass(11 * 60);
    expect(kernel.asked).toContainEqual(
      expect.objectContaining({
        principal: { kind: 'role', arn: roleArn('schedule') },
        action: 'lambda:InvokeFunction',
        resource: functionArn('sweep'),
      }),
    );
  });

  it('keeps what it may not deliver in its dead-letter queue, at once', async () => {
    kernel.refuse(({ action }) => action === 'lambda:InvokeFunction');
    schedule({}, { DeadLetterConfig: { Arn: queueArn('undelivered') } });
    await kernel.pass(11 * 60);
    expect(aws.messages('undelivered')).toEqual([
      expect.objectContaining({
        Body: JSON.stringify({ ...input, scheduledTime: '2026-03-02T08:10:00Z' }),
        MessageAttributes: {
          ERROR_CODE: { DataType: 'String', StringValue: 'AccessDeniedException' },
          ERROR_MESSAGE: { DataType: 'String', StringValue: expect.stringContaining('not authorized') },
          EXECUTION_ID: { DataType: 'String', StringValue: expect.stringMatching(/^[0-9a-f-]{36}$/) },
          IS_PAYLOAD_TRUNCATED: { DataType: 'String', StringValue: 'false' },
          RETRY_ATTEMPTS: { DataType: 'Number', StringValue: '0' },
          SCHEDULED_TIME: { DataType: 'String', StringValue: '2026-03-02T08:10:00Z' },
          SCHEDULE_ARN: {
            DataType: 'String',
            StringValue: `arn:aws:scheduler:${region}:${account}:schedule/default/sweep`,
          },
          TARGET_ARN: { DataType: 'String', StringValue: functionArn('sweep') },
        },
      }),
    ]);
    expect(kernel.asked).toContainEqual(
      expect.objectContaining({
        principal: { kind: 'role', arn: roleArn('schedule') },
        action: 'sqs:SendMessage',
        resource: queueArn('undelivered'),
      }),
    );
  });

  it('is lost, and the trace says so, where no queue keeps it', async () => {
    kernel.refuse(({ action }) => action === 'lambda:InvokeFunction');
    schedule();
    await kernel.pass(11 * 60);
    expect(kernel.entries('dead-letter')).toEqual([
      expect.objectContaining({
        queue: 'none',
        why: expect.stringContaining('schedule sweep could not invoke'),
      }),
    ]);
  });

  it('does nothing while it is disabled', async () => {
    schedule({ State: 'DISABLED' });
    await kernel.pass(3600);
    expect(received).toEqual([]);
  });

  it('ends with its last run', async () => {
    schedule({ ScheduleExpression: 'at(2026-03-02T09:05:00)', ScheduleExpressionTimezone: 'Europe/Dublin' });
    await kernel.pass(24 * 3600);
    expect(received.map(({ at }) => at.slice(0, 16))).toEqual(['2026-03-02T09:05']);
  });

  it.each([
    [{ FlexibleTimeWindow: { Mode: 'FLEXIBLE', MaximumWindowInMinutes: 5 } }, 'FlexibleTimeWindow'],
    [{ StartDate: '2026-04-01T00:00:00Z' }, 'StartDate'],
    [{ Target: { ...target, Arn: 'arn:aws:sqs:us-east-1:1:q' } }, 'only functions'],
    [{ ScheduleExpression: 'cron(0 6 15W * ? *)' }, "'W' is not simulated"],
  ])('with %j is refused by name', (properties, problem) => {
    expect(() => schedule(properties)).toThrow(problem);
  });

  it('acts for its group', () => {
    expect(scheduleGroupArn('arn:aws:scheduler:us-east-1:1:schedule/nightly/sweep')).toBe(
      'arn:aws:scheduler:us-east-1:1:schedule-group/nightly',
    );
  });
});
