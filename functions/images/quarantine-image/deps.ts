import type { EvidenceTable } from '../../../shared/aws/evidence-table.ts';
import type { ImageArchive } from '../../../shared/aws/image-archive.ts';
import type { ImageManifests } from '../../../shared/aws/image-manifests.ts';
import type { ImageRegistry } from '../../../shared/aws/image-registry.ts';
import type { ImageScanner } from '../../../shared/aws/image-scanner.ts';
import type { ObjectStore } from '../../../shared/aws/object-store.ts';
import type { OpsBus } from '../../../shared/aws/ops-bus.ts';
import type { QuarantineTable } from '../../../shared/aws/quarantine-table.ts';
import type { VerdictTable } from '../../../shared/aws/verdict-table.ts';
import type { Standing } from '../../../shared/domain/standing.ts';
import type { WorkloadInventory } from '../../../shared/workloads/inventory.ts';
import type { QuarantinePolicy } from './policy.ts';

export interface QuarantineDeps {
  readonly cases: QuarantineTable;
  readonly evidence: EvidenceTable;
  /** Verdicts are only read: who enforces them gives none. */
  readonly verdicts: Pick<VerdictTable, 'of' | 'records'>;
  readonly registry: Pick<ImageRegistry, 'scanOf'>;
  readonly archive: ImageArchive;
  readonly manifests: ImageManifests;
  readonly scanner: ImageScanner;
  readonly survey: () => Promise<WorkloadInventory>;
  /** Asks mode, pause and interlock anew. */
  readonly askStanding: () => Promise<Standing>;
  /** Where retention remembers since when images have their tags. */
  readonly objects: Pick<ObjectStore, 'get'>;
  readonly bus: OpsBus;
  readonly policy: QuarantinePolicy;
  readonly region: string;
  readonly now: () => Date;
}
