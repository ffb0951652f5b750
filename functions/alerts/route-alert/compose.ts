import { SQSClient } from '@aws-sdk/client-sqs';
import * as z from 'zod/mini';
import { outgoingQueue } from '../../../shared/aws/queue.ts';
import { opsHandler } from '../../../shared/lambda/chain.ts';
import { type Environment, readEnvironment } from '../../../shared/lambda/env.ts';
import { logOutcome, type Outcome } from '../../../shared/lambda/outcome.ts';
import type { World } from '../../../shared/lambda/world.ts';
import { contract } from './contract.ts';
import { readSignals } from './intake.ts';
import type { RoutePolicy } from './route.ts';
import { routeSignal } from './run.ts';

export function compose(environment: Environment, world: World<RoutePolicy>) {
  const env = readEnvironment(environment, contract.env);
  const sqs = world.client(SQSClient);
  const deadLetters = outgoingQueue(sqs, env.deadLetterQueue);
  const queues = new Map(
    Object.entries(readQueueUrls(env.sinkQueues)).map(
      ([sink, url]) => [sink, outgoingQueue(sqs, url)] as const,
    ),
  );

  return opsHandler<readonly Outcome[]>(world, deadLetters).handler(async (event) => {
    const outcomes: Outcome[] = [];
    for (const signal of readSignals(event)) {
      const outcome = await routeSignal(signal, { queues, policy: world.policy });
      logOutcome(world.log, outcome);
      outcomes.push(outcome);
    }
    return outcomes;
  });
}

const QueueUrls = z.record(z.string(), z.url());

function readQueueUrls(text: string): z.infer<typeof QueueUrls> {
  try {
    return QueueUrls.parse(JSON.parse(text));
  } catch (cause) {
    const { sinkQueues } = contract.env;
    throw new Error(
      `The function cannot start: ${sinkQueues} is not JSON of the form {"<sink>": "<queue URL>"}.`,
      { cause },
    );
  }
}
