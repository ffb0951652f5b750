import type { Synthesized } from '../../infra/synthesize.ts';
import { type ResolvedResource, resolveTemplate } from './template.ts';

export type Templates = ReadonlyMap<string, Pick<Synthesized, 'region' | 'template'>>;

/** By the templates they are made of, and by account. */
const resolved = new WeakMap<Templates, Map<string, readonly ResolvedResource[]>>();

/**
 * What the stacks make in an account. It is found out once for the same templates, which nobody may change after that.
 *
 * @throws Error for templates that cannot be deployed
 */
export function resourcesOf(templates: Templates, account: string): readonly ResolvedResource[] {
  const byAccount = resolved.get(templates) ?? new Map<string, readonly ResolvedResource[]>();
  resolved.set(templates, byAccount);
  const known = byAccount.get(account);
  if (known !== undefined) return known;
  const resources = [...templates].flatMap(([stack, { region, template }]) =>
    resolveTemplate(template, { region, account, stack }),
  );
  byAccount.set(account, resources);
  return resources;
}
