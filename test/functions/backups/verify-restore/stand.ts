import { BackupClient } from '@aws-sdk/client-backup';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EC2Client } from '@aws-sdk/client-ec2';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { RDSClient } from '@aws-sdk/client-rds';
import { S3Client } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type {
  VerifyDeps,
  VerifyPolicy,
  VerifyRun,
} from '../../../../functions/backups/verify-restore/deps.ts';
import { passwordFor } from '../../../../functions/backups/verify-restore/password.ts';
import { reconcile } from '../../../../functions/backups/verify-restore/run.ts';
import { sweep } from '../../../../functions/backups/verify-restore/sweep.ts';
import { answerRequest } from '../../../../functions/databases/ask-database/run.ts';
import { takeManifests } from '../../../../functions/databases/take-manifest/run.ts';
import { Backup } from '../../../../rehearsal/aws/backup.ts';
import type { BackupFaults } from '../../../../rehearsal/aws/backup-context.ts';
import { connectClient } from '../../../../rehearsal/aws/connect.ts';
import { DynamoDb } from '../../../../rehearsal/aws/dynamodb.ts';
import { Ec2 } from '../../../../rehearsal/aws/ec2.ts';
import { Ec2Volumes } from '../../../../rehearsal/aws/ec2-volumes.ts';
import { RdsInstances } from '../../../../rehearsal/aws/rds-instances.ts';
import { S3 } from '../../../../rehearsal/aws/s3.ts';
import { SecretsManager } from '../../../../rehearsal/aws/secrets-manager.ts';
import type { DatabaseContent } from '../../../../rehearsal/databases/content.ts';
import { Databases } from '../../../../rehearsal/databases/databases.ts';
import { furnishDatabases } from '../../../../rehearsal/databases/furnish.ts';
import { restoredContents } from '../../../../rehearsal/databases/restored.ts';
import type { AwsError, Operations } from '../../../../rehearsal/kernel.ts';
import { recoveryPoints } from '../../../../shared/aws/backup-points.ts';
import { restoreJobs } from '../../../../shared/aws/backup-restores.ts';
import { databaseQuestions } from '../../../../shared/aws/database-questions.ts';
import { objectStore } from '../../../../shared/aws/object-store.ts';
import { manifests, restoreProofs, untestedTiers } from '../../../../shared/aws/restore-table.ts';
import { restoredDatabases } from '../../../../shared/aws/restored-databases.ts';
import { restoredVolumes } from '../../../../shared/aws/restored-volumes.ts';
import { scheduledTests } from '../../../../shared/aws/scheduled-tests.ts';
import { secrets } from '../../../../shared/aws/secrets.ts';
import type { AskReply, AskRequest } from '../../../../shared/database/exchange.ts';
import type { Standing } from '../../../../shared/domain/standing.ts';
import type {
  RestoreJudged,
  RestoreLeftover,
  RestoreTestMissed,
} from '../../../../shared/events/restore-judged.ts';
import type { Outcome } from '../../../../shared/lambda/outcome.ts';
import type { Proof } from '../../../../shared/restores/proof.ts';
import { mayAct, policy as opsPolicy } from '../../../builders.ts';
import { account, client, role, type TestKernel, testKernel } from '../../../rehearsal/aws/stand.ts';

export const minutes = (count: number): number => count * 60_000;
export const hours = (count: number): number => minutes(60 * count);

const home = 'us-east-1';
const table = 'restores';
const bucket = 'evidence';
const instance = 'aeon-dt-metadata';
export const source = `arn:aws:rds:${home}:${account}:db:${instance}`;
const volume = `arn:aws:ec2:${home}:${account}:volume/vol-0graph`;
const roleArn = `arn:aws:iam::${account}:role/backup`;

/** The code under test catches no such thing, so that it makes no further call. */
class Died extends Error {}

const vaults = Object.fromEntries(
  Object.entries(opsPolicy.backups.vaults).map(([key, { lock }]) => [
    key,
    { vault: { existing: 'vault' }, lock },
  ]),
);

type Type = 'RDS' | 'EBS';

/**
 * A database or a volume that was backed up on a Wednesday at 07:00, with manifests before and after that, and the test
 * that restores it from 08:30 on. All that is asked and told goes through the real code; the calls of a run are counted.
 */
