import { contract as deliverAlert } from '../functions/alerts/deliver-alert/contract.ts';
import { contract as routeAlert } from '../functions/alerts/route-alert/contract.ts';
import { contract as judgeScan } from '../functions/images/judge-scan/contract.ts';
import type { FunctionContract } from '../shared/lambda/contract.ts';

/** The contract of every function that the stacks deploy. */
export const contracts: readonly FunctionContract[] = [judgeScan, routeAlert, deliverAlert];
