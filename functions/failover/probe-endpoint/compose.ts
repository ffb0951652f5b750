import { DescribeClusterCommand, EKSClient } from '@aws-sdk/client-eks';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { RDSClient } from '@aws-sdk/client-rds';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SQSClient } from '@aws-sdk/client-sqs';
import { instanceStatus } from '../../../shared/aws/database-instances.ts';
import { databaseQuestions, PatientLambdaClient } from '../../../shared/aws/database-questions.ts';
import { approvalRequests } from '../../../shared/aws/failover-requests.ts';
import { failoverStates } from '../../../shared/aws/failover-state.ts';
import { readMissingCopies } from '../../../shared/aws/missing-copies.ts';
import { nodeGroups } from '../../../shared/aws/node-groups.ts';
import { opsBus } from '../../../shared/aws/ops-bus.ts';
import { outgoingQueue } from '../../../shared/aws/queue.ts';
import { runbook } from '../../../shared/aws/runbook.ts';
import { secrets } from '../../../shared/aws/secrets.ts';
import { readinessRow } from '../../../shared/aws/standby-readiness.ts';
import { switchTable } from '../../../shared/aws/switch-table.ts';
import { PromptDynamoDBClient, voteTable } from '../../../shared/aws/vote-table.ts';
import { parseScheduledRun } from '../../../shared/events/schedule.ts';
import { shift } from '../../../shared/failover/shift.ts';
import { type Voice, voices } from '../../../shared/failover/vote.ts';
import { opsHandler } from '../../../shared/lambda/chain.ts';
import { type Environment, readEnvironment } from '../../../shared/lambda/env.ts';
import type { Outcome } from '../../../shared/lambda/outcome.ts';
import type { World } from '../../../shared/lambda/world.ts';
import { contract } from './contract.ts';
import { type DecideDeps, decide } from './decide.ts';
import type { ProbePolicy } from './policy.ts';
import { keptReadiness } from './readiness-kept.ts';
import { type ProbeDeps, probeAt } from './run.ts';
import { watchTable } from './watch-table.ts';

/** The one that also decides: it is where the failover is. */
const decidingVoice: Voice = 'standby-probe';

export function compose(environment: Environment, world: World<ProbePolicy>) {
  const env = readEnvironment(environment, { ...contract.env, region: 'AWS_REGION' });
  const { policy, now, get, log } = world;
  const place = { region: policy.regions.standby };
  const votes = voteTable(world.client(PromptDynamoDBClient, place), env.failoverTable);
  const deadLetters = outgoingQueue(world.client(SQSClient), env.deadLetterQueue);
  const decide = env.voice === decidingVoice ? deciding(env, world) : undefined;
  const sleep = (ms: number) => new Promise<void>((done) => setTimeout(done, ms));

  return opsHandler<Outcome>(world, deadLetters).handler((event, context) => {
    const voice = voiceOf(env.voice);
    const deps: ProbeDeps = { voice, votes, get, policy, log, decide };
    return shift({ ...parseScheduledRun(event), context }, { voice, now, sleep, log }, (mark) =>
      probeAt(mark, deps),
    );
  });
}

type Env = Readonly<Record<keyof typeof contract.env | 'region', string>>;

function deciding(env: Env, world: World<ProbePolicy>): () => Promise<Outcome> {
  const { policy, now, get, log } = world;
  const dynamodb = world.client(PromptDynamoDBClient);
  const eks = world.client(EKSClient);
  const rds = world.client(RDSClient);
  const { cluster } = policy.failover.standby;
  const standby = keptReadiness(readinessRow(dynamodb, env.failoverTable), {
    clusterStatus: async () =>
      (await eks.send(new DescribeClusterCommand({ name: cluster }))).cluster?.status ?? 'in no known state',
    instance: (id) => instanceStatus(rds, id),
    questions: databaseQuestions(world.client(PatientLambdaClient), env.askDatabase),
    secrets: secrets(world.client(SecretsManagerClient), now),
    sweptCopies: () =>
      readMissingCopies(dynamodb, env.verdictTable, policy.regions.primary, policy.regions.standby),
    get,
    policy,
    now,
    log,
  });
  const deps: DecideDeps = {
    votes: voteTable(dynamodb, env.failoverTable),
    states: failoverStates(dynamodb, env.failoverTable, policy.failover.armed),
    switches: switchTable(dynamodb, env.switchTable),
    requests: approvalRequests(dynamodb, env.failoverTable),
    watch: watchTable(dynamodb, env.failoverTable),
    nodeGroups: nodeGroups(eks, cluster),
    runbook: runbook(world.client(LambdaClient), env.runbook),
    bus: opsBus(world.client(EventBridgeClient), env.opsBus, contract.name),
    standby,
    policy,
    region: env.region,
    startedBy: `aeon-ops-${contract.name}`,
    now,
  };
  return () => decide(deps);
}

function voiceOf(name: string): Voice {
  const voice = voices.find((each) => each === name);
  if (voice !== undefined) return voice;
  throw new Error(
    `There is no voice '${name}': expected ${voices.join(', ')}. The stack sets ${contract.env.voice}.`,
  );
}
