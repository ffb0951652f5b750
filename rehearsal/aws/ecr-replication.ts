import type {
  DescribeImageReplicationStatusRequest,
  DescribeImageReplicationStatusResponse,
  ReplicationStatus,
} from '@aws-sdk/client-ecr';
import { AwsError, type Call, type Operations } from '../kernel.ts';
import { replicationEvents } from './ecr-events.ts';
import type { Arrival, Registry } from './ecr-registry.ts';
import type { Replicas } from './ecr-replicas.ts';
import type { Repository, StoredImage } from './ecr-repository.ts';

export interface ReplicationRule {
  readonly from: string;
  readonly to: readonly string[];
  /** Beginnings of repository names; undefined for all repositories. */
  readonly prefixes?: readonly string[] | undefined;
}

/** A copy that is about to be made. */
export interface ReplicationCopy {
  readonly from: string;
  readonly to: string;
  readonly repository: string;
  readonly digest: string;
}

export type ReplicationFault = 'fails' | 'stalls';

/** One image on its way to one Region. */
interface Job {
  readonly source: Repository;
  readonly digest: string;
  readonly to: string;
  readonly tags: readonly string[];
  status: ReplicationStatus;
  failureCode?: string;
}

/** From a push to its copy elsewhere: at least, and by how much more it varies. Milliseconds. */
const copying = { least: 60_000, spread: 29 * 60_000 };

/**
 * Copies what is pushed or restored in one Region to others, each copy in its own time. What was copied is not copied
 * on. Deletions, archived states and scan results stay where they are; a copy that comes in brings an archived one
 * back.
 * @see https://docs.aws.amazon.com/AmazonECR/latest/userguide/replication.html
 */
export class Replication {
  readonly #registry: Registry;
  readonly #replicas: Replicas;
  readonly #fault: (copy: ReplicationCopy) => ReplicationFault | undefined;
  /** Source Region -> rules. */
  readonly #rules = new Map<string, readonly ReplicationRule[]>();
  /** Source and image -> destination -> the newest job. */
  readonly #jobs = new Map<string, Map<string, Job>>();

  constructor(
    registry: Registry,
    replicas: Replicas,
    fault: (copy: ReplicationCopy) => ReplicationFault | undefined,
  ) {
    this.#registry = registry;
    this.#replicas = replicas;
    this.#fault = fault;
    registry.onArrival((arrival) => {
      if (arrival.by !== 'replication') this.#begin(arrival);
    });
  }

  /** Replaces all rules of the source Region. What was pushed before is not copied. */
  configure(from: string, rules: readonly ReplicationRule[]): void {
    this.#rules.set(from, rules);
  }

  readonly operations = {
    DescribeImageReplicationStatus: (
      input: DescribeImageReplicationStatusRequest,
      call: Call,
    ): DescribeImageReplicationStatusResponse => {
      const repository = this.#registry.authorized(call, 'DescribeImageReplicationStatus', input);
      const { imageId = {} } = input;
      const { digest } = repository.get(imageId);
      const jobs = [...(this.#jobs.get(keyOf(repository, digest))?.values() ?? [])];
      return {
        repositoryName: repository.name,
        imageId: { ...imageId, imageDigest: digest },
        replicationStatuses: jobs.map(({ to, status, failureCode }) => ({
          region: to,
          registryId: repository.registryId,
          status,
          ...(failureCode !== undefined && { failureCode }),
        })),
      };
    },
  } satisfies Operations;

  #begin({ repository: source, image: { digest }, tags }: Arrival): void {
    const { kernel } = this.#registry;
    const rules = this.#rules.get(source.region) ?? [];
    const applicable = rules.filter(({ prefixes = [''] }) =>
      prefixes.some((prefix) => source.name.startsWith(prefix)),
    );
    for (const to of new Set(applicable.flatMap((rule) => rule.to))) {
      const job: Job = { source, digest, to, tags, status: 'IN_PROGRESS' };
      const jobs = this.#jobs.get(keyOf(source, digest)) ?? new Map<string, Job>();
      this.#jobs.set(keyOf(source, digest), jobs.set(to, job));
      kernel.after(copying.least + kernel.random() * copying.spread, () => this.#run(job));
    }
  }

  /** Does nothing for a job that a newer push replaced or that went along with an index. */
  #run(job: Job): void {
    const { source, digest, to, tags } = job;
    if (this.#jobOf(source, digest, to) !== job || job.status !== 'IN_PROGRESS') return;
    const image = source.find({ imageDigest: digest });
    const fault = this.#fault({ from: source.region, to, repository: source.name, digest });
    if (fault === 'stalls') return;
    const failure = fault === 'fails' ? 'ReplicationFailed' : this.#copy(source, image, to, tags);
    if (failure === 'waits') return;
    job.status = failure === undefined ? 'COMPLETE' : 'FAILED';
    if (failure !== undefined) job.failureCode = failure;
    const target = this.#registry.find(to, source.name);
    if (image === undefined || target === undefined) return;
    const result = failure === undefined ? 'SUCCESS' : 'FAILED';
    for (const event of replicationEvents(target, image, tags, source.region, result))
      this.#registry.emit(event);
  }

  /** @returns why it failed; `waits` while a part of an index is stalled */
  #copy(
    source: Repository,
    image: StoredImage | undefined,
    to: string,
    tags: readonly string[],
  ): string | undefined {
    if (image?.status !== 'ACTIVE') return 'ImageNotFound';
    let target: Repository;
    try {
      target = this.#replicas.repositoryFor(to, source);
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      return error.code;
    }
    for (const digest of image.content.children) {
      if (target.find({ imageDigest: digest })) continue;
      const job = this.#jobOf(source, digest, to);
      if (job) this.#run(job);
      if (job?.status === 'FAILED') return job.failureCode;
      if (job?.status === 'IN_PROGRESS') return 'waits';
      const child = source.find({ imageDigest: digest });
      if (child === undefined) return 'ImageNotFound';
      if (target.find({ imageDigest: digest }) === undefined) this.#store(target, child, []);
    }
    this.#store(target, image, tags);
    return undefined;
  }

  #jobOf(source: Repository, digest: string, to: string): Job | undefined {
    return this.#jobs.get(keyOf(source, digest))?.get(to);
  }

  /** A tag that is immutable in the replica and belongs to another image there is left out, and nobody is told. */
  #store(target: Repository, image: StoredImage, tags: readonly string[]): void {
    const { digest, manifest, mediaType, sizeInBytes } = image;
    const free = tags.filter((tag) => target.takenTag(digest, [tag]) === undefined);
    const arrival = this.#registry.store(
      target,
      { digest, manifest, mediaType, sizeInBytes, tags: free },
      'replication',
    );
    this.#registry.tellArrival(arrival);
  }
}

function keyOf(source: Repository, digest: string): string {
  return `${source.arn}/${digest}`;
}
