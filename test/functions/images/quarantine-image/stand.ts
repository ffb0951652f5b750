import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { ECRClient } from '@aws-sdk/client-ecr';
import type { QuarantineDeps } from '../../../../functions/images/quarantine-image/deps.ts';
import { reconcileAll } from '../../../../functions/images/quarantine-image/pass.ts';
import type { QuarantinePolicy } from '../../../../functions/images/quarantine-image/policy.ts';
import { type QuarantineRun, reconcile } from '../../../../functions/images/quarantine-image/run.ts';
import { surroundingsOf } from '../../../../functions/images/quarantine-image/surroundings.ts';
import { connectClient } from '../../../../rehearsal/aws/connect.ts';
import { DynamoDb } from '../../../../rehearsal/aws/dynamodb.ts';
import { Ecr } from '../../../../rehearsal/aws/ecr.ts';
import { AwsError, type Operations } from '../../../../rehearsal/kernel.ts';
import { enforcementIndex } from '../../../../shared/aws/enforcement-index.ts';
import { evidenceTable } from '../../../../shared/aws/evidence-table.ts';
import { imageArchive } from '../../../../shared/aws/image-archive.ts';
import { imageManifests } from '../../../../shared/aws/image-manifests.ts';
import { imageRegistry } from '../../../../shared/aws/image-registry.ts';
import { imageScanner } from '../../../../shared/aws/image-scanner.ts';
import { quarantineTable } from '../../../../shared/aws/quarantine-table.ts';
import { verdictTable } from '../../../../shared/aws/verdict-table.ts';
import type { QuarantineCase } from '../../../../shared/domain/quarantine.ts';
import type { Standing } from '../../../../shared/domain/standing.ts';
import type { VerdictRecord } from '../../../../shared/domain/verdict-record.ts';
import type { ImageQuarantine } from '../../../../shared/events/image-quarantine.ts';
import { judgeImage } from '../../../../shared/judging/judge.ts';
import type { Outcome } from '../../../../shared/lambda/outcome.ts';
import type { ImageUse, WorkloadInventory } from '../../../../shared/workloads/inventory.ts';
import { mayAct, policy as opsPolicy } from '../../../builders.ts';
import { account, client, role, type TestKernel, testKernel } from '../../../rehearsal/aws/stand.ts';
import { blocked, quarantineCase } from './builders.ts';

const region = 'us-east-1';
const tableName = 'verdicts';

export const policy: QuarantinePolicy = {
  ...opsPolicy,
  images: {
    ...opsPolicy.images,
    mode: 'act',
    registry: { ...opsPolicy.images.registry, scanning: 'basic' },
    quarantine: { ...opsPolicy.images.quarantine, keepGoodReleases: 1 },
  },
  workloads: { sources: [], readers: {} },
};

/** Dies at a call, before or after it took effect. */
interface Crash {
  readonly call: number;
  readonly moment: 'before' | 'after';
}

/** One Region with the repository `api`, on the simulated services: everything but the workloads is the real code. */
export class Stand {
  readonly kernel: TestKernel = testKernel('2026-03-02T08:00:00Z');
  readonly ecr = new Ecr(this.kernel);
  readonly dynamodb = new DynamoDb(this.kernel);
  readonly published: ImageQuarantine[] = [];
  /** The calls of the present run. */
  readonly calls: string[] = [];
  policy = policy;
  standing: Standing = mayAct;
  inventory: Omit<WorkloadInventory, 'takenAt'> = { uses: [], missing: [] };
  crash: Crash | undefined;
  /** The ops bucket, by key. */
  readonly objects = new Map<string, string>();
  /** How often it was asked who uses what. */
  surveys = 0;
  /** An operation that is not allowed. */
  denied: string | undefined;
  /** Told of each call before it is made. */
  onCall: ((operation: string) => void) | undefined;
  /** What the last run told the log of. */
  readonly logged: Outcome[] = [];
  mayGoOn = (): boolean => true;