export class Stand {
  readonly kernel: TestKernel = testKernel('2026-11-25T06:50:00Z');
  readonly databases = new Databases(this.kernel.now);
  readonly instances = new RdsInstances(this.kernel);
  readonly volumes = new Ec2Volumes(this.kernel);
  readonly ec2 = new Ec2(this.kernel);
  readonly s3 = new S3(this.kernel);
  readonly secrets = new SecretsManager(this.kernel);
  readonly dynamodb = new DynamoDb(this.kernel);
  readonly backup: Backup;
  /** What was told of restores. */
  readonly judged: RestoreJudged[] = [];
  /** What was told of tiers that nothing restores. */
  readonly untested: RestoreJudged[] = [];
  readonly leftovers: RestoreLeftover[] = [];
  readonly missed: RestoreTestMissed[] = [];
  /** The AWS calls of the present run, in order, and those of all runs with the SQL statements on the copy. */
  readonly calls: string[] = [];
  readonly everyCall: string[] = [];
  standing: Standing = mayAct;
  policy: VerifyPolicy = { ...opsPolicy, backups: { ...opsPolicy.backups, mode: 'act', vaults } };
  /** What AWS answers a call with in place of what was asked for. */
  fails: (operation: string) => AwsError | undefined = () => undefined;
  /** True: the call is carried out, and its answer is lost. */
  loses: (operation: string) => boolean = () => false;
  /** What becomes of a request on its way to the database, and of the reply on its way back. */
  request: (request: AskRequest) => AskRequest = (request) => request;
  reply: (reply: AskReply, request: AskRequest) => AskReply = (reply) => reply;
  /** The function dies after so many calls: the last one is carried out, and nobody learns of it. */
  diesAfter: number | undefined;
  leftMs = 900_000;
  readonly region: string;
  /** Whether a restore test does not begin. */
  forgetsTest = false;
  readonly #faults: { restore?: BackupFaults['restore'] } = {};
  /** Clients are dear to make, and keep nothing. */
  readonly #clients = new Map<unknown, unknown>();

  constructor({ region = home }: { readonly region?: string } = {}) {
    this.region = region;
    const { kernel, databases, instances, volumes, ec2 } = this;
    const contents = restoredContents(kernel, { databases, instances, volumes, ec2 });
    const faults: BackupFaults = {
      forgetsTest: () => this.forgetsTest,
      restore: (what) => this.#faults.restore?.(what),
    };
    this.backup = new Backup(kernel, () => undefined, faults, contents);
    furnishDatabases({ databases, secrets: this.secrets }, opsPolicy, new Date('2026-01-01T00:00:00Z'));
    this.secrets.createSecret(region, 'passwords', 'a long random text');
    for (const each of ['RDS', 'EBS'] as const) this.backup.resources.put(resourceOf(each));
    for (const each of [home, 'us-west-2']) {
      const properties = {
        BackupVaultName: 'vault',
        EncryptionKeyArn: `arn:aws:kms:${each}:${account}:key/1`,
      };
      this.backup.create.vault({ region: each, name: 'vault', properties });
    }
    for (const [tier, type] of [
      ['databases', 'RDS'],
      ['volumes', 'EBS'],
    ] as const)
      this.#plan(tier, type);
    this.s3.createBucket({ region, name: bucket, properties: {} });
    this.dynamodb.createTable({
      name: table,
      region,
      keys: { partition: { name: 'of', type: 'S' }, sort: { name: 'at', type: 'S' } },
      indexes: [],
    });
  }

  /** Up to the moment when the restore is complete. */
  async restored({
    type = 'RDS',
    manifests: taken = 'both',
    restore,
    meanwhile = () => undefined,
  }: {
    readonly type?: Type;
    readonly manifests?: 'both' | 'before' | 'none';
    readonly restore?: ReturnType<NonNullable<BackupFaults['restore']>>;
    /** What happens in the database after the first manifest, and before the second. */
    readonly meanwhile?: (content: DatabaseContent) => void;
  } = {}): Promise<string> {
    const { kernel } = this;
    this.#faults.restore = () => restore;
    if (taken !== 'none') await this.manifest();
    kernel.pass(minutes(10));
    this.content.heartbeat = { writer: home, epoch: 1, at: new Date(kernel.now().getTime() - 30_000) };
    this.backUp(type);
    kernel.pass(minutes(20));
    if (this.region !== home) this.#copy(resourceOf(type).arn);
    kernel.pass(minutes(30));
    meanwhile(this.content);
    if (taken === 'both') await this.manifest();
    kernel.pass(minutes(50));
    const [job] = this.backup.restores.in(this.region);
    if (job === undefined) throw new Error('nothing was restored');
    while (job.completedAt === undefined) kernel.pass(minutes(5));
    return job.id;
  }

