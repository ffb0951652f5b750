import { BackupClient } from '@aws-sdk/client-backup';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { ResourceGroupsTaggingAPIClient } from '@aws-sdk/client-resource-groups-tagging-api';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { SQSBatchResponse } from 'aws-lambda';
import { copyJobs } from '../../../shared/aws/backup-copies.ts';
import { backupJobs } from '../../../shared/aws/backup-jobs.ts';
import { recoveryPoints } from '../../../shared/aws/backup-points.ts';
import { opsBus } from '../../../shared/aws/ops-bus.ts';
import { outgoingQueue } from '../../../shared/aws/queue.ts';
import { switchTable } from '../../../shared/aws/switch-table.ts';
import { taggedResources } from '../../../shared/aws/tagged-resources.ts';
import { decideStanding, switchesOf } from '../../../shared/domain/standing.ts';
import { parseScheduledRun } from '../../../shared/events/schedule.ts';
import { isSqsEvent, parseSqsEvent } from '../../../shared/events/sqs.ts';
import { opsHandler } from '../../../shared/lambda/chain.ts';
import { type Environment, readEnvironment } from '../../../shared/lambda/env.ts';
import { logOutcome, type Outcome } from '../../../shared/lambda/outcome.ts';
import { askStanding } from '../../../shared/lambda/standing.ts';
import type { World } from '../../../shared/lambda/world.ts';
import { readHints } from './batch.ts';
import { contract } from './contract.ts';
import type { WatchPolicy } from './policy.ts';
import { watchAll, watchHinted } from './run.ts';
import { watchTable } from './watch-table.ts';

export function compose(environment: Environment, world: World<WatchPolicy>) {
  const env = readEnvironment(environment, { ...contract.env, region: 'AWS_REGION' });
  const { policy, now } = world;
  const { mode } = policy.backups;
  const dynamodb = world.client(DynamoDBClient);
  const backup = world.client(BackupClient);
  const deadLetters = outgoingQueue(world.client(SQSClient), env.deadLetterQueue);
  const switches = switchTable(dynamodb, env.switchTable);
  const deps = {
    jobs: backupJobs(backup),
    copies: copyJobs(backup),
    points: recoveryPoints(backup, env.region),
    tagged: taggedResources(world.client(ResourceGroupsTaggingAPIClient, { region: policy.regions.primary })),
    records: watchTable(dynamodb, env.backupTable),
    askStanding: async () => decideStanding(mode, await switches.read(switchesOf('backups')), now()),
    bus: opsBus(world.client(EventBridgeClient), env.opsBus, contract.name),
    backupRole: env.backupRole,
    policy,
    region: env.region,
    now,
  };
  const tell = (outcome: Outcome): void => logOutcome(world.log, outcome);

  return opsHandler<Outcome | SQSBatchResponse>(world, deadLetters)
    .use(askStanding({ area: 'backups', mode, switches, now }))
    .handler(async (event, { invokedFunctionArn, standing }) => {
      const run = { account: invokedFunctionArn.split(':')[4] ?? '', standing, tell };
      if (isSqsEvent(event)) {
        const hints = await readHints(parseSqsEvent(event), deadLetters, tell);
        tell(await watchHinted(hints, run, deps));
        return { batchItemFailures: [] };
      }
      parseScheduledRun(event);
      const outcome = await watchAll(run, deps);
      tell(outcome);
      return outcome;
    });
}
