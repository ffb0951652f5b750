import type { ScanStatus } from '@aws-sdk/client-ecr';
import { scanEvents } from './ecr-events.ts';
import { findingEvent } from './ecr-finding-event.ts';
import type { Arrival, Registry } from './ecr-registry.ts';
import type { Repository, StoredImage } from './ecr-repository.ts';
import {
  basicSeverity,
  hasFindings,
  type ImageScan,
  type ScanFinding,
  unavailableScan,
  usualDescription,
} from './ecr-scan.ts';
import { manualScanning, type ScanningConfiguration } from './ecr-scanning-configuration.ts';
import type { FindingChange, Vulnerabilities } from './ecr-vulnerabilities.ts';
import { isScannable } from './oci-manifest.ts';

export interface ScanOutcome {
  readonly engine: 'basic' | 'enhanced';
  readonly status: ScanStatus;
  readonly findings?: readonly ScanFinding[];
  readonly description?: string;
}

/** A scan that is about to end. */
export interface EndingScan {
  readonly region: string;
  readonly repository: string;
  readonly digest: string;
}

/** How long a scan takes: at least, and by how much more it varies. Milliseconds. */
const scanning = { least: 20_000, spread: 70_000 };

/** From a change to what Inspector tells of it, for each finding anew. Milliseconds. */
const telling = { least: 1000, spread: 20_000 };

/**
 * The two engines that scan images: ECR's own (basic), which looks once and when it is asked, and Amazon Inspector
 * (enhanced), which also learns what becomes known later. Each Region has one of them. They look at the images of
 * single platforms, never at indexes and attestations.
 */
export class Scanners {
  readonly #registry: Registry;
  readonly #vulnerabilities: Vulnerabilities;
  readonly #stalls: (scan: EndingScan) => boolean;
  /** By Region. */
  readonly #configurations = new Map<string, ScanningConfiguration>();

  /** @param stalls whether a scan never ends */
  constructor(registry: Registry, vulnerabilities: Vulnerabilities, stalls: (scan: EndingScan) => boolean) {
    this.#registry = registry;
    this.#vulnerabilities = vulnerabilities;
    this.#stalls = stalls;
    registry.onArrival((arrival) => this.#arrived(arrival));
    registry.onArchival((repository, image) => this.#closeAll(repository, image));
    vulnerabilities.onChange((...change) => this.#learn(...change));
  }

  configure(region: string, configuration: ScanningConfiguration): void {
    this.#configurations.set(region, configuration);
  }

  configurationOf(region: string): ScanningConfiguration {
    return this.#configurations.get(region) ?? manualScanning;
  }

  /** Begins a scan by the engine of the Region. It ends after a while, unless the image is gone or archived by then. */
  start(repository: Repository, digest: string): StoredImage {
    const { kernel } = this.#registry;
    const { region, name } = repository;
    const { engine } = this.configurationOf(region);
    const started = kernel.now();
    const scan = unavailableScan(engine, engine === 'basic' ? 'IN_PROGRESS' : 'PENDING', started);
    const image = repository.update(digest, { scan, scanStartedAt: started });
    kernel.after(scanning.least + kernel.random() * scanning.spread, () => {
      const isWaitedFor = repository.find({ imageDigest: digest })?.scan === scan;
      if (isWaitedFor && !this.#stalls({ region, repository: name, digest })) this.#end(repository, digest);
    });
    return image;
  }

  /** Puts an image's scan into a status and replaces its findings. Nobody is asked whether the image can be scanned. */
  complete(repository: Repository, digest: string, outcome: ScanOutcome): void {
    const { engine, status, findings = [], description = usualDescription(status) } = outcome;
    if (findings.length > 0 && !hasFindings(outcome)) {
      throw new RangeError(`a scan that is ${status} has no findings; give them to COMPLETE or ACTIVE`);
    }
    if (engine === 'basic') findings.forEach(basicSeverity);
    const completedAt = this.#registry.kernel.now();
    const scan: ImageScan = { engine, status, description, findings, completedAt };
    const image = repository.get({ imageDigest: digest });
    repository.update(digest, { scan });
    for (const event of scanEvents(repository, image, scan)) this.#registry.emit(event);
  }

  /** The image leaves the window in which Inspector looks at it again: its findings are closed, and none is mended. */
  expire(repository: Repository, digest: string): void {
    const image = repository.find({ imageDigest: digest });
    if (image?.scan?.engine !== 'enhanced' || !hasFindings(image.scan)) return;
    const scan = unavailableScan('enhanced', 'SCAN_ELIGIBILITY_EXPIRED', this.#registry.kernel.now());
    repository.update(digest, { scan });
    this.#closeAll(repository, image);
  }

  #arrived({ repository, image, isNew }: Arrival): void {
    if (!isNew || !isScannable(image.mediaType, image.content)) return;
    const frequency = this.configurationOf(repository.region).frequencyOf(repository.name);
    if (frequency === 'SCAN_ON_PUSH' || frequency === 'CONTINUOUS_SCAN') this.start(repository, image.digest);
  }

  #end(repository: Repository, digest: string): void {
    const { engine, rescanWindowMs } = this.configurationOf(repository.region);
    if (this.#vulnerabilities.isUnsupported(digest)) {
      this.complete(repository, digest, {
        engine,
        status: engine === 'basic' ? 'FAILED' : 'UNSUPPORTED_IMAGE',
      });
      return;
    }
    const known = this.#vulnerabilities.findingsOf(digest);
    const [status, findings] =
      engine === 'basic' ? (['COMPLETE', known.map(asBasic)] as const) : (['ACTIVE', known] as const);
    this.complete(repository, digest, { engine, status, findings });
    if (engine === 'enhanced' && rescanWindowMs !== undefined) {
      this.#registry.kernel.after(rescanWindowMs, () => this.expire(repository, digest));
    }
  }

  /** Something became known or is over. Only Inspector hears of it, and only for images that it looks at again. */
  #learn(digest: string, finding: ScanFinding, change: FindingChange): void {
    for (const [region, { engine, frequencyOf }] of this.#configurations) {
      if (engine !== 'enhanced') continue;
      for (const repository of this.#registry.repositoriesIn(region)) {
        const image = repository.find({ imageDigest: digest });
        const isActive = image?.scan?.engine === 'enhanced' && image.scan.status === 'ACTIVE';
        if (!isActive || frequencyOf(repository.name) !== 'CONTINUOUS_SCAN') continue;
        const findings = this.#vulnerabilities.findingsOf(digest);
        const scan = { ...image.scan, findings, completedAt: this.#registry.kernel.now() };
        this.#tell(repository, repository.update(digest, { scan }), finding, change);
      }
    }
  }

  #closeAll(repository: Repository, image: StoredImage): void {
    if (image.scan?.engine !== 'enhanced') return;
    for (const finding of image.scan.findings) this.#tell(repository, image, finding, 'CLOSED');
  }

  #tell(repository: Repository, image: StoredImage, finding: ScanFinding, change: FindingChange): void {
    const { kernel, emit } = this.#registry;
    const event = findingEvent(repository, image, finding, change, kernel.now());
    kernel.after(telling.least + kernel.random() * telling.spread, () => emit(event));
  }
}

/** Basic scanning has a word of its own for a vulnerability that nobody has rated. */
function asBasic(finding: ScanFinding): ScanFinding {
  return finding.severity === 'UNTRIAGED' ? { ...finding, severity: 'UNDEFINED' } : finding;
}
