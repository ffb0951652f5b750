import { resourceName } from '../../shared/policy/resource.ts';
import type { Policy } from '../../shared/policy/schema.ts';
import { MisuseError } from '../misuse.ts';

/** @throws MisuseError for a Region that holds no images; the primary when none is named */
export function readRegistryRegion(given: string | undefined, { regions }: Policy): string {
  if (given === undefined) return regions.primary;
  if (regions.registry.includes(given)) return given;
  throw new MisuseError(`There are no images in '${given}'.`, `Use one of ${regions.registry.join(', ')}.`);
}

/**
 * @param others what else may be named in its place
 * @throws MisuseError for a repository that is none of the policy's
 */
export function readRepository(given: string, { services }: Policy, others: readonly string[] = []): string {
  const names = Object.values(services).map(({ repository }) => resourceName(repository));
  if (names.includes(given)) return given;
  throw new MisuseError(
    `The policy has no repository '${given}'.`,
    `Use one of ${[...names, ...others].join(', ')}.`,
  );
}
