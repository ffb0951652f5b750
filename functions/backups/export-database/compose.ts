import { BackupClient } from '@aws-sdk/client-backup';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { RDSClient } from '@aws-sdk/client-rds';
import { ResourceGroupsTaggingAPIClient } from '@aws-sdk/client-resource-groups-tagging-api';
import { SQSClient } from '@aws-sdk/client-sqs';
import { recoveryPoints } from '../../../shared/aws/backup-points.ts';
import { exportTasks } from '../../../shared/aws/export-tasks.ts';
import { opsBus } from '../../../shared/aws/ops-bus.ts';
import { outgoingQueue } from '../../../shared/aws/queue.ts';
import { switchTable } from '../../../shared/aws/switch-table.ts';
import { taggedResources } from '../../../shared/aws/tagged-resources.ts';
import { parseScheduledRun } from '../../../shared/events/schedule.ts';
import { opsHandler } from '../../../shared/lambda/chain.ts';
import { type Environment, readEnvironment } from '../../../shared/lambda/env.ts';
import { logOutcome, type Outcome } from '../../../shared/lambda/outcome.ts';
import { askStanding } from '../../../shared/lambda/standing.ts';
import type { World } from '../../../shared/lambda/world.ts';
import { contract } from './contract.ts';
import type { ExportPolicy } from './deps.ts';
import { exportDatabases } from './run.ts';

export function compose(environment: Environment, world: World<ExportPolicy>) {
  const env = readEnvironment(environment, { ...contract.env, region: 'AWS_REGION' });
  const { policy, now } = world;
  const { mode } = policy.backups;
  const switches = switchTable(world.client(DynamoDBClient), env.switchTable);
  const deps = {
    tagged: taggedResources(world.client(ResourceGroupsTaggingAPIClient)),
    points: recoveryPoints(world.client(BackupClient), env.region),
    exports: exportTasks(world.client(RDSClient), env.exportKey),
    bus: opsBus(world.client(EventBridgeClient), env.opsBus, contract.name),
    rolePrefix: env.rolePrefix,
    policy,
    region: env.region,
    now,
  };
  const deadLetters = outgoingQueue(world.client(SQSClient), env.deadLetterQueue);

  return opsHandler<readonly Outcome[]>(world, deadLetters)
    .use(askStanding({ area: 'backups', mode, switches, now }))
    .handler(async (event, { standing }) => {
      parseScheduledRun(event);
      const outcomes = await exportDatabases(standing, deps);
      for (const outcome of outcomes) logOutcome(world.log, outcome);
      return outcomes;
    });
}
