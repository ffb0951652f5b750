import type { SweepDeps } from '../../../../functions/images/sweep-images/deps.ts';
import { sweepImages } from '../../../../functions/images/sweep-images/run.ts';
import type { SweepRecord } from '../../../../functions/images/sweep-images/sweep-table.ts';
import type { ReplicaStatus } from '../../../../shared/aws/image-replication.ts';
import type { ConcernedCopy } from '../../../../shared/aws/quarantine-table.ts';
import type { ImageGap, ImageJudged, OpsEvent } from '../../../../shared/events/ops-events.ts';
import type { Outcome } from '../../../../shared/lambda/outcome.ts';
import type { Policy } from '../../../../shared/policy/schema.ts';
import { mayAct, policy, scan } from '../../../builders.ts';
import { Place, tagged } from '../../../shared/judging/place.ts';

export const basicPolicy: Policy = {
  ...policy,
  images: { ...policy.images, registry: { ...policy.images.registry, scanning: 'basic' } },
};

/** The repository `api` of a Region with its images, and `api-gateway` with none. */
export class Region {
  readonly place = new Place();
  policy = basicPolicy;
  region = 'us-east-1';
  /** Milliseconds of each pause that was made. */
  readonly pauses: number[] = [];
  /** Calls of `mayGoOn` that are answered with true. */
  time = Number.POSITIVE_INFINITY;
  /** Thrown when the repository is listed. */
  readonly listingFails = new Map<string, Error>();
  /** Thrown when the image is scanned; else what ECR answers. */
  scanning: Error | 'started' | 'already' | 'impossible' = 'started';
  readonly scansAsked: string[] = [];
  readonly scansStarted: string[] = [];
  replication: ReadonlyMap<string, ReplicaStatus> | Error = new Map();
  state: SweepRecord | undefined;
  /** What can be pulled. Undefined: everything. */
  listed: readonly string[] | undefined;
  /** What is blocked or has an open case. */
  concerned: readonly ConcernedCopy[] = [];
  readonly gaps: ImageGap[] = [];
  readonly told: Outcome[] = [];
  /** Thrown by the bus instead of taking the next event. */
  busFails: Error | undefined;

  /** Sweeps, and tells what is thrown away after it: gaps and verdicts since the last call. */
  async sweep(): Promise<{ readonly outcomes: readonly Outcome[]; readonly told: readonly string[] }> {
    const [gaps, verdicts] = [this.gaps.length, this.place.published.length];
    const run = {
      account: '123456789012',
      standing: mayAct,
      mayGoOn: () => this.time-- > 0,
      pause: async (ms: number) => void this.pauses.push(ms),
      tell: (outcome: Outcome) => void this.told.push(outcome),
    };
    const outcomes = await sweepImages(run, this.deps);
    return {
      outcomes,
      told: [
        ...this.place.published.slice(verdicts).map(({ outcome, facts }) => `${outcome} ${facts.digest}`),
        ...this.gaps.slice(gaps).map(({ outcome, facts }) => `${facts.gap} ${outcome}`),
      ],
    };
  }

  get deps(): SweepDeps {
    const { registry, verdicts } = this.place;
    return {
      ...this.place.deps,
      policy: this.policy,
      region: this.region,
      verdicts,
      registry: {
        ...registry,
        scanOf: async (image) => {
          this.scansAsked.push(image.digest);
          return registry.scanOf(image);
        },
      },
      listing: {
        list: async (repository) => {
          const fails = this.listingFails.get(repository);
          if (fails) throw fails;
          return repository === 'api'
            ? [...this.place.described]
                .filter(([of]) => this.listed === undefined || this.listed.includes(of))
                .map(([of, described]) => ({ digest: of, ...described }))
            : [];
        },
      },
      scanner: {
        start: async ({ digest: of }) => {
          if (this.scanning instanceof Error) throw this.scanning;
          if (this.scanning === 'started') this.scansStarted.push(of);
          return this.scanning;
        },
      },
      replication: {
        of: async () => {
          if (this.replication instanceof Error) throw this.replication;
          return this.replication;
        },
      },
      sweeps: {
        read: async () => this.state,
        write: async (record) => {
          this.state = { ...record, version: record.version + 1 };
        },
      },
      workloads: {
        sources: [],
        survey: async () => ({ uses: [], missing: [], takenAt: this.place.deps.now() }),
      },
      cases: { concerned: async () => this.concerned },
      running: { note: async () => 0 },
      bus: { publish: async (event) => this.#publish(event) },
    };
  }

  #publish({ detailType, detail }: OpsEvent): void {
    const error = this.busFails;
    this.busFails = undefined;
    if (error) throw error;
    if (detailType === 'Image Gap') this.gaps.push(detail as ImageGap);
    else this.place.published.push(detail as ImageJudged);
  }

  /** Images with a clean scan each. */
  add(...digests: readonly string[]): void {
    for (const one of digests) {
      this.place.described.set(one, { ...tagged, tags: [`api-prod-${one}-4f1c2ab`] });
      this.place.scans.set(one, scan());
    }
  }

  /** An index with a tag over images without any, each with a clean scan. */
  addIndex(index: string, ...parts: readonly string[]): void {
    this.place.described.set(index, { ...tagged, kind: 'index' });
    for (const part of parts) {
      this.place.described.set(part, { ...tagged, tags: [] });
      this.place.scans.set(part, scan());
    }
    const mediaType = 'application/vnd.oci.image.manifest.v1+json';
    const children = parts.map((part) => ({ digest: part, mediaType, isAttestation: false, size: 500 }));
    this.place.indexes.set(index, { kind: 'index', children });
  }

  later(hours: number): void {
    this.place.clock += hours * 3_600_000;
  }
}
