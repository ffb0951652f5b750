import { DurableExecutionInvocationInputWithClient } from '@aws/durable-execution-sdk-js';
import { compose } from '../../../../functions/failover/run-failover/compose.ts';
import { contract } from '../../../../functions/failover/run-failover/contract.ts';
import { connectClient, simulatedSettings } from '../../../../rehearsal/aws/connect.ts';
import { DynamoDb } from '../../../../rehearsal/aws/dynamodb.ts';
import { EksNodeGroups } from '../../../../rehearsal/aws/eks-node-groups.ts';
import {
  type DurableExecution,
  DurableExecutions,
  type DurableInvocation,
} from '../../../../rehearsal/aws/lambda-durable.ts';
import {
  type CallPoint,
  functionError,
  type InvocationOutcome,
  InvocationScope,
} from '../../../../rehearsal/aws/lambda-invocation.ts';
import { RdsInstances } from '../../../../rehearsal/aws/rds-instances.ts';
import { S3 } from '../../../../rehearsal/aws/s3.ts';
import type { AwsError, Operations } from '../../../../rehearsal/kernel.ts';
import type { FailoverRun } from '../../../../shared/events/failover-run.ts';
import { awsDurations } from '../../../../shared/failover/aws-durations.ts';
import type { FencedState } from '../../../../shared/failover/fence.ts';
import type { RunInput } from '../../../../shared/failover/run.ts';
import { tokenKeyOf } from '../../../../shared/failover/switch.ts';
import type { ClientPlace } from '../../../../shared/lambda/world.ts';
import { policy as opsPolicy } from '../../../builders.ts';
import { account, type VirtualKernel, virtualKernel } from '../../../rehearsal/aws/virtual-kernel.ts';

const standby = 'us-west-2';
const witness = 'eu-west-1';
const replicaId = opsPolicy.failover.standby.replica.id;

const environment = {
  [contract.env.failoverTable]: 'failover',
  [contract.env.restoreTable]: 'restores',
  [contract.env.switchTable]: 'switches',
  [contract.env.standbyBucket]: 'switch-west',
  [contract.env.witnessBucket]: 'switch-witness',
  [contract.env.evidenceBucket]: 'evidence',
  [contract.env.askDatabase]: 'ask',
  [contract.env.restoreRole]: `arn:aws:iam::${account}:role/restore`,
  [contract.env.opsBus]: 'ops',
  AWS_REGION: standby,
};

export interface Called {
  readonly region: string;
  readonly service: string;
  readonly operation: string;
  readonly input: Readonly<Record<string, unknown>>;
  readonly at: number;
}

/** The handler as it is composed for AWS, on simulated services, in an execution of its own. */
export class Stand implements Disposable {
  readonly kernel: VirtualKernel;
  readonly dynamodb: DynamoDb;
  readonly s3: S3;
  readonly rds: RdsInstances;
  readonly nodes: EksNodeGroups;
  readonly durable: DurableExecutions;
  readonly calls: Called[] = [];
  readonly events: FailoverRun[] = [];
  /** Recovery points of the database and of volumes, newest first: minutes before the beginning. */
  points: { readonly database: readonly number[]; readonly volumes: readonly number[] } = {
    database: [90, 150],
    volumes: [60],
  };
  policy = {
    ...opsPolicy,
    failover: { ...opsPolicy.failover, mode: 'act' as 'act' | 'observe', armed: true },
  };
  /** Dies at this point: of a call, or of a checkpoint, each with a name that is the same when it is made again. */
  crash: ((name: string, moment: CallPoint['moment']) => boolean) | undefined;
  /** What a call is answered with instead. */
  fails: ((call: Called) => AwsError | undefined) | undefined;
  readonly began: number;
  readonly replicaId = replicaId;
  readonly #restores = new Map<string, { readonly id: string; readonly token: string; doneAt: number }>();
  #turnedAt: number | undefined;
  #environment: { readonly handler: Handler; scope: InvocationScope | undefined } | undefined;

  constructor(kernel = virtualKernel()) {
    this.kernel = kernel;
    this.dynamodb = new DynamoDb(kernel);
    this.s3 = new S3(kernel);
    this.rds = new RdsInstances(kernel);
    this.nodes = new EksNodeGroups(kernel, awsDurations.nodesReady.seconds * 1000);
    this.durable = new DurableExecutions(kernel);
    this.began = this.kernel.now().getTime();
    const table = (name: string, region: string, partition: string, sort?: string) =>
      this.dynamodb.createTable({
        name,
        region,
        keys: {
          partition: { name: partition, type: 'S' },
          ...(sort === undefined ? {} : { sort: { name: sort, type: 'S' } }),
        },
      });
    table('failover', standby, 'of', 'at');
    table('restores', standby, 'of', 'at');
    for (const region of [standby, witness]) table('switches', region, 'switch');
    const bucket = (name: string, region: string) => this.s3.createBucket({ region, name, properties: {} });
    bucket('switch-west', standby);
    bucket('switch-witness', witness);
    bucket('evidence', standby);
    this.replica();
    for (const name of Object.keys(opsPolicy.failover.standby.nodeGroups)) {
      const scaling = { minSize: 1, desiredSize: 1, maxSize: 10 };
      this.nodes.create(standby, opsPolicy.failover.standby.cluster, name, scaling);
    }
    this.readiness(20);
  }