  constructor() {
    this.ecr.createRepository(region, 'api');
    this.dynamodb.createTable({
      name: tableName,
      region,
      keys: { partition: { name: 'digest', type: 'S' }, sort: { name: 'copy', type: 'S' } },
      indexes: [
        {
          name: enforcementIndex.name,
          keys: { partition: { name: enforcementIndex.partitionKey, type: 'S' } },
          projection: 'KEYS_ONLY',
        },
      ],
    });
  }

  /** Pushes an index of two platforms, scanned. The findings are those of the first. */
  release(version: string, ...critical: readonly string[]): { digest: string; parts: readonly string[] } {
    const { digest, images } = this.ecr.pushIndex(region, 'api', {
      tags: [`api-prod-${version}-4f1c2ab`],
      platforms: [{ platform: 'linux/amd64' }, { platform: 'linux/arm64' }],
      attestations: false,
    });
    const parts = Object.values(images);
    this.scan(parts, critical);
    return { digest, parts };
  }

  scan(parts: readonly string[], critical: readonly string[]): void {
    for (const [index, part] of parts.entries()) {
      const ids = index === 0 ? critical : [];
      this.ecr.completeScan(region, 'api', part, {
        engine: 'basic',
        status: 'COMPLETE',
        findings: ids.map((id) => ({ id, severity: 'CRITICAL', packageName: 'openssl' })),
      });
    }
  }

