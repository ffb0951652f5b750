import { switchBucketNameOf } from '../infra/names.ts';
import { switchRegions } from '../shared/failover/names.ts';
import { canaryKey, canaryText } from '../shared/failover/switch.ts';
import type { Policy } from '../shared/policy/schema.ts';
import type { Account } from './account.ts';

/**
 * What the failover takes as given: the endpoints and load balancers of both Regions, something to compare the primary with, and the
 * canaries, which people put into the buckets of the switch.
 */
export function furnishFailover(account: Account, policy: Policy, accountId: string): void {
  const { regions, failover } = policy;
  const { endpoints, canary } = failover;
  for (const [region, host] of [
    [regions.primary, endpoints.primary],
    [regions.standby, endpoints.standby],
  ] as const) {
    account.endpoints.serve(region, host, endpoints.readyPath, { status: 200, body: endpoints.body });
    account.endpoints.serve(region, host, endpoints.healthPath, { status: 200, body: 'ok' });
  }
  const { targets } = failover.records;
  for (const role of ['primary', 'standby'] as const) {
    const host = targets.type === 'alias' ? targets[role].dnsName : targets[role];
    account.endpoints.serve(regions[role], host, endpoints.healthPath, { status: 200, body: 'ok' });
  }
  const { hostname, pathname } = new URL(canary);
  account.endpoints.serve(regions.primary, hostname, pathname, { status: 200, body: 'healthy' });
  for (const region of Object.values(switchRegions(policy))) {
    const bucket = switchBucketNameOf(accountId, region);
    // A test may leave templates out.
    if (!account.s3.bucketNames.includes(bucket)) continue;
    account.s3.operations.PutObject(
      { Bucket: bucket, Key: canaryKey, Body: canaryText },
      { principal: { kind: 'scenario' }, region },
    );
  }
}