  [Symbol.dispose](): void {
    this.kernel[Symbol.dispose]();
  }

  /** @param lagSeconds of the replica a minute before the beginning */
  readiness(lagSeconds: number | undefined): void {
    const replica = { status: 'available', ...(lagSeconds !== undefined && { lagSeconds }) };
    this.#put(
      'failover',
      { of: 'readiness', at: 'standby' },
      {
        at: this.began - 60_000,
        cluster: 'ACTIVE',
        pods: 'answer',
        replica,
        imagesMissing: [],
      },
    );
  }

  replica(): void {
    this.rds.create(standby, {
      id: replicaId,
      host: `${replicaId}.example.us-west-2.rds.amazonaws.com`,
      masterUser: 'aeon',
      tags: {},
      replicaOf: `arn:aws:rds:us-east-1:${account}:db:aeon-dt-metadata`,
      onPassword: () => undefined,
    });
  }

  noReplica(): void {
    this.rds.delete(`arn:aws:rds:${standby}:${account}:db:${replicaId}`);
  }

  /** The node groups are as large as they have to be. */
  raised(): void {
    const { cluster, nodeGroups } = opsPolicy.failover.standby;
    for (const [name, { minSize }] of Object.entries(nodeGroups)) {
      this.nodes.create(standby, cluster, name, { minSize, desiredSize: minSize, maxSize: 10 });
    }
  }

  approve(run: string, by: string, choice: 'promote' | 'restore' | 'refuse'): void {
    const at = this.kernel.now().toISOString();
    this.#put('failover', { of: `approval/${run}`, at: `${at}#${by}` }, { by, choice, at });
  }

  input(changes: Partial<RunInput> = {}): RunInput {
    return {
      epoch: 1,
      mode: 'failover',
      reason: 'the Region is down',
      startedBy: 'aeon-ops-probe-endpoint',
      downSince: new Date(this.began - 120_000).toISOString(),
      ...changes,
    };
  }

  start(input: Partial<RunInput> = {}, name = `failover-${input.epoch ?? 1}`): string {
    const payload = this.input(input);
    const settings = {
      functionArn: `arn:aws:lambda:${standby}:${account}:function:aeon-ops-run-failover:1`,
      executionTimeoutSeconds: 86_400,
      invoke: (event: DurableInvocation) => this.#invoke(event),
    };
    return this.durable.start(settings, JSON.stringify(payload), name);
  }

  /** Starts a run and lets time pass until it has ended. */
  async run(input: Partial<RunInput> = {}, seconds = 7200): Promise<DurableExecution> {
    const arn = this.start(input);
    return this.ended(arn, seconds);
  }

  async ended(arn: string, seconds = 7200): Promise<DurableExecution> {
    for (let passed = 0; passed < seconds; passed += 60) {
      await this.kernel.pass(60);
      const execution = this.durable.list().find((one) => one.arn === arn);
      if (execution !== undefined && execution.status !== 'RUNNING') return execution;
    }
    throw new Error(`the run has not ended after ${seconds} s: ${JSON.stringify(this.events.at(-1))}`);
  }

  outcome(execution: DurableExecution): string {
    return (JSON.parse(execution.result ?? '{}') as { outcome?: string }).outcome ?? execution.status;
  }

  state(): FencedState {
    const { Item } = this.dynamodb.operations.GetItem(
      { TableName: 'failover', Key: { of: { S: 'state' }, at: { S: 'service' } } },
      { principal: { kind: 'scenario' }, region: standby },
    ) as { Item?: { record: { S: string } } };
    return JSON.parse(Item?.record.S ?? '{}') as FencedState;
  }

  interlock(region: string): string | undefined {
    const { Item } = this.dynamodb.operations.GetItem(
      { TableName: 'switches', Key: { switch: { S: 'interlock' } } },
      { principal: { kind: 'scenario' }, region },
    ) as { Item?: { by: { S: string } } };
    return Item?.by.S;
  }

  count(operation: string): number {
    return this.calls.filter((call) => call.operation === operation).length;
  }

  tokens(): readonly string[] {
    return ['switch-west', 'switch-witness'].filter((bucket) =>
      this.s3.keysOf(bucket).includes(tokenKeyOf('service')),
    );
  }

  async #invoke(event: DurableInvocation): Promise<InvocationOutcome> {
    const environment = this.#environment ?? this.#coldStart();
    this.#environment = environment;
    const point = {
      region: standby,
      function: 'aeon-ops-run-failover',
      requestId: this.kernel.uuid(),
      attempt: 1,
    };
    const scope = new InvocationScope(
      point,
      ({ operation, moment }) => this.crash?.(operation, moment) ?? false,
    );
    environment.scope = scope;
    void environment.handler(event).then(
      (payload) => scope.end({ kind: 'ok', payload: JSON.parse(JSON.stringify(payload)) }),
      (error: unknown) => scope.end({ kind: 'failed', error: functionError(error) }),
    );
    const outcome = await scope.outcome;
    if (outcome.kind !== 'ok') this.#environment = undefined;
    return outcome;
  }

  #coldStart() {
    const environmentOf: { handler: Handler; scope: InvocationScope | undefined } = {
      handler: async () => undefined,
      scope: undefined,
    };
    const handler = this.handler(async (call) => {
      const { scope } = environmentOf;
      if (scope === undefined) throw new Error('a call outside of an invocation');
      const name = nameOf(call.operation, call.input);
      await scope.beforeCall(name);
      const output = this.#call(call);
      await scope.afterCall(name);
      return output;
    });
    // Without Lambda's client in between: that it serializes and parses is tested where it is wired.
    const survivable = async <Output>(operation: string, work: () => Output): Promise<Output> => {
      const { scope } = environmentOf;
      await scope?.beforeCall(operation);
      const output = work();
      await scope?.afterCall(operation);
      return output;
    };
    const checkpoints = {
      checkpoint: (input: object) =>
        survivable(nameOf('checkpoint', input), () => this.durable.checkpoint(input as never)),
      getExecutionState: (input: object) => survivable('state', () => this.durable.state(input as never)),
    };
    environmentOf.handler = (event) =>
      handler(
        new DurableExecutionInvocationInputWithClient(event as never, checkpoints as never) as never,
        { getRemainingTimeInMillis: () => 300_000, awsRequestId: 'request' } as never,
      ) as Promise<unknown>;
    return environmentOf;
  }

  /** The handler, as it is composed for AWS, in a new environment. */
  handler(answer: (call: Called) => Promise<object> = async (call) => this.#call(call)) {
    const client = <Client>(Constructor: new (config: object) => Client, place?: ClientPlace): Client => {
      const region = place?.region ?? standby;
      const made = new Constructor({ ...simulatedSettings, region, maxAttempts: 1 });
      connectClient(made, ({ service, operation, input }) =>
        answer({
          region,
          service,
          operation,
          input: input as Called['input'],
          at: this.kernel.now().getTime(),
        }),
      );
      return made;
    };
    return compose(environment, {
      policy: this.policy,
      now: this.kernel.now,
      random: () => 0.5,
      client: client as never,
      post: async () => ({ status: 500, headers: {}, body: '' }),
      get: async ({ url }) => {
        const isReady = this.nodesReady() && this.state().writer === 'standby';
        return url.endsWith('/ready') && isReady
          ? { status: 200, headers: {}, body: '"ready"' }
          : { status: 503, headers: {}, body: '' };
      },
      resolve: async (name) => this.#resolve(name),
      log: () => undefined,
    });
  }

  nodesReady(): boolean {
    const { cluster, nodeGroups } = opsPolicy.failover.standby;
    return Object.entries(nodeGroups).every(
      ([name, { minSize }]) => this.nodes.readyNodes(standby, cluster, name) >= minSize,
    );
  }

  #resolve(name: string): readonly string[] {
    const { records } = opsPolicy.failover;
    const { targets } = records;
    if (targets.type !== 'alias') throw new Error('the policy of the tests has aliases');
    if (name === targets.standby.dnsName) return ['203.0.113.1', '203.0.113.2'];
    if (name !== records.service) return [];
    if (this.tokens().length === 0) this.#turnedAt = undefined;
    else this.#turnedAt ??= this.kernel.now().getTime();
    const seenAt = (this.#turnedAt ?? Number.POSITIVE_INFINITY) + awsDurations.switchSeen.seconds * 1000;
    return this.kernel.now().getTime() >= seenAt ? ['203.0.113.2'] : ['198.51.100.1'];
  }

  #call(call: Called): object {
    this.calls.push(call);
    const fault = this.fails?.(call);
    if (fault !== undefined) throw fault;
    const operations = this.#operations()[call.service] ?? {};
    const operate = operations[call.operation];
    if (operate === undefined) throw new Error(`${call.service}:${call.operation} is not simulated`);
    return operate(call.input as never, { principal: { kind: 'scenario' }, region: call.region });
  }

  #operations(): Readonly<Record<string, Operations>> {
    const now = () => this.kernel.now().getTime();
    return {
      dynamodb: this.dynamodb.operations,
      s3: this.s3.operations,
      rds: this.rds.operations,
      eks: this.nodes.operations,
      events: {
        PutEvents: ({ Entries }: { Entries: { Detail: string }[] }) => {
          for (const { Detail } of Entries) this.events.push(JSON.parse(Detail) as FailoverRun);
          return { FailedEntryCount: 0, Entries: [{ EventId: '1' }] };
        },
      },
      secretsmanager: {
        GetSecretValue: () => ({ SecretString: '{"username":"reader","password":"secret"}' }),
      },
      lambda: {
        Invoke: () => ({ StatusCode: 200, Payload: Buffer.from(JSON.stringify(this.#reply())) }),
      },
      backup: {
        ListRecoveryPointsByBackupVault: ({ ByResourceType: type }: { ByResourceType: string }) => ({
          RecoveryPoints: (type === 'RDS' ? this.points.database : this.points.volumes).map((minutes) => ({
            RecoveryPointArn: `arn:aws:backup:${standby}:${account}:recovery-point:${type}-${minutes}`,
            ResourceArn:
              type === 'RDS'
                ? `arn:aws:rds:us-east-1:${account}:db:aeon-dt-metadata`
                : `arn:aws:ec2:us-east-1:${account}:volume/vol-0a`,
            CreationDate: new Date(this.began - minutes * 60_000),
            Status: 'COMPLETED',
            IsEncrypted: true,
          })),
        }),
        GetRecoveryPointRestoreMetadata: () => ({ RestoreMetadata: { availabilityZone: 'us-east-1a' } }),
        StartRestoreJob: (input: {
          RecoveryPointArn: string;
          IdempotencyToken: string;
          Metadata: Record<string, string>;
        }) => {
          const known = [...this.#restores.values()].find(({ token }) => token === input.IdempotencyToken);
          const job = known ?? {
            id: this.kernel.uuid(),
            token: input.IdempotencyToken,
            doneAt: now() + 1_800_000,
          };
          this.#restores.set(job.id, job);
          const id = input.Metadata.DBInstanceIdentifier;
          if (known === undefined && id !== undefined) {
            this.kernel.after(1_800_000, () =>
              this.rds.create(standby, {
                id,
                host: `${id}.example.us-west-2.rds.amazonaws.com`,
                masterUser: 'aeon',
                tags: {},
                onPassword: () => undefined,
              }),
            );
          }
          return { RestoreJobId: job.id };
        },
        DescribeRestoreJob: ({ RestoreJobId: id }: { RestoreJobId: string }) => {
          const job = this.#restores.get(id);
          const isDone = job !== undefined && now() >= job.doneAt;
          return {
            RestoreJobId: id,
            Status: isDone ? 'COMPLETED' : 'RUNNING',
            CreatedResourceArn: 'arn:made',
          };
        },
      },
    };
  }

  get restores(): number {
    return this.#restores.size;
  }

  #reply(): object {
    const answer = (name: string, rows: readonly object[]) => ({ question: { name }, rows });
    const heartbeat = {
      writer: 'us-east-1',
      epoch: 0,
      at: new Date(this.began - 150_000).toISOString(),
      ageSeconds: 1,
    };
    const table = { table: 'public.twins', estimatedRows: 10, bytes: 10, rowBytes: 10 };
    return { spoiled: [], answers: [answer('heartbeat', [heartbeat]), answer('tables', [table])] };
  }

  #put(table: string, key: Readonly<Record<string, string>>, record: object): void {
    const attributes = Object.fromEntries(Object.entries(key).map(([name, value]) => [name, { S: value }]));
    this.dynamodb.operations.PutItem(
      { TableName: table, Item: { ...attributes, record: { S: JSON.stringify(record) } } },
      { principal: { kind: 'scenario' }, region: standby },
    );
  }
}

type Handler = (event: DurableInvocation) => Promise<unknown>;

/** Without moments and ids, which differ from one attempt to the next. */
function nameOf(operation: string, input: unknown): string {
  const text = JSON.stringify(input)
    .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z|[0-9a-f]{8}-[0-9a-f-]{27}|\d{13}/g, '')
    .slice(0, 300);
  return `${operation} ${text}`;
}
