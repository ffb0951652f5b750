import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { SQSBatchResponse } from 'aws-lambda';
import { incomingQueue, outgoingQueue } from '../../../shared/aws/queue.ts';
import { secrets } from '../../../shared/aws/secrets.ts';
import { SingleAttemptSnsClient, topic } from '../../../shared/aws/topic.ts';
import { parseSqsEvent } from '../../../shared/events/sqs.ts';
import { opsHandler } from '../../../shared/lambda/chain.ts';
import { type Environment, readEnvironment } from '../../../shared/lambda/env.ts';
import { logOutcome } from '../../../shared/lambda/outcome.ts';
import type { World } from '../../../shared/lambda/world.ts';
import type { PolicySlice } from '../../../shared/policy/slice.ts';
import { contract } from './contract.ts';
import { conversationTable } from './conversation-table.ts';
import { deliverAlerts } from './run.ts';
import type { Sink } from './sink.ts';
import { slackSink } from './slack.ts';
import { snsSink } from './sns.ts';

type DeliverPolicy = PolicySlice<(typeof contract.policy)[number]>;

/** One more message takes at most a Slack post, a second one with a rotated secret, and some calls of AWS. */
const neededMs = 15_000;

export function compose(environment: Environment, world: World<DeliverPolicy>) {
  const env = readEnvironment(environment, contract.env);
  const sqs = world.client(SQSClient);
  const deadLetters = outgoingQueue(sqs, env.deadLetterQueue);
  const deps = {
    sinkName: env.sink,
    sink: sinkOf(env, world),
    conversations: conversationTable(world.client(DynamoDBClient), env.conversationTable, world.now),
    queue: incomingQueue(sqs, env.queue),
    deadLetters,
    now: world.now,
    random: world.random,
  };

  return opsHandler<SQSBatchResponse>(world, deadLetters).handler(async (event, context) => {
    const messages = parseSqsEvent(event);
    const invocation = {
      requestId: context.awsRequestId,
      hasTime: () => context.getRemainingTimeInMillis() > neededMs,
    };
    const deliveries = await deliverAlerts(messages, invocation, deps);
    for (const { again: _again, ...outcome } of deliveries) logOutcome(world.log, outcome);
    return {
      batchItemFailures: messages
        .filter((_message, index) => deliveries[index]?.again !== false)
        .map(({ messageId }) => ({ itemIdentifier: messageId })),
    };
  });
}

function sinkOf({ sink, target }: { sink: string; target: string }, world: World<DeliverPolicy>): Sink {
  const settings = world.policy.alerts.sinks[sink];
  switch (settings?.type) {
    case 'slack':
      return slackSink(settings, secrets(world.client(SecretsManagerClient), world.now), world.post);
    case 'sns':
      return snsSink(topic(world.client(SingleAttemptSnsClient), target));
    case undefined:
      throw new Error(
        `${contract.env.sink} names '${sink}', and the policy has no such sink under alerts.sinks.`,
      );
    default:
      return settings satisfies never;
  }
}
