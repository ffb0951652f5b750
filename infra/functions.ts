import { contract as deliverAlert } from '../functions/alerts/deliver-alert/contract.ts';
import { contract as routeAlert } from '../functions/alerts/route-alert/contract.ts';
import { contract as admitImage } from '../functions/images/admit-image/contract.ts';
import { contract as admitPods } from '../functions/images/admit-pods/contract.ts';
import { contract as inspectPush } from '../functions/images/inspect-push/contract.ts';
import { contract as judgeScan } from '../functions/images/judge-scan/contract.ts';
import { contract as sweepImages } from '../functions/images/sweep-images/contract.ts';
import type { FunctionContract } from '../shared/lambda/contract.ts';

/** The contract of every function that the stacks deploy. */
export const contracts: readonly FunctionContract[] = [
  judgeScan,
  sweepImages,
  inspectPush,
  admitImage,
  admitPods,
  routeAlert,
  deliverAlert,
];