  /** Begins a backup, which takes some minutes. */
  backUp(type: Type = 'RDS'): void {
    this.backup.operations.StartBackupJob(
      { BackupVaultName: 'vault', ResourceArn: resourceOf(type).arn, IamRoleArn: roleArn },
      { principal: role, region: home },
    );
  }

  /** What is in the database itself. */
  get content(): DatabaseContent {
    const server = this.databases.ofInstance(instance);
    if (server === undefined) throw new Error('there is no database');
    return server.content;
  }

  /** What is in the restored copy. */
  get copy(): DatabaseContent | undefined {
    const id = this.backup.restores.in(this.region)[0]?.created?.arn.split(':').at(-1) ?? '';
    return this.databases.ofInstance(id)?.content;
  }

  async manifest(): Promise<void> {
    const deps = this.#deps();
    await takeManifests(
      {
        ...deps,
        secrets: secrets(this.#client(SecretsManagerClient, this.secrets), this.kernel.now),
        policy: opsPolicy,
        log: () => undefined,
      },
      minutes(10),
    );
  }

  /** One invocation for an event. Undefined when the function died. */
  event(jobId: string): Promise<Outcome | undefined> {
    return this.#invoke((run, deps) => reconcile(jobId, run, deps));
  }

  /** One invocation by the clock. */
  sweep(): Promise<readonly Outcome[] | undefined> {
    return this.#invoke(sweep);
  }

  /** Sweeps every quarter of an hour until the proof is closed. */
  async finish(jobId: string): Promise<Proof> {
    for (let run = 0; run < 60; run++) {
      await this.sweep();
      const proof = this.proof(jobId);
      if (proof?.stage === 'closed') return proof;
      this.kernel.pass(minutes(15));
    }
    throw new Error(`the proof is never closed: ${JSON.stringify(this.proof(jobId))}`);
  }

  proof(jobId: string): Proof | undefined {
    const row = this.dynamodb
      .peek(table, this.region)
      .find(({ at }) => at?.S?.endsWith(`#${jobId}`) === true);
    return row && JSON.parse(row.record?.S ?? 'null');
  }

  evidence(): Record<string, unknown>[] {
    return this.s3.keysOf(bucket).map((key) => JSON.parse(this.s3.text(bucket, key) ?? 'null'));
  }

  /** What AWS Backup has as the validation of the restore. */
  validation() {
    return this.backup.restores.in(this.region)[0]?.validation;
  }

  /** How often an operation was called, or a statement run. */
  count(call: string): number {
    return this.everyCall.filter((each) => each === call).length;
  }

  async #invoke<Result>(
    work: (run: VerifyRun, deps: VerifyDeps) => Promise<Result>,
  ): Promise<Result | undefined> {
    this.calls.length = 0;
    const run = { leftMs: () => this.leftMs, tell: () => undefined };
    try {
      return await work(run, this.#deps());
    } catch (error) {
      if (error instanceof Died) return undefined;
      throw error;
    }
  }

  #deps(): VerifyDeps {
    const { region, kernel } = this;
    const { now } = kernel;
    const dynamodb = this.#client(DynamoDBClient, this.dynamodb);
    const kept = secrets(this.#client(SecretsManagerClient, this.secrets), now);
    return {
      jobs: restoreJobs(this.#client(BackupClient, this.backup)),
      proofs: restoreProofs(dynamodb, table, region, 2557),
      manifests: manifests(dynamodb, table, 14),
      untested: untestedTiers(dynamodb, table),
      tests: scheduledTests(dynamodb, table, region),
      points: recoveryPoints(this.#client(BackupClient, this.backup), region),
      databases: restoredDatabases(this.#client(RDSClient, this.instances)),
      volumes: restoredVolumes(
        this.#client(EC2Client, { operations: { ...this.ec2.operations, ...this.volumes.operations } }),
      ),
      questions: databaseQuestions(
        this.#client(LambdaClient, { operations: { Invoke: this.#askDatabase } }),
        'ask',
      ),
      passwordFor: (jobId) => passwordFor(kept, 'passwords', jobId),
      evidence: objectStore(this.#client(S3Client, this.s3), bucket),
      evidenceBucket: bucket,
      bus: {
        publish: async ({ detailType, detail }) => {
          await this.#called('PutEvents', () => {
            if (detailType === 'Restore Judged') {
              (detail.facts.jobId === undefined ? this.untested : this.judged).push(detail);
            }
            if (detailType === 'Restore Leftover') this.leftovers.push(detail);
            if (detailType === 'Restore Test Missed') this.missed.push(detail);
            return {};
          });
        },
      },
      askStanding: async () => this.standing,
      policy: this.policy,
      region,
      now,
    };
  }

  /** ask-database, as it is deployed, with the network that it stands in. */
  readonly #askDatabase = async ({ Payload }: { readonly Payload: Uint8Array }): Promise<object> => {
    const asked: AskRequest = JSON.parse(new TextDecoder().decode(Payload));
    const request = this.request(asked);
    const isCopy = request.target.host.startsWith('awsbackup-restore-test-');
    const reply = await answerRequest(
      request,
      {
        connect: (access, work) =>
          this.databases.connect(access, (session) =>
            work({
              run: async (statement) => {
                if (isCopy) this.everyCall.push(`sql:${statement.name}`);
                return session.run(statement);
              },
            }),
          ),
        asks: isCopy ? 'copies' : 'source',
        log: () => undefined,
      },
      () => 600_000,
    );
    return { StatusCode: 200, Payload: new TextEncoder().encode(JSON.stringify(this.reply(reply, asked))) };
  };

  #client<Client>(
    Constructor: Parameters<typeof client<Client>>[0],
    { operations }: { readonly operations: Operations },
  ): Client {
    const known = this.#clients.get(Constructor);
    if (known !== undefined) return known as Client;
    const connected = client(Constructor, this.region);
    this.#clients.set(Constructor, connected);
    connectClient(connected, async ({ operation, input, service }) =>
      this.#called(operation, () => {
        const perform = operations[operation];
        if (perform === undefined) throw new RangeError(`${operation} is not simulated`);
        // The databases and their secrets are in the primary Region, whoever asks.
        const region = service === 'secretsmanager' ? this.#secretRegion(input) : this.region;
        return perform(input as never, { principal: role, region });
      }),
    );
    return connected;
  }

  #secretRegion(input: unknown): string {
    return Reflect.get(input as object, 'SecretId') === 'passwords' ? this.region : home;
  }

  async #called(operation: string, perform: () => object | Promise<object>): Promise<object> {
    const call = this.calls.push(operation);
    this.everyCall.push(operation);
    const failure = this.fails(operation);
    if (failure !== undefined) throw failure;
    const answer = await perform();
    if (this.diesAfter !== undefined && call >= this.diesAfter) throw new Died();
    if (this.loses(operation)) throw new Error('socket hang up');
    return answer;
  }

  #plan(tier: string, type: Type): void {
    const { region, backup } = this;
    const name = `aeon_ops_${tier}`;
    backup.create.restoreTestingPlan({
      region,
      name,
      properties: {
        RestoreTestingPlanName: name,
        ScheduleExpression: 'cron(0 8 ? * WED *)',
        StartWindowHours: 1,
        RecoveryPointSelection: {
          Algorithm: 'LATEST_WITHIN_WINDOW',
          IncludeVaults: ['*'],
          RecoveryPointTypes: ['SNAPSHOT'],
          SelectionWindowDays: 7,
        },
      },
    });
    backup.create.restoreTestingSelection({
      region,
      name,
      properties: {
        RestoreTestingPlanName: name,
        RestoreTestingSelectionName: name,
        IamRoleArn: roleArn,
        ProtectedResourceType: type,
        ProtectedResourceArns: ['*'],
        RestoreMetadataOverrides: { dbSubnetGroupName: 'apart' },
        ValidationWindowHours: 8,
      },
    });
  }

  #copy(resourceArn: string): void {
    const { BackupJobs = [] } = this.backup.operations.ListBackupJobs({}, { principal: role, region: home });
    const point = BackupJobs.find(({ ResourceArn }) => ResourceArn === resourceArn)?.RecoveryPointArn ?? '';
    this.backup.operations.StartCopyJob(
      {
        RecoveryPointArn: point,
        SourceBackupVaultName: 'vault',
        DestinationBackupVaultArn: `arn:aws:backup:${this.region}:${account}:backup-vault:vault`,
        IamRoleArn: roleArn,
      },
      { principal: role, region: home },
    );
  }
}

function resourceOf(type: Type) {
  const shared = { type, region: home, tags: {}, keyArn: `arn:aws:kms:${home}:${account}:key/data` };
  return type === 'RDS'
    ? { ...shared, arn: source, sizeInBytes: 20_000_000_000 }
    : { ...shared, arn: volume, sizeInBytes: 50_000_000_000 };
}
