import { SQSClient } from '@aws-sdk/client-sqs';
import { outgoingQueue } from '../../../shared/aws/queue.ts';
import { PromptDynamoDBClient, voteTable } from '../../../shared/aws/vote-table.ts';
import { parseScheduledRun } from '../../../shared/events/schedule.ts';
import { shift } from '../../../shared/failover/shift.ts';
import { opsHandler } from '../../../shared/lambda/chain.ts';
import type { WithDns } from '../../../shared/lambda/dns.ts';
import { type Environment, readEnvironment } from '../../../shared/lambda/env.ts';
import type { Outcome } from '../../../shared/lambda/outcome.ts';
import type { World } from '../../../shared/lambda/world.ts';
import { contract } from './contract.ts';
import { type HearDeps, hearAt, voice } from './run.ts';

export function compose(environment: Environment, world: World<HearDeps['policy']> & WithDns) {
  const env = readEnvironment(environment, contract.env);
  const { policy, now, resolve, log } = world;
  const votes = voteTable(world.client(PromptDynamoDBClient), env.failoverTable);
  const sleep = (ms: number) => new Promise<void>((done) => setTimeout(done, ms));
  const deadLetters = outgoingQueue(world.client(SQSClient), env.deadLetterQueue);

  return opsHandler<Outcome>(world, deadLetters).handler((event, context) =>
    shift({ ...parseScheduledRun(event), context }, { voice, now, sleep, log }, (mark) =>
      hearAt(mark, { votes, resolve, policy }),
    ),
  );
}
