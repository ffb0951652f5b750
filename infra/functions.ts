import { contract as deliverAlert } from '../functions/alerts/deliver-alert/contract.ts';
import { contract as routeAlert } from '../functions/alerts/route-alert/contract.ts';
import { contract as exportDatabase } from '../functions/backups/export-database/contract.ts';
import { contract as verifyRestore } from '../functions/backups/verify-restore/contract.ts';
import { contract as watchBackups } from '../functions/backups/watch-backups/contract.ts';
import { contract as askDatabase } from '../functions/databases/ask-database/contract.ts';
import { contract as takeManifest } from '../functions/databases/take-manifest/contract.ts';
import { contract as writeHeartbeat } from '../functions/databases/write-heartbeat/contract.ts';
import { contract as fencePrimary } from '../functions/failover/fence-primary/contract.ts';
import { contract as hearCheckers } from '../functions/failover/hear-checkers/contract.ts';
import { contract as probeEndpoint } from '../functions/failover/probe-endpoint/contract.ts';
import { contract as runFailover } from '../functions/failover/run-failover/contract.ts';
import { contract as admitImage } from '../functions/images/admit-image/contract.ts';
import { contract as admitPods } from '../functions/images/admit-pods/contract.ts';
import { contract as inspectPush } from '../functions/images/inspect-push/contract.ts';
import { contract as judgeScan } from '../functions/images/judge-scan/contract.ts';
import { contract as quarantineImage } from '../functions/images/quarantine-image/contract.ts';
import { contract as sweepImages } from '../functions/images/sweep-images/contract.ts';
import { contract as pruneImages } from '../functions/retention/prune-images/contract.ts';
import { contract as pruneSnapshots } from '../functions/retention/prune-snapshots/contract.ts';
import type { FunctionContract } from '../shared/lambda/contract.ts';
import type { Policy } from '../shared/policy/schema.ts';

/** The contract of every function that the stacks deploy, whatever the policy says. */
export const contracts: readonly FunctionContract[] = [
  judgeScan,
  sweepImages,
  quarantineImage,
  inspectPush,
  admitImage,
  admitPods,
  pruneImages,
  pruneSnapshots,
  watchBackups,
  verifyRestore,
  writeHeartbeat,
  takeManifest,
  askDatabase,
  probeEndpoint,
  runFailover,
  fencePrimary,
  hearCheckers,
  routeAlert,
  deliverAlert,
];

/** The contract of every function that the stacks deploy by a policy. */
export function contractsBy({ backups }: Pick<Policy, 'backups'>): readonly FunctionContract[] {
  const exports = Object.values(backups.tiers).some(({ archive }) => archive?.as === 'export');
  return exports ? [...contracts, exportDatabase] : contracts;
}
