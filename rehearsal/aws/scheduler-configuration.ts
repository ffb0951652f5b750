import * as z from 'zod';
import { ignored, number, type Resource, readProperties } from './properties.ts';
import { type NextRun, parseSchedule } from './schedule-expression.ts';

export interface Schedule {
  readonly arn: string;
  readonly region: string;
  readonly name: string;
  readonly next: NextRun;
  readonly isEnabled: boolean;
  readonly target: {
    readonly arn: string;
    /** As whom the target is invoked and what was given up is kept. */
    readonly roleArn: string;
    /** With Scheduler's keywords in it. */
    readonly input: string;
    readonly maxAttempts: number;
    readonly maxAgeSeconds: number;
    readonly deadLetterArn: string | undefined;
  };
}

const ScheduleProperties = z.strictObject({
  Name: ignored,
  GroupName: z.string().default('default'),
  Description: ignored,
  ScheduleExpression: z.string(),
  ScheduleExpressionTimezone: z.string().default('UTC'),
  FlexibleTimeWindow: z.strictObject({ Mode: z.literal('OFF') }),
  State: z.enum(['ENABLED', 'DISABLED']).default('ENABLED'),
  KmsKeyArn: ignored,
  Target: z.strictObject({
    Arn: z.string().regex(/^arn:aws:lambda:/, 'only functions are simulated as targets'),
    RoleArn: z.string(),
    Input: z.string().default('{}'),
    DeadLetterConfig: z.strictObject({ Arn: z.string() }).optional(),
    RetryPolicy: z
      .strictObject({
        MaximumRetryAttempts: number.default(185),
        MaximumEventAgeInSeconds: number.default(86_400),
      })
      .default({ MaximumRetryAttempts: 185, MaximumEventAgeInSeconds: 86_400 }),
  }),
});

/**
 * AWS::Scheduler::Schedule with a Lambda function as its target.
 *
 * @throws RangeError for a property that is not simulated, by name, and for an expression that Scheduler would refuse
 */
export function scheduleOf(account: string, resource: Resource, now: Date): Schedule {
  const { region, name } = resource;
  const properties = readProperties('AWS::Scheduler::Schedule', ScheduleProperties, resource);
  const { Target: target, GroupName, ScheduleExpression, ScheduleExpressionTimezone, State } = properties;
  return {
    arn: `arn:aws:scheduler:${region}:${account}:schedule/${GroupName}/${name}`,
    region,
    name,
    next: parseSchedule(ScheduleExpression, ScheduleExpressionTimezone, now),
    isEnabled: State === 'ENABLED',
    target: {
      arn: target.Arn,
      roleArn: target.RoleArn,
      input: target.Input,
      maxAttempts: target.RetryPolicy.MaximumRetryAttempts,
      maxAgeSeconds: target.RetryPolicy.MaximumEventAgeInSeconds,
      deadLetterArn: target.DeadLetterConfig?.Arn,
    },
  };
}

/**
 * On whose behalf Scheduler assumes the role of a schedule: always its group.
 * @see https://docs.aws.amazon.com/scheduler/latest/UserGuide/cross-service-confused-deputy-prevention.html
 */
export function scheduleGroupArn(scheduleArn: string): string {
  return scheduleArn.replace(/:schedule\/([^/]+)\/.*$/, ':schedule-group/$1');
}
