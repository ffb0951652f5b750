import { contract as deliverAlert } from '../functions/alerts/deliver-alert/contract.ts';
import { contract as routeAlert } from '../functions/alerts/route-alert/contract.ts';
import { contract as askDatabase } from '../functions/databases/ask-database/contract.ts';
import { contract as writeHeartbeat } from '../functions/databases/write-heartbeat/contract.ts';
import { contract as admitImage } from '../functions/images/admit-image/contract.ts';
import { contract as admitPods } from '../functions/images/admit-pods/contract.ts';
import { contract as inspectPush } from '../functions/images/inspect-push/contract.ts';
import { contract as judgeScan } from '../functions/images/judge-scan/contract.ts';
import { contract as quarantineImage } from '../functions/images/quarantine-image/contract.ts';
import { contract as sweepImages } from '../functions/images/sweep-images/contract.ts';
import { contract as pruneImages } from '../functions/retention/prune-images/contract.ts';
import { contract as pruneSnapshots } from '../functions/retention/prune-snapshots/contract.ts';
import type { FunctionContract } from '../shared/lambda/contract.ts';

/** The contract of every function that the stacks deploy. */
export const contracts: readonly FunctionContract[] = [
  judgeScan,
  sweepImages,
  quarantineImage,
  inspectPush,
  admitImage,
  admitPods,
  pruneImages,
  pruneSnapshots,
  writeHeartbeat,
  askDatabase,
  routeAlert,
  deliverAlert,
];
