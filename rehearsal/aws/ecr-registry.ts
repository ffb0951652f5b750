import { AwsError, type Call, type Kernel } from '../kernel.ts';
import { authorize } from './authorize.ts';
import type { ServiceEvent } from './ecr-events.ts';
import { type Push, Repository, repositoryArn, type StoredImage } from './ecr-repository.ts';
import type { RepositorySettings } from './ecr-repository-settings.ts';

/** An image that can be pulled from now on, or has got more tags. */
export interface Arrival {
  readonly repository: Repository;
  readonly image: StoredImage;
  readonly by: 'push' | 'replication' | 'restore';
  /** Those it came with. */
  readonly tags: readonly string[];
  /** It could not be pulled before. */
  readonly isNew: boolean;
}

/** The repositories of all Regions, and word of what happens in them for those who scan and replicate. */
export class Registry {
  readonly kernel: Kernel;
  /** Sends an event to the default bus of its Region. */
  readonly emit: (event: ServiceEvent) => void;
  /** Region -> name -> repository. */
  readonly #repositories = new Map<string, Map<string, Repository>>();
  readonly #arrivals: ((arrival: Arrival) => void)[] = [];
  readonly #archivals: ((repository: Repository, image: StoredImage) => void)[] = [];

  constructor(kernel: Kernel, emit: (event: ServiceEvent) => void) {
    this.kernel = kernel;
    this.emit = emit;
  }

  create(region: string, name: string, settings?: RepositorySettings): Repository {
    const { account, now } = this.kernel;
    const repository = new Repository(account, region, name, now(), settings);
    const inRegion = this.#repositories.get(region) ?? new Map<string, Repository>();
    this.#repositories.set(region, inRegion.set(name, repository));
    return repository;
  }

  find(region: string, name: string): Repository | undefined {
    return this.#repositories.get(region)?.get(name);
  }

  /** @throws RangeError when a scenario named it wrongly */
  repository(region: string, name: string): Repository {
    const repository = this.find(region, name);
    if (repository === undefined) throw new RangeError(`there is no ECR repository '${name}' in ${region}`);
    return repository;
  }

  /** In the order in which they were created. */
  repositoriesIn(region: string): readonly Repository[] {
    return [...(this.#repositories.get(region)?.values() ?? [])];
  }

  onArrival(listener: (arrival: Arrival) => void): void {
    this.#arrivals.push(listener);
  }

  /** @param listener gets the image as it was before */
  onArchival(listener: (repository: Repository, image: StoredImage) => void): void {
    this.#archivals.push(listener);
  }

  /** @throws AwsError ImageTagAlreadyExistsException, ReferencedImagesNotFoundException */
  store(repository: Repository, push: Push, by: 'push' | 'replication'): Arrival {
    return { repository, by, tags: push.tags ?? [], ...repository.store(push, this.kernel.now()) };
  }

  tellArrival(arrival: Arrival): void {
    for (const listener of this.#arrivals) listener(arrival);
  }

  tellArchival(repository: Repository, image: StoredImage): void {
    for (const listener of this.#archivals) listener(repository, image);
  }

  /**
   * The repository of a call, for a caller that may do `operation` there.
   *
   * @throws AwsError AccessDeniedException, RepositoryNotFoundException
   */
  authorized(
    call: Call,
    operation: string,
    input: { readonly repositoryName: string | undefined; readonly registryId?: string | undefined },
  ): Repository {
    const { account } = this.kernel;
    const { repositoryName = '', registryId = account } = input;
    this.authorize(call, operation, repositoryArn(account, call.region, repositoryName));
    const repository = this.find(call.region, repositoryName);
    if (repository === undefined || registryId !== account) {
      throw new AwsError(
        'RepositoryNotFoundException',
        `The repository with name '${repositoryName}' does not exist in the registry with id '${registryId}'`,
      );
    }
    return repository;
  }

  /** @throws AwsError AccessDeniedException */
  authorize({ principal }: Call, operation: string, resource: string): void {
    authorize(this.kernel, { principal, action: `ecr:${operation}`, resource }, 'AccessDeniedException');
  }
}
