import { expect, it } from '@jest/globals';
import { AwsError } from '../../../rehearsal/kernel.ts';
import { services } from './services.ts';
import { functionArn, queueArn, region, virtualKernel } from './virtual-kernel.ts';

/** An hour in which events are lost, doubled and late, targets are ill, and handlers fail and crash by chance. */
async function hour(seed: number): Promise<string> {
  using kernel = virtualKernel(seed);
  const chance = (share: number): boolean => kernel.random() < share;
  const aws = services(kernel, {
    disturb: () => ({ drop: chance(0.1), copies: chance(0.2) ? 2 : 1, delayMs: [kernel.random() * 3000] }),
    targetFails: () => (chance(0.2) ? new AwsError('InternalError', 'ill', 500) : undefined),
    crash: () => chance(0.1),
  });
  aws.queue('dead');
  aws.queue('jobs', {
    VisibilityTimeout: 60,
    RedrivePolicy: { deadLetterTargetArn: queueArn('dead'), maxReceiveCount: 3 },
  });
  aws.coldStart('judge', (environment) => async (event) => {
    await environment.invocation?.beforeCall('sqs:SendMessage');
    aws.send('jobs', JSON.stringify(event));
    if (chance(0.2)) throw new Error('ill');
  });
  aws.handler('worker', async () => {
    if (chance(0.3)) throw new Error('ill');
  });
  aws.lambda.createEventSourceMapping({
    region,
    name: 'jobs',
    properties: { EventSourceArn: queueArn('jobs'), FunctionName: 'worker' },
  });
  const Targets = [{ Arn: functionArn('judge'), DeadLetterConfig: { Arn: queueArn('dead') } }];
  const properties = { EventPattern: { source: ['aws.ecr'] }, Targets };
  aws.eventBridge.createRule({ region, name: 'scans', properties });
  aws.cloudWatch.start();
  for (let index = 0; index < 60; index += 1) {
    aws.eventBridge.emit({ region, source: 'aws.ecr', detailType: 'ECR Image Scan', detail: { index } });
    await kernel.pass(60);
  }
  expect(kernel.record.entries.length).toBeGreaterThan(500);
  return kernel.record.hash();
}

it('the same seed gives the same trace, another seed another one', async () => {
  const first = await hour(7);
  await expect(hour(7)).resolves.toBe(first);
  await expect(hour(8)).resolves.not.toBe(first);
});
