import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { ECRClient } from '@aws-sdk/client-ecr';
import { S3Client } from '@aws-sdk/client-s3';
import type { PruneDeps, PrunePolicy } from '../../../../functions/retention/prune-images/deps.ts';
import type { Report, RepositoryReport } from '../../../../functions/retention/prune-images/report.ts';
import { pruneImages } from '../../../../functions/retention/prune-images/run.ts';
import { connectClient } from '../../../../rehearsal/aws/connect.ts';
import { DynamoDb } from '../../../../rehearsal/aws/dynamodb.ts';
import { Ecr } from '../../../../rehearsal/aws/ecr.ts';
import type { StoredImage } from '../../../../rehearsal/aws/ecr-repository.ts';
import { S3 } from '../../../../rehearsal/aws/s3.ts';
import type { AwsError, Operations } from '../../../../rehearsal/kernel.ts';
import { approvalTable } from '../../../../shared/aws/approval-table.ts';
import { imageManifests } from '../../../../shared/aws/image-manifests.ts';
import { imageRetention } from '../../../../shared/aws/image-retention.ts';
import { objectStore } from '../../../../shared/aws/object-store.ts';
import { verdictTable } from '../../../../shared/aws/verdict-table.ts';
import { decideStanding, type SwitchReading } from '../../../../shared/domain/standing.ts';
import type { ImagesPruned } from '../../../../shared/events/images-pruned.ts';
import { atMostAtOnce } from '../../../../shared/lambda/limit.ts';
import type { Outcome } from '../../../../shared/lambda/outcome.ts';
import type { ImageUse, WorkloadInventory } from '../../../../shared/workloads/inventory.ts';
import { policy as testPolicy } from '../../../builders.ts';
import { client, role, testKernel } from '../../../rehearsal/aws/stand.ts';

export const region = 'us-east-1';
export const due = '2026-11-24T04:25:00.000Z';
const bucket = 'ops';
const dayMs = 24 * 60 * 60 * 1000;

export interface Times {
  /** Days since its push. */
  readonly age: number;
  readonly pulledAgo?: number;
  readonly archivedAgo?: number;
}

/** One Region with the repositories `api` and `api-gateway`, and the function in it. Calls are counted from 1. */
export class Region {
  readonly kernel = testKernel(due);
  readonly ecr = new Ecr(this.kernel);
  readonly s3 = new S3(this.kernel);
  readonly dynamodb = new DynamoDb(this.kernel);
  busFails = false;
  readonly published: ImagesPruned[] = [];
  readonly told: Outcome[] = [];
  /** The operations that were asked for, in order. */
  readonly calls: string[] = [];
  readonly uses: ImageUse[] = [];
  missing: WorkloadInventory['missing'] = [];
  surveys = 0;
  mode: 'observe' | 'act' = 'act';
  retention: Partial<PrunePolicy['retention']> = {};
  switches: SwitchReading = { rows: [] };
  mayGoOn: () => boolean = () => true;
  /** The digest of an image that ECR lists twice. */
  twice: string | undefined;
  /** What AWS answers a call with in place of what was asked for. */
  fails: (operation: string, call: number) => AwsError | undefined = () => undefined;
  /** What happens right before a call is answered. */
  meanwhile: (operation: string, call: number) => void = () => undefined;
  /** The function dies at this call, before it or after it was carried out. */
  dies: { readonly at: number; readonly when: 'before' | 'after' } | undefined;
  #life = { isOver: false };
  #death: (() => void) | undefined;

  constructor() {
    for (const { repository } of Object.values(testPolicy.services)) {
      if ('existing' in repository) this.ecr.createRepository(region, repository.existing);
    }
    this.s3.createBucket({ region, name: bucket, properties: {} });
    const key = (name: string) => ({ name, type: 'S' as const });
    this.dynamodb.createTable({
      name: 'verdicts',
      region,
      replicas: [],
      keys: { partition: key('digest'), sort: key('copy') },
    });
    this.dynamodb.createTable({ name: 'switches', region, replicas: [], keys: { partition: key('switch') } });
  }

  /** @returns its digest */
  push(tags: readonly string[], times: Times, over: { manifest?: string; repository?: string } = {}): string {
    const { repository = 'api', ...push } = over;
    const digest = this.ecr.push(region, repository, { tags, ...push });
    return this.backdate(digest, times, repository);
  }

  /** An index for two platforms with their attestations. @returns digests, the index first */
  pushIndex(tags: readonly string[], times: Times, repository = 'api'): readonly string[] {
    const { digest, images, attestations } = this.ecr.pushIndex(region, repository, {
      tags,
      platforms: [{ platform: 'linux/amd64' }, { platform: 'linux/arm64' }],
    });
    const all = [digest, ...Object.values(images), ...attestations];
    for (const each of all) this.backdate(each, times, repository);
    return all;
  }

  /** A signature, as an OCI referrer. */
  sign(subject: string, times: Times): string {
    const image = this.images().find(({ digest }) => digest === subject);
    const manifest = JSON.stringify({
      schemaVersion: 2,
      mediaType: 'application/vnd.oci.image.manifest.v1+json',
      artifactType: 'application/vnd.dev.cosign.artifact.sig.v1+json',
      config: { mediaType: 'application/vnd.oci.empty.v1+json', digest: `sha256:${'e'.repeat(64)}`, size: 2 },
      layers: [],
      subject: { mediaType: image?.mediaType, digest: subject, size: 500 },
    });
    return this.push([], times, { manifest });
  }