  async judge(...digests: readonly string[]): Promise<void> {
    const { deps } = this;
    for (const digest of digests) {
      await judgeImage({ account, repository: 'api', digest }, mayAct, {
        ...deps,
        registry: imageRegistry(this.#client(ECRClient, this.ecr)),
        verdicts: verdictTable(this.#client(DynamoDBClient, this.dynamodb), tableName),
        bus: { publish: async () => undefined },
      });
    }
  }

  /** A release, judged along with its parts. */
  async judged(version: string, ...critical: readonly string[]) {
    const released = this.release(version, ...critical);
    await this.judge(...released.parts, released.digest);
    return released;
  }

  /** A release that is blocked and quarantined, without the calls that led there. */
  async quarantined(version: string): Promise<{ digest: string; parts: readonly string[] }> {
    const { digest, parts } = this.release(version, 'CVE-2026-0001');
    const tags = [`api-prod-${version}-4f1c2ab`];
    const verdicts = verdictTable(this.#client(DynamoDBClient, this.dynamodb), tableName);
    const ofIndex = { ...blocked, digest, tags, kind: 'index', parts, version: 0 } as const;
    await verdicts.write(ofIndex);
    for (const part of parts) await verdicts.write({ ...blocked, digest: part, tags: [], version: 0 });
    for (const imageDigest of [digest, ...parts]) {
      this.ecr.operations.UpdateImageStorageClass(
        { repositoryName: 'api', imageId: { imageDigest }, targetStorageClass: 'ARCHIVE' },
        { principal: role, region },
      );
    }
    const members = parts.map((part) => ({ digest: part, kind: 'image' as const }));
    await this.deps.cases.write(
      quarantineCase({
        digest,
        kind: 'index',
        tags,
        members: [{ digest, kind: 'index' }, ...members],
        archived: [digest, ...parts],
        telling: { outcome: 'quarantined', which: '', since: '2026-03-02T08:00:07.000Z', isTold: true },
        version: 0,
      }),
    );
    return { digest, parts };
  }

  /** Its verdict becomes another, whoever judged so. */
  overrule(digest: string, verdict: VerdictRecord['verdict']): void {
    const row = this.dynamodb
      .peek(tableName, region)
      .find((item) => item.digest?.S === digest && item.copy?.S === `${region}#api`);
    const record = { ...JSON.parse(row?.record?.S ?? ''), verdict };
    this.dynamodb.operations.PutItem(
      {
        TableName: tableName,
        Item: { ...row, record: { S: JSON.stringify(record) }, enforcedIn: { S: region } },
      },
      { principal: role, region },
    );
  }

  /** A run of the hourly schedule. */
  async pass(): Promise<readonly Outcome[]> {
    this.calls.length = 0;
    return reconcileAll(this.#run({ isReview: true }), this.deps);
  }

  /** A run of the schedule between them. */
  async passBetween(): Promise<readonly Outcome[]> {
    this.calls.length = 0;
    return reconcileAll(this.#run({ isReview: false }), this.deps);
  }

  async look(digest: string): Promise<Outcome> {
    this.calls.length = 0;
    return reconcile('api', digest, this.#run({ isReview: false }), this.deps);
  }

  #run({ isReview }: Pick<QuarantineRun, 'isReview'>): QuarantineRun {
    this.logged.length = 0;
    return {
      account,
      standing: this.standing,
      isReview,
      surroundings: surroundingsOf(this.deps),
      done: new Set(),
      mayGoOn: this.mayGoOn,
      tell: (outcome) => void this.logged.push(outcome),
    };
  }

  stateOf(digest: string): string | undefined {
    return this.ecr.imagesIn(region).find(({ image }) => image.digest === digest)?.image.status;
  }

  caseOf(digest: string): QuarantineCase | undefined {
    const row = this.dynamodb
      .peek(tableName, region)
      .find((item) => item.digest?.S === digest && item.copy?.S?.startsWith('quarantine#'));
    return row && JSON.parse(row.record?.S ?? '');
  }

  get told(): readonly string[] {
    return this.published.map(({ outcome }) => outcome);
  }

  use(digest: string): ImageUse {
    return {
      image: { repository: 'api', digest },
      source: { kind: 'eks', account, region, cluster: 'prod' },
      by: 'Deployment production/api',
      isRunning: true,
    };
  }

  get deps(): QuarantineDeps {
    const dynamodb = this.#client(DynamoDBClient, this.dynamodb);
    const ecr = this.#client(ECRClient, this.ecr);
    return {
      cases: quarantineTable(dynamodb, tableName, region, [region]),
      evidence: evidenceTable(dynamodb, tableName),
      verdicts: verdictTable(dynamodb, tableName),
      registry: imageRegistry(ecr),
      archive: imageArchive(ecr),
      manifests: imageManifests(ecr),
      scanner: imageScanner(ecr),
      survey: async () => {
        this.surveys += 1;
        return { ...this.inventory, takenAt: this.kernel.now() };
      },
      askStanding: async () => this.standing,
      objects: { get: async (key) => this.objects.get(key) },
      bus: {
        publish: async ({ detailType, detail }) => {
          await this.#called('publish', () => {
            if (detailType === 'Image Quarantine') this.published.push(detail);
            return {};
          });
        },
      },
      policy: this.policy,
      region,
      now: this.kernel.now,
    };
  }

  #client<Client>(
    Constructor: Parameters<typeof client<Client>>[0],
    { operations }: { readonly operations: Operations },
  ): Client {
    const connected = client(Constructor);
    connectClient(connected, async ({ operation, input }) =>
      this.#called(operation, () => {
        const perform = operations[operation];
        if (perform === undefined) throw new RangeError(`${operation} is not simulated`);
        return perform(input as never, { principal: role, region });
      }),
    );
    return connected;
  }

  async #called(operation: string, perform: () => object | Promise<object>): Promise<object> {
    this.calls.push(operation);
    this.onCall?.(operation);
    const isIt = this.crash?.call === this.calls.length;
    if (isIt && this.crash?.moment === 'before') throw new Error('crashed');
    if (operation === this.denied)
      throw new AwsError('AccessDeniedException', `not authorized: ${operation}`);
    const answer = await perform();
    if (isIt && this.crash?.moment === 'after') throw new Error('crashed');
    return answer;
  }
}
