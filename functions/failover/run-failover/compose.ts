import type { DurableContext } from '@aws/durable-execution-sdk-js';
import { BackupClient } from '@aws-sdk/client-backup';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EKSClient } from '@aws-sdk/client-eks';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { RDSClient } from '@aws-sdk/client-rds';
import { S3Client } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { recoveryPoints } from '../../../shared/aws/backup-points.ts';
import { databaseQuestions, PatientLambdaClient } from '../../../shared/aws/database-questions.ts';
import { failoverApprovals } from '../../../shared/aws/failover-approvals.ts';
import { failoverFence } from '../../../shared/aws/failover-fence.ts';
import { interlock } from '../../../shared/aws/interlock.ts';
import { nodeGroups } from '../../../shared/aws/node-groups.ts';
import { objectStore } from '../../../shared/aws/object-store.ts';
import { opsBus } from '../../../shared/aws/ops-bus.ts';
import { restoreProofs } from '../../../shared/aws/restore-table.ts';
import { secrets } from '../../../shared/aws/secrets.ts';
import { readinessRow } from '../../../shared/aws/standby-readiness.ts';
import { standbyReplica } from '../../../shared/aws/standby-replica.ts';
import { standbyRestores } from '../../../shared/aws/standby-restores.ts';
import { switchObjects } from '../../../shared/aws/switch-objects.ts';
import { parseOrRefuse } from '../../../shared/events/parse.ts';
import { RunInput } from '../../../shared/failover/run.ts';
import type { WithDns } from '../../../shared/lambda/dns.ts';
import { durableHandler } from '../../../shared/lambda/durable-chain.ts';
import { type Environment, readEnvironment } from '../../../shared/lambda/env.ts';
import { logOutcome, type Outcome } from '../../../shared/lambda/outcome.ts';
import type { World } from '../../../shared/lambda/world.ts';
import { contract } from './contract.ts';
import type { RunDeps, RunPolicy } from './deps.ts';
import { runFailover } from './run.ts';

export function compose(environment: Environment, world: World<RunPolicy> & WithDns) {
  const env = readEnvironment(environment, { ...contract.env, region: 'AWS_REGION' });
  const { policy, now } = world;
  const { region } = env;
  const dynamodb = world.client(DynamoDBClient);
  const deps: RunDeps = {
    fence: failoverFence(dynamodb, env.failoverTable),
    interlocks: [region, policy.failover.witness].map((place) =>
      interlock(world.client(DynamoDBClient, { region: place }), env.switchTable, place),
    ),
    readiness: readinessRow(dynamodb, env.failoverTable),
    approvals: failoverApprovals(dynamodb, env.failoverTable),
    switchObjects: switchObjects([
      { region, name: env.standbyBucket, s3: world.client(S3Client) },
      {
        region: policy.failover.witness,
        name: env.witnessBucket,
        s3: world.client(S3Client, { region: policy.failover.witness }),
      },
    ]),
    nodeGroups: nodeGroups(world.client(EKSClient), policy.failover.standby.cluster),
    replica: standbyReplica(world.client(RDSClient)),
    points: recoveryPoints(world.client(BackupClient), region),
    proofs: restoreProofs(dynamodb, env.restoreTable, region, policy.retention.evidence),
    restores: standbyRestores(world.client(BackupClient), env.restoreRole),
    questions: databaseQuestions(world.client(PatientLambdaClient), env.askDatabase),
    secrets: secrets(world.client(SecretsManagerClient), now),
    evidence: objectStore(world.client(S3Client), env.evidenceBucket),
    evidenceBucket: env.evidenceBucket,
    bus: opsBus(world.client(EventBridgeClient), env.opsBus, contract.name),
    resolve: world.resolve,
    get: world.get,
    policy,
    region,
    now,
    log: world.log,
  };

  return durableHandler<Outcome>(world).handler(async (event: unknown, context: DurableContext) => {
    const input = parseOrRefuse(RunInput, event, 'The run');
    const outcome = await runFailover(input, context, deps);
    logOutcome(world.log, outcome);
    return outcome;
  });
}