  backdate(digest: string, { age, pulledAgo, archivedAgo }: Times, repository = 'api'): string {
    const ago = (days: number): Date => new Date(this.kernel.now().getTime() - days * dayMs);
    if (archivedAgo !== undefined) this.ecr.archive(region, repository, digest);
    this.ecr.backdate(region, repository, digest, {
      pushedAt: ago(age),
      ...(pulledAgo !== undefined && { lastPulledAt: ago(pulledAgo) }),
      ...(archivedAgo !== undefined && { lastArchivedAt: ago(archivedAgo) }),
    });
    return digest;
  }

  use(digest: string, repository = 'api'): void {
    this.uses.push({
      image: { repository, digest },
      source: { kind: 'eks', account: '123456789012', region, cluster: 'prod' },
      by: 'Deployment production/api',
      isRunning: true,
    });
  }

  pass(days: number): void {
    this.kernel.pass(days * dayMs);
  }

  /** Undefined when the function died. */
  async run(at = due): Promise<Report | undefined> {
    this.calls.length = 0;
    this.#life = { isOver: false };
    const death = new Promise<undefined>((resolve) => {
      this.#death = () => resolve(undefined);
    });
    const policy: PrunePolicy = {
      ...testPolicy,
      retention: {
        ...testPolicy.retention,
        caps: { share: 1, count: 10_000 },
        ...this.retention,
        mode: this.mode,
      },
    };
    const ecr = this.#client(ECRClient, this.ecr);
    const dynamodb = this.#client(DynamoDBClient, this.dynamodb);
    const deps: PruneDeps = {
      registry: imageRetention(ecr),
      manifests: imageManifests(ecr),
      verdicts: verdictTable(dynamodb, 'verdicts'),
      workloads: {
        sources: [],
        survey: async () => {
          this.surveys += 1;
          return { uses: [...this.uses], missing: this.missing, takenAt: this.kernel.now() };
        },
      },
      objects: objectStore(this.#client(S3Client, this.s3), bucket),
      bucket,
      approvals: approvalTable(dynamodb, 'switches', 'prune-images'),
      bus: {
        publish: async ({ detail }) => {
          if (this.busFails) throw new Error('the bus is gone');
          this.published.push(detail as ImagesPruned);
        },
      },
      limit: atMostAtOnce(8),
      policy,
      region,
      now: this.kernel.now,
    };
    const work = pruneImages(
      {
        account: '123456789012',
        due: at,
        standing: async () => decideStanding(this.mode, this.switches, this.kernel.now()),
        mayGoOn: () => this.mayGoOn(),
        tell: (outcome) => this.told.push(outcome),
      },
      deps,
    );
    const ended = await Promise.race([work, death]);
    return ended === undefined ? undefined : this.report(at);
  }

  /** Of the last attempt that wrote one. */
  report(at = due): Report {
    const [key = ''] = this.s3.keysOf(bucket, `reports/prune-images/${at}/`).slice(-1);
    return JSON.parse(this.s3.text(bucket, key) ?? 'null');
  }

  images(repository = 'api'): readonly StoredImage[] {
    return this.ecr.imagesIn(region).flatMap((each) => (each.repository === repository ? [each.image] : []));
  }

  /** What is there, by digest. */
  left(repository = 'api'): ReadonlyMap<string, string> {
    return new Map(this.images(repository).map(({ digest, status }) => [digest, String(status)]));
  }

  /** Digests that are written down as deleted. */
  journal(): Set<string> {
    const entries = this.s3.keysOf(bucket, 'journal/prune-images/').flatMap((key) => {
      const { images } = JSON.parse(this.s3.text(bucket, key) ?? '{"images":[]}');
      return images as { digest: string }[];
    });
    return new Set(entries.map(({ digest }) => digest));
  }

  #client<Client>(
    Constructor: new (config: never) => Client,
    { operations }: { readonly operations: Operations },
  ): Client {
    const connected = client(Constructor as new (config: object) => Client);
    const life = this.#life;
    connectClient(connected, async ({ operation, input }) => {
      if (life.isOver) return new Promise(() => undefined);
      const call = this.calls.push(operation);
      this.meanwhile(operation, call);
      if (this.dies?.at === call && this.dies.when === 'before') return this.#die();
      const failure = this.fails(operation, call);
      if (failure !== undefined) throw failure;
      const output = operations[operation]?.(input as never, { principal: role, region });
      if (output === undefined) throw new RangeError(`${operation} is not simulated`);
      if ('imageDetails' in output && Array.isArray(output.imageDetails)) {
        output.imageDetails.unshift(
          ...output.imageDetails.filter(({ imageDigest }) => imageDigest === this.twice),
        );
      }
      return this.dies?.at === call ? this.#die() : output;
    });
    return connected;
  }

  /** From then on nothing that the attempt does has an effect. */
  #die(): Promise<object> {
    this.#life.isOver = true;
    this.#death?.();
    return new Promise(() => undefined);
  }
}

/** The report on one repository. */
export function of(report: Report | undefined, repository = 'api'): RepositoryReport {
  const found = report?.repositories.find((each) => each.repository === repository);
  if (found === undefined) throw new RangeError(`nothing is reported of ${repository}`);
  return found;
}
