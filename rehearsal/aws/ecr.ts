import type { Kernel } from '../kernel.ts';
import { deletionOperations } from './ecr-deletion.ts';
import { imageActionEvents, type ServiceEvent } from './ecr-events.ts';
import { imageOperations } from './ecr-image-operations.ts';
import { Layers } from './ecr-layers.ts';
import { type IndexPush, type PushedIndex, pushIndex } from './ecr-push-index.ts';
import { Registry } from './ecr-registry.ts';
import { Replicas } from './ecr-replicas.ts';
import {
  Replication,
  type ReplicationCopy,
  type ReplicationFault,
  type ReplicationRule,
} from './ecr-replication.ts';
import { replicationRules } from './ecr-replication-configuration.ts';
import type { Push, StoredImage } from './ecr-repository.ts';
import { creationTemplate, type RepositorySettings, repositorySettings } from './ecr-repository-settings.ts';
import { scanOperations } from './ecr-scan-operations.ts';
import { type EndingScan, Scanners, type ScanOutcome } from './ecr-scanners.ts';
import { scanningConfiguration, scanningOfAll } from './ecr-scanning-configuration.ts';
import { StorageClasses } from './ecr-storage-class.ts';
import { Vulnerabilities } from './ecr-vulnerabilities.ts';
import { buildImage } from './oci-image.ts';
import type { Resource } from './properties.ts';

export interface EcrFaults {
  /** What becomes of a copy that is about to be made: it fails, or is never made. */
  readonly replication?: (copy: ReplicationCopy) => ReplicationFault | undefined;
  /** Whether a scan never ends. */
  readonly scanStalls?: (scan: EndingScan) => boolean;
}

/**
 * Amazon ECR: private repositories of one registry, each Region its own, and the engines that scan them. A Region
 * scans on push and replicates as the templates or the scenario configure it; by default it does neither.
 */
export class Ecr {
  readonly #kernel: Kernel;
  readonly #registry: Registry;
  readonly #replicas: Replicas;
  readonly #replication: Replication;
  readonly #scanners: Scanners;
  readonly #storageClasses: StorageClasses;
  /** What scans can find. */
  readonly vulnerabilities = new Vulnerabilities();
  /** What the URLs of GetDownloadUrlForLayer lead to. */
  readonly layers: Layers;

