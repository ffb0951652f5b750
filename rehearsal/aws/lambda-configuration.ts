import * as z from 'zod';
import { boolean, ignored, number } from './properties.ts';

const queueArn = z
  .string()
  .regex(/^arn:aws:sqs:/, 'only SQS queues are simulated as dead-letter queues and destinations');

/** AWS::Lambda::Function. */
export const FunctionProperties = z.strictObject({
  FunctionName: ignored,
  Role: z.string(),
  Timeout: number.default(3),
  MemorySize: number.default(128),
  ReservedConcurrentExecutions: number.optional(),
  DurableConfig: z
    .strictObject({ ExecutionTimeout: number, RetentionPeriodInDays: number.optional() })
    .optional(),
  DeadLetterConfig: z.strictObject({ TargetArn: queueArn }).optional(),
  Architectures: ignored,
  Code: ignored,
  Description: ignored,
  Environment: ignored,
  EphemeralStorage: ignored,
  Handler: ignored,
  LoggingConfig: ignored,
  Runtime: ignored,
  Tags: ignored,
  TracingConfig: ignored,
  VpcConfig: ignored,
});

/** AWS::Lambda::Alias. There is one version of each function, which the alias leads to. */
export const FunctionAlias = z.strictObject({
  FunctionName: z.string(),
  FunctionVersion: z.string(),
  Name: z.string(),
});

/** AWS::Lambda::EventInvokeConfig. */
export const EventInvokeConfig = z.strictObject({
  FunctionName: z.string(),
  Qualifier: z.literal('$LATEST'),
  MaximumRetryAttempts: number.default(2),
  MaximumEventAgeInSeconds: number.default(21_600),
  DestinationConfig: z
    .strictObject({ OnFailure: z.strictObject({ Destination: queueArn }).optional() })
    .optional(),
});

/** AWS::Lambda::EventSourceMapping. */
export const EventSourceMapping = z.strictObject({
  EventSourceArn: queueArn,
  FunctionName: z.string(),
  Enabled: boolean.default(true),
  BatchSize: number.pipe(z.number().min(1).max(10_000)).default(10),
  MaximumBatchingWindowInSeconds: number.pipe(z.number().max(300)).default(0),
  FunctionResponseTypes: z.array(z.literal('ReportBatchItemFailures')).default([]),
  ScalingConfig: z.strictObject({ MaximumConcurrency: number }).optional(),
  Tags: ignored,
});
