/** What the tag convention needs of the policy. */
export interface TagConvention {
  readonly environments: Readonly<Record<string, { readonly imageTag: string }>>;
  readonly services: Readonly<Record<string, unknown>>;
}

/**
 * The environment that an image tag names by the convention `{service}-{environment}-{version}-{commit}`.
 *
 * Service names hold hyphens themselves, so the longest service of the policy that begins the tag is taken off first;
 * a tag that begins with no known service names no environment, nor does one whose next word is not an environment's.
 *
 * @example environmentOfTag('aeon-dt-api-prod-3.0.0-a1b2c3d4', policy) // 'production'
 */
export function environmentOfTag(tag: string, { environments, services }: TagConvention): string | undefined {
  const service = Object.keys(services)
    .filter((name) => tag.startsWith(`${name}-`))
    .reduce((longest, name) => (name.length > longest.length ? name : longest), '');
  if (service === '') return undefined;
  const word = tag.slice(service.length + 1).split('-', 1)[0];
  return Object.keys(environments).find((name) => environments[name]?.imageTag === word);
}

/** The environments that an image's tags name, in the policy's order. Empty when none of the tags tells. */
export function environmentsOfTags(tags: readonly string[], convention: TagConvention): readonly string[] {
  const named = new Set(tags.map((tag) => environmentOfTag(tag, convention)));
  return Object.keys(convention.environments).filter((name) => named.has(name));
}
