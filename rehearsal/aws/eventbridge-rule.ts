import * as z from 'zod';
import { compilePattern } from '../wiring/event-pattern.ts';
import type { EventEnvelope } from './eventbridge-event.ts';
import { ignored, number, type Resource, readProperties } from './properties.ts';

export interface Target {
  readonly arn: string;
  /** Needed for a bus, in whatever Region. */
  readonly roleArn: string | undefined;
  readonly deadLetterArn: string | undefined;
  readonly maxAttempts: number;
  readonly maxAgeSeconds: number;
}

export interface Rule {
  readonly arn: string;
  readonly region: string;
  readonly name: string;
  readonly bus: string;
  readonly isEnabled: boolean;
  readonly matches: (event: EventEnvelope) => boolean;
  readonly targets: readonly Target[];
}

const TargetProperties = z.strictObject({
  Id: ignored,
  Arn: z
    .string()
    .regex(/^arn:aws:(lambda|sqs|sns|events):/, 'targets are functions, queues, topics and buses'),
  RoleArn: z.string().optional(),
  DeadLetterConfig: z.strictObject({ Arn: z.string() }).optional(),
  RetryPolicy: z
    .strictObject({
      MaximumRetryAttempts: number.default(185),
      MaximumEventAgeInSeconds: number.default(86_400),
    })
    .default({ MaximumRetryAttempts: 185, MaximumEventAgeInSeconds: 86_400 }),
});

const RuleProperties = z.strictObject({
  Name: ignored,
  Description: ignored,
  EventBusName: z.string().default('default'),
  EventPattern: z.record(z.string(), z.unknown()),
  State: z.enum(['ENABLED', 'DISABLED']).default('ENABLED'),
  Targets: z.array(TargetProperties).max(5, 'a rule has at most five targets').default([]),
  Tags: ignored,
});

/**
 * AWS::Events::Rule with an event pattern.
 *
 * @throws RangeError for a property that is not simulated, such as ScheduleExpression or InputTransformer, by name
 * @throws AwsError InvalidEventPatternException
 */
export function ruleOf(account: string, resource: Resource): Rule {
  const properties = readProperties('AWS::Events::Rule', RuleProperties, resource);
  const { region, name } = resource;
  const bus = busName(properties.EventBusName);
  const path = bus === 'default' ? name : `${bus}/${name}`;
  return {
    arn: `arn:aws:events:${region}:${account}:rule/${path}`,
    region,
    name,
    bus,
    isEnabled: properties.State === 'ENABLED',
    matches: compilePattern(properties.EventPattern),
    targets: properties.Targets.map((target) => ({
      arn: target.Arn,
      roleArn: target.RoleArn,
      deadLetterArn: target.DeadLetterConfig?.Arn,
      maxAttempts: target.RetryPolicy.MaximumRetryAttempts,
      maxAgeSeconds: target.RetryPolicy.MaximumEventAgeInSeconds,
    })),
  };
}

/** Buses are named by name or by ARN. */
export function busName(nameOrArn: string): string {
  return nameOrArn.slice(nameOrArn.lastIndexOf('/') + 1);
}
