import { BackupClient } from '@aws-sdk/client-backup';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EC2Client } from '@aws-sdk/client-ec2';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { RDSClient } from '@aws-sdk/client-rds';
import { S3Client } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SQSClient } from '@aws-sdk/client-sqs';
import { recoveryPoints } from '../../../shared/aws/backup-points.ts';
import { restoreJobs } from '../../../shared/aws/backup-restores.ts';
import { databaseQuestions, PatientLambdaClient } from '../../../shared/aws/database-questions.ts';
import { objectStore } from '../../../shared/aws/object-store.ts';
import { opsBus } from '../../../shared/aws/ops-bus.ts';
import { outgoingQueue } from '../../../shared/aws/queue.ts';
import { manifests, restoreProofs, untestedTiers } from '../../../shared/aws/restore-table.ts';
import { restoredDatabases } from '../../../shared/aws/restored-databases.ts';
import { restoredVolumes } from '../../../shared/aws/restored-volumes.ts';
import { scheduledTests } from '../../../shared/aws/scheduled-tests.ts';
import { secrets } from '../../../shared/aws/secrets.ts';
import { switchTable } from '../../../shared/aws/switch-table.ts';
import { decideStanding, switchesOf } from '../../../shared/domain/standing.ts';
import { opsHandler } from '../../../shared/lambda/chain.ts';
import { type Environment, readEnvironment } from '../../../shared/lambda/env.ts';
import { logOutcome, type Outcome } from '../../../shared/lambda/outcome.ts';
import type { World } from '../../../shared/lambda/world.ts';
import { manifestDays } from '../../../shared/restores/manifest.ts';
import { contract } from './contract.ts';
import type { VerifyDeps, VerifyPolicy, VerifyRun } from './deps.ts';
import { passwordFor } from './password.ts';
import { reconcile } from './run.ts';
import { readSubject } from './subject.ts';
import { sweep } from './sweep.ts';

export function compose(environment: Environment, world: World<VerifyPolicy>) {
  const env = readEnvironment(environment, { ...contract.env, region: 'AWS_REGION' });
  const { policy, now } = world;
  const backup = world.client(BackupClient);
  const dynamodb = world.client(DynamoDBClient);
  const switches = switchTable(dynamodb, env.switchTable);
  const kept = secrets(world.client(SecretsManagerClient), now);
  const deps: VerifyDeps = {
    jobs: restoreJobs(backup),
    points: recoveryPoints(backup, env.region),
    proofs: restoreProofs(dynamodb, env.restoreTable, env.region, policy.retention.evidence),
    manifests: manifests(dynamodb, env.restoreTable, manifestDays(policy.backups)),
    untested: untestedTiers(dynamodb, env.restoreTable),
    tests: scheduledTests(dynamodb, env.restoreTable, env.region),
    databases: restoredDatabases(world.client(RDSClient)),
    volumes: restoredVolumes(world.client(EC2Client)),
    questions: databaseQuestions(world.client(PatientLambdaClient), env.askDatabase),
    passwordFor: (jobId) => passwordFor(kept, env.passwordSecret, jobId),
    evidence: objectStore(world.client(S3Client), env.evidenceBucket),
    evidenceBucket: env.evidenceBucket,
    bus: opsBus(world.client(EventBridgeClient), env.opsBus, contract.name),
    askStanding: async () =>
      decideStanding(policy.backups.mode, await switches.read(switchesOf('backups')), now()),
    policy,
    region: env.region,
    now,
  };
  const deadLetters = outgoingQueue(world.client(SQSClient), env.deadLetterQueue);
  const tell = (outcome: Outcome): void => logOutcome(world.log, outcome);

  return opsHandler<readonly Outcome[]>(world, deadLetters).handler(async (event, context) => {
    const run: VerifyRun = { leftMs: () => context.getRemainingTimeInMillis(), tell };
    const subject = readSubject(event);
    if (subject === 'all') return sweep(run, deps);
    const outcome = await reconcile(subject.jobId, run, deps);
    tell(outcome);
    return [outcome];
  });
}
