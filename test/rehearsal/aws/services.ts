import { CloudWatch } from '../../../rehearsal/aws/cloudwatch.ts';
import { Metrics, minuteOf } from '../../../rehearsal/aws/cloudwatch-metrics.ts';
import { EventBridge, type EventBridgeFaults } from '../../../rehearsal/aws/eventbridge.ts';
import { Kms } from '../../../rehearsal/aws/kms.ts';
import { Lambda, type LambdaFaults } from '../../../rehearsal/aws/lambda.ts';
import type { ColdStart, Handler } from '../../../rehearsal/aws/lambda-function.ts';
import { Sns } from '../../../rehearsal/aws/sns.ts';
import { Sqs } from '../../../rehearsal/aws/sqs.ts';
import { account, region, roleArn, scenario, type VirtualKernel } from './virtual-kernel.ts';

/** The services on one kernel, and shorthand for what tests do with them. */
export function services(kernel: VirtualKernel, faults: LambdaFaults & EventBridgeFaults = {}) {
  const kms = new Kms(kernel);
  const metrics = new Metrics(kernel.now);
  const sqs = new Sqs(kernel, kms);
  const lambda = new Lambda(kernel, sqs, metrics, faults);
  const sns = new Sns(kernel, kms, sqs, lambda, metrics);
  const eventBridge = new EventBridge(kernel, { lambda, sqs, sns }, metrics, faults);
  const cloudWatch = new CloudWatch(kernel, metrics, { eventBridge, sns, lambda, sqs });
  const url = (name: string): string => `https://sqs.${region}.amazonaws.com/${account}/${name}`;

  return {
    kms,
    metrics,
    sqs,
    lambda,
    sns,
    eventBridge,
    cloudWatch,
    queue: (name: string, properties = {}) => sqs.createQueue({ region, name, properties }),
    /** A function whose environments all run `handler`. */
    handler: (name: string, handler: Handler, properties = {}) =>
      lambda.createFunction(
        { region, name, properties: { Role: roleArn(name), ...properties } },
        () => handler,
      ),
    coldStart: (name: string, start: ColdStart, properties = {}) =>
      lambda.createFunction({ region, name, properties: { Role: roleArn(name), ...properties } }, start),
    send: (name: string, MessageBody: string) =>
      sqs.operations.SendMessage({ QueueUrl: url(name), MessageBody }, scenario),
    /** What is in a queue, without changing it for long. */
    messages: (name: string) =>
      sqs.operations.ReceiveMessage(
        {
          QueueUrl: url(name),
          MaxNumberOfMessages: 10,
          VisibilityTimeout: 0,
          MessageAttributeNames: ['All'],
          MessageSystemAttributeNames: ['All'],
        },
        scenario,
      ).Messages ?? [],
    /** What a Lambda metric adds up to since the clock was started. */
    total: (namespace: string, name: string, dimensions: Record<string, string>): number =>
      metrics
        .series({ region, namespace, name, dimensions })
        .statistics(minuteOf(new Date('2026-03-02T08:00:00Z')), minuteOf(kernel.now()) + 1)?.sum ?? 0,
  };
}

export type Services = ReturnType<typeof services>;
