import type { ApprovalTable } from '../../../shared/aws/approval-table.ts';
import type { ImageManifests } from '../../../shared/aws/image-manifests.ts';
import type { ImageRetention } from '../../../shared/aws/image-retention.ts';
import type { ObjectStore } from '../../../shared/aws/object-store.ts';
import type { OpsBus } from '../../../shared/aws/ops-bus.ts';
import type { VerdictTable } from '../../../shared/aws/verdict-table.ts';
import type { Standing } from '../../../shared/domain/standing.ts';
import type { Outcome } from '../../../shared/lambda/outcome.ts';
import type { PolicySlice } from '../../../shared/policy/slice.ts';
import type { Workloads } from '../../../shared/workloads/compose.ts';
import type { contract } from './contract.ts';

export type PrunePolicy = PolicySlice<(typeof contract.policy)[number]>;

export interface PruneDeps {
  readonly registry: ImageRetention;
  readonly manifests: ImageManifests;
  readonly verdicts: Pick<VerdictTable, 'records'>;
  readonly workloads: Workloads;
  readonly objects: ObjectStore;
  /** The name of the bucket that `objects` are in. */
  readonly bucket: string;
  readonly approvals: ApprovalTable;
  readonly bus: OpsBus;
  /** Has few changes of the registry under way at once, of all repositories together. */
  readonly limit: <Result>(work: () => Promise<Result>) => Promise<Result>;
  readonly policy: PrunePolicy;
  readonly region: string;
  readonly now: () => Date;
}

/** One run, or one more attempt at it. */
export interface PruneRun {
  readonly account: string;
  /** When it was due, the same for each attempt. ISO 8601, UTC. */
  readonly due: string;
  /** Whether anything may be done now: reads the switches anew. */
  readonly standing: () => Promise<Standing>;
  /** False from when time is running out: nothing more is begun. */
  readonly mayGoOn: () => boolean;
  /** Told of everything that people may look for in the log, as it happens. */
  readonly tell: (outcome: Outcome) => void;
}

/** Calls that are under way at once. */
export const atOnce = 8;

export function describeError(error: unknown): string {
  return Error.isError(error) ? `${error.name}: ${error.message}` : String(error);
}
