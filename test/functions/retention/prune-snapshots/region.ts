import { EC2Client } from '@aws-sdk/client-ec2';
import { RDSClient } from '@aws-sdk/client-rds';
import { S3Client } from '@aws-sdk/client-s3';
import type { PruneDeps } from '../../../../functions/retention/prune-snapshots/deps.ts';
import type { Report } from '../../../../functions/retention/prune-snapshots/report.ts';
import { pruneSnapshots } from '../../../../functions/retention/prune-snapshots/run.ts';
import { connectClient } from '../../../../rehearsal/aws/connect.ts';
import { csiTags, Ec2, type SnapshotSeed } from '../../../../rehearsal/aws/ec2.ts';
import { type DbSnapshotSeed, Rds } from '../../../../rehearsal/aws/rds.ts';
import { S3 } from '../../../../rehearsal/aws/s3.ts';
import type { AwsError, Operations } from '../../../../rehearsal/kernel.ts';
import { objectStore } from '../../../../shared/aws/object-store.ts';
import { ebsSnapshots } from '../../../../shared/aws/snapshots-ebs.ts';
import { rdsSnapshots } from '../../../../shared/aws/snapshots-rds.ts';
import type { Standing, SwitchReading } from '../../../../shared/domain/standing.ts';
import type { SnapshotsPruned } from '../../../../shared/events/snapshots-pruned.ts';
import type { CapApproval } from '../../../../shared/retention/caps.ts';
import { client, role, testKernel } from '../../../rehearsal/aws/stand.ts';
import { daysAgo, now } from './snapshots.ts';

export const region = 'us-east-1';
export const due = '2026-11-24T05:40:00.000Z';

export type RetentionPolicy = PruneDeps['policy']['retention'];

/** One Region with volumes and databases, and the function in it. Calls are counted from 1. */
export class Region {
  readonly ec2: Ec2;
  readonly rds: Rds;
  readonly s3: S3;
  readonly published: SnapshotsPruned[] = [];
  /** The operations that were asked for, in order. */
  readonly calls: string[] = [];
  policy: RetentionPolicy = {
    mode: 'act',
    volumeSnapshots: 30,
    databaseSnapshots: 90,
    keepTag: 'keep',
    caps: { share: 0.5, count: 100 },
  };
  switches: SwitchReading = { rows: [] };
  approvals: readonly CapApproval[] = [];
  /** What AWS answers a call with in place of what was asked for. */
  fails: (operation: string, input: object) => AwsError | undefined = () => undefined;
  /** What happens right before a call is answered. */
  meanwhile: (operation: string, call: number) => void = () => undefined;
  mayGoOn: () => boolean = () => true;
  /** The function dies at this call, before it or after it was carried out. */
  dies: { readonly at: number; readonly when: 'before' | 'after' } | undefined;
  #death: (() => void) | undefined;

  constructor() {
    const kernel = testKernel(now.toISOString());
    this.ec2 = new Ec2(kernel);
    this.rds = new Rds(kernel);
    this.s3 = new S3(kernel);
    this.s3.createBucket({ region, name: 'ops', properties: {} });
  }

  /** @returns its id */
  csiSnapshot(volume: string, age: number, over: Partial<SnapshotSeed> = {}): string {
    const { tags, ...rest } = over;
    return this.ec2.createSnapshot(region, {
      volume,
      startedAt: daysAgo(age),
      tags: { ...csiTags(`snapshot-${volume}-${age}`), ...tags },
      ...rest,
    });
  }

  dbSnapshot(id: string, instance: string, age: number, over: Partial<DbSnapshotSeed> = {}): string {
    this.rds.createSnapshot(region, { id, instance, createdAt: daysAgo(age), ...over });
    return id;
  }

  /** Undefined when the function died. */
  async run(standing: Standing = { may: 'act' }): Promise<Report | undefined> {
    this.calls.length = 0;
    const death = new Promise<undefined>((resolve) => {
      this.#death = () => resolve(undefined);
    });
    const deps: PruneDeps = {
      stores: [
        ebsSnapshots(this.#client(EC2Client, this.ec2), region, this.policy.keepTag),
        rdsSnapshots(this.#client(RDSClient, this.rds), this.policy.keepTag),
      ],
      objects: objectStore(this.#client(S3Client, this.s3), 'ops'),
      bucket: 'ops',
      approvals: { of: async (kind) => this.approvals.find(({ subject }) => subject === kind) },
      switches: { read: async () => this.switches },
      bus: { publish: async ({ detail }) => void this.published.push(detail as SnapshotsPruned) },
      policy: { retention: this.policy },
      region,
      now: () => now,
    };
    const work = pruneSnapshots(standing, { due, mayGoOn: () => this.mayGoOn() }, deps);
    const ended = await Promise.race([work, death]);
    return ended === undefined ? undefined : this.report();
  }

  report(): Report {
    const [key = ''] = this.s3.keysOf('ops', `reports/prune-snapshots/${due}/`).slice(-1);
    return JSON.parse(this.s3.text('ops', key) ?? 'null');
  }

  /** Ids of volume snapshots and identifiers of DB snapshots that are there. */
  left(): Set<string> {
    return new Set([
      ...this.ec2.snapshotIds,
      ...this.rds.snapshotArns.map((arn) => arn.split(':').slice(6).join(':')),
    ]);
  }

  journal(): Set<string> {
    return new Set(
      this.s3.keysOf('ops', 'journal/').map((key) => key.split('/').at(-1)?.replace('.json', '') ?? ''),
    );
  }

  #client<Client>(
    Constructor: new (config: never) => Client,
    { operations }: { readonly operations: Operations },
  ): Client {
    const connected = client(Constructor as new (config: object) => Client);
    connectClient(connected, async ({ operation, input }) => {
      const call = this.calls.push(operation);
      this.meanwhile(operation, call);
      if (this.dies?.at === call && this.dies.when === 'before') return this.#die();
      const failure = this.fails(operation, input as object);
      if (failure !== undefined) throw failure;
      const output = operations[operation]?.(input as never, { principal: role, region });
      if (output === undefined) throw new RangeError(`${operation} is not simulated`);
      return this.dies?.at === call ? this.#die() : output;
    });
    return connected;
  }

  #die(): Promise<object> {
    this.#death?.();
    return new Promise(() => undefined);
  }
}
