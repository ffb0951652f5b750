import type { EvidenceTable } from '../../../shared/aws/evidence-table.ts';
import type { ImageManifests } from '../../../shared/aws/image-manifests.ts';
import type { ImageListing, ImageRegistry } from '../../../shared/aws/image-registry.ts';
import type { ImageReplication } from '../../../shared/aws/image-replication.ts';
import type { ImageScanner } from '../../../shared/aws/image-scanner.ts';
import type { OpsBus } from '../../../shared/aws/ops-bus.ts';
import type { QuarantineTable } from '../../../shared/aws/quarantine-table.ts';
import type { RunningTable } from '../../../shared/aws/running-table.ts';
import type { VerdictTable } from '../../../shared/aws/verdict-table.ts';
import type { Standing } from '../../../shared/domain/standing.ts';
import type { Outcome } from '../../../shared/lambda/outcome.ts';
import type { Workloads } from '../../../shared/workloads/compose.ts';
import type { SweepPolicy } from './policy.ts';
import type { SweepTable } from './sweep-table.ts';

export interface SweepDeps {
  readonly listing: ImageListing;
  readonly registry: ImageRegistry;
  readonly manifests: ImageManifests;
  readonly scanner: ImageScanner;
  readonly replication: ImageReplication;
  readonly verdicts: VerdictTable;
  readonly evidence: Pick<EvidenceTable, 'of'>;
  readonly cases: Pick<QuarantineTable, 'concerned'>;
  readonly sweeps: SweepTable;
  readonly workloads: Workloads;
  readonly running: RunningTable;
  readonly bus: OpsBus;
  readonly policy: SweepPolicy;
  readonly region: string;
  readonly now: () => Date;
}

/** One run of the sweep. */
export interface SweepRun {
  readonly account: string;
  readonly standing: Standing;
  /** False from when time is running out: nothing more is begun. */
  readonly mayGoOn: () => boolean;
  /** Ends after about so many milliseconds. */
  readonly pause: (ms: number) => Promise<void>;
  /** Told of everything that people may look for in the log, as it happens. */
  readonly tell: (outcome: Outcome) => void;
}

/** Images, or calls about them, that are worked on at once. */
export const atOnce = 8;

export function describeError(error: unknown): string {
  return Error.isError(error) ? `${error.name}: ${error.message}` : String(error);
}
