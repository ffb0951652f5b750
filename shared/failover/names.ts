import type { Policy } from '../policy/schema.ts';

/**
 * The Regions of the switch's buckets, by what they are for. All that is to act while the primary Region is down is in
 * the first.
 */
export function switchRegions({ regions, failover }: Pick<Policy, 'regions' | 'failover'>): {
  readonly standby: string;
  readonly witness: string;
} {
  return { standby: regions.standby, witness: failover.witness };
}

/**
 * The name whose TXT record says what Route 53's checkers see of the primary endpoint: `up` or `down`. Whoever resolves
 * it asks the data plane of Route 53 alone.
 */
export function endpointVoteName({ zone }: Pick<Policy['failover'], 'zone'>): string {
  return `aeon-ops-endpoint.${zone.existing.name}`;
}
