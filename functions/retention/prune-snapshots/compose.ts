import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EC2Client } from '@aws-sdk/client-ec2';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { RDSClient } from '@aws-sdk/client-rds';
import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import { approvalTable } from '../../../shared/aws/approval-table.ts';
import { objectStore } from '../../../shared/aws/object-store.ts';
import { opsBus } from '../../../shared/aws/ops-bus.ts';
import { outgoingQueue } from '../../../shared/aws/queue.ts';
import { ebsSnapshots } from '../../../shared/aws/snapshots-ebs.ts';
import { rdsSnapshots } from '../../../shared/aws/snapshots-rds.ts';
import { switchTable } from '../../../shared/aws/switch-table.ts';
import { parseScheduledRun } from '../../../shared/events/schedule.ts';
import { opsHandler } from '../../../shared/lambda/chain.ts';
import { type Environment, readEnvironment } from '../../../shared/lambda/env.ts';
import { logOutcome, type Outcome } from '../../../shared/lambda/outcome.ts';
import { askStanding } from '../../../shared/lambda/standing.ts';
import type { World } from '../../../shared/lambda/world.ts';
import { contract } from './contract.ts';
import type { PrunePolicy } from './deps.ts';
import { pruneSnapshots } from './run.ts';

/** Milliseconds before Lambda ends the function that are kept to write the report and tell of it. */
const reservedMs = 60_000;

export function compose(environment: Environment, world: World<PrunePolicy>) {
  const env = readEnvironment(environment, { ...contract.env, region: 'AWS_REGION' });
  const { policy, now } = world;
  const dynamodb = world.client(DynamoDBClient);
  const switches = switchTable(dynamodb, env.switchTable);
  const deps = {
    stores: [
      ebsSnapshots(world.client(EC2Client), env.region, policy.retention.keepTag),
      rdsSnapshots(world.client(RDSClient), policy.retention.keepTag),
    ],
    objects: objectStore(world.client(S3Client), env.bucket),
    bucket: env.bucket,
    approvals: approvalTable(dynamodb, env.switchTable, contract.name),
    switches,
    bus: opsBus(world.client(EventBridgeClient), env.opsBus, contract.name),
    policy,
    region: env.region,
    now,
  };
  const deadLetters = outgoingQueue(world.client(SQSClient), env.deadLetterQueue);

  return opsHandler<readonly Outcome[]>(world, deadLetters)
    .use(askStanding({ area: 'retention', mode: policy.retention.mode, switches, now }))
    .handler(async (event, context) => {
      const { scheduledTime } = parseScheduledRun(event);
      const run = {
        due: scheduledTime,
        mayGoOn: () => context.getRemainingTimeInMillis() > reservedMs,
      };
      const outcomes = await pruneSnapshots(context.standing, run, deps);
      for (const outcome of outcomes) logOutcome(world.log, outcome);
      return outcomes;
    });
}