  /** @param emit takes the events that ECR and Inspector send to the default bus of their Region */
  constructor(kernel: Kernel, emit: (event: ServiceEvent) => void = () => undefined, faults: EcrFaults = {}) {
    this.#kernel = kernel;
    this.#registry = new Registry(kernel, emit);
    this.#replicas = new Replicas(this.#registry);
    this.#storageClasses = new StorageClasses(this.#registry);
    this.layers = new Layers(this.#registry);
    this.#scanners = new Scanners(
      this.#registry,
      this.vulnerabilities,
      (scan) => faults.scanStalls?.(scan) ?? false,
    );
    this.#replication = new Replication(this.#registry, this.#replicas, (copy) => faults.replication?.(copy));
    this.operations = {
      ...imageOperations(this.#registry),
      ...deletionOperations(this.#registry),
      ...scanOperations(this.#registry, this.#scanners),
      ...this.layers.operations,
      ...this.#replication.operations,
      ...this.#storageClasses.operations,
    };
  }

  readonly operations: ReturnType<typeof imageOperations> &
    ReturnType<typeof deletionOperations> &
    ReturnType<typeof scanOperations> &
    Layers['operations'] &
    Replication['operations'] &
    StorageClasses['operations'];

  createRepository(region: string, name: string, settings?: RepositorySettings): void {
    this.#registry.create(region, name, settings);
  }

  /**
   * The resources AWS::ECR::Repository, RepositoryCreationTemplate, RegistryScanningConfiguration and
   * ReplicationConfiguration.
   *
   * @throws RangeError for a property that is not simulated, by name
   */
  readonly create = {
    repository: (resource: Resource): void =>
      this.createRepository(resource.region, resource.name, repositorySettings(resource)),
    creationTemplate: (resource: Resource): void => this.#replicas.addTemplate(creationTemplate(resource)),
    scanningConfiguration: (resource: Resource): void =>
      this.#scanners.configure(resource.region, scanningConfiguration(resource)),
    replicationConfiguration: (resource: Resource): void =>
      this.#replication.configure(resource.region, replicationRules(resource)),
  };

  /** Copies what is pushed from now on. Replaces the source Region's rules, also those of the templates. */
  replicate(rule: ReplicationRule): void {
    this.#replication.configure(rule.from, [rule]);
  }

  /**
   * Scans what is pushed from now on. Replaces what the templates say of the Region.
   *
   * @param rescanWindowMs after which Inspector no longer looks at an image; always, when left out
   */
  scanning(region: string, engine: 'basic' | 'enhanced', rescanWindowMs?: number): void {
    this.#scanners.configure(region, scanningOfAll(engine, rescanWindowMs));
  }

  /**
   * Pushes an image and returns its digest.
   *
   * @param push without a manifest: an image that no other is like
   * @throws AwsError ImageTagAlreadyExistsException, ReferencedImagesNotFoundException
   */
  push(
    region: string,
    repositoryName: string,
    push: Omit<Push, 'manifest'> & { readonly manifest?: string },
  ): string {
    const repository = this.#registry.repository(region, repositoryName);
    const manifest = push.manifest ?? this.#newImage();
    const arrival = this.#registry.store(repository, { ...push, manifest }, 'push');
    for (const event of imageActionEvents('PUSH', repository, arrival.image, arrival.tags))
      this.#registry.emit(event);
    this.#registry.tellArrival(arrival);
    return arrival.image.digest;
  }

  /** Pushes the images of several platforms and the index over them, as `docker buildx build --push` does. */
  pushIndex(region: string, repositoryName: string, push: IndexPush): PushedIndex {
    const { layers, vulnerabilities } = this;
    const pushOne = (image: { manifest: string }): string => this.push(region, repositoryName, image);
    return pushIndex({ push: pushOne, layers, vulnerabilities }, this.#kernel, push);
  }

  /** Pushes again what is there, and the parts of an index before it: what was archived comes back at once. */
  pushAgain(region: string, repositoryName: string, digest: string): void {
    const { manifest, mediaType, tags, content } = this.#registry
      .repository(region, repositoryName)
      .get({ imageDigest: digest });
    for (const child of content.children) this.pushAgain(region, repositoryName, child);
    this.push(region, repositoryName, { digest, manifest, mediaType, tags });
  }

  /**
   * Puts an image's scan into a status and replaces its findings, whatever the vulnerabilities say.
   *
   * @throws RangeError for findings with a status that has none, or of a severity that the engine does not know
   */
  completeScan(region: string, repositoryName: string, digest: string, outcome: ScanOutcome): void {
    this.#scanners.complete(this.#registry.repository(region, repositoryName), digest, outcome);
  }

  /** Ends the time in which Inspector looks at an image again. */
  expireScan(region: string, repositoryName: string, digest: string): void {
    this.#scanners.expire(this.#registry.repository(region, repositoryName), digest);
  }

  /** Moves an image to the archive: it cannot be pulled, and its scan results are lost. */
  archive(region: string, repositoryName: string, digest: string): void {
    const repository = this.#registry.repository(region, repositoryName);
    this.#storageClasses.archive(repository, repository.get({ imageDigest: digest }));
  }

  /** Has an image be older than the rehearsal: pushed, pulled or archived before it began. */
  backdate(
    region: string,
    repositoryName: string,
    digest: string,
    times: Partial<Pick<StoredImage, 'pushedAt' | 'lastPulledAt' | 'lastArchivedAt'>>,
  ): void {
    this.#registry.repository(region, repositoryName).update(digest, times);
  }

  /** What a Region's registry holds, for scenarios and invariants. */
  imagesIn(region: string): readonly { readonly repository: string; readonly image: StoredImage }[] {
    return this.#registry
      .repositoriesIn(region)
      .flatMap(({ name, images }) => images.map((image) => ({ repository: name, image })));
  }

  #newImage(): string {
    const { manifest, blobs } = buildImage({
      platform: 'linux/amd64',
      created: this.#kernel.now(),
      uuid: this.#kernel.uuid,
    });
    for (const blob of blobs) this.layers.add(blob);
    return manifest;
  }
}
