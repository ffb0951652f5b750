import type { Policy } from '../shared/policy/schema.ts';
import { MisuseError } from './misuse.ts';

/** Every Region of the policy, the primary first. Each has the ops bus and the switch table. */
export function regionsOf({ regions, failover }: Policy): readonly string[] {
  const { primary, standby, registry, alerts } = regions;
  return [...new Set([primary, standby, ...registry, ...alerts, failover.witness])];
}

/**
 * The Regions that a person names; all of the policy's when none is named.
 *
 * @throws MisuseError for one that the policy does not have
 */
export function chosenRegions(policy: Policy, named: readonly string[] = []): readonly string[] {
  const all = regionsOf(policy);
  const stranger = named.find((region) => !all.includes(region));
  if (stranger !== undefined) {
    throw new MisuseError(`The policy has no Region '${stranger}'.`, `Use some of ${all.join(', ')}.`);
  }
  return named.length === 0 ? all : [...new Set(named)];
}
