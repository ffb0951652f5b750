/** What the tag convention needs of the policy. */
export interface TagConvention {
  readonly environments: Readonly<Record<string, { readonly imageTag: string }>>;
  readonly services: Readonly<Record<string, unknown>>;
}

/** An image tag, taken apart as far as it keeps to `{service}-{environment}-{version}-{commit}`. */
export interface TagParts {
  readonly service: string;
  /** The word after the service; empty when there is none. It need not be an environment's. */
  readonly word: string;
  /** The environment of the policy whose word it is. Absent: none has that word. */
  readonly environment?: string;
  /** What follows the word, such as `3.0.0-a1b2c3d4`; empty when nothing does. */
  readonly release: string;
}

/**
 * Takes a tag apart. Service names hold hyphens themselves, so the longest service of the policy that begins the tag is
 * taken off first. Undefined for a tag that begins with no service of the policy.
 *
 * @example readTag('aeon-dt-api-prod-3.0.0-a1b2c3d4', policy)
 * // { service: 'aeon-dt-api', word: 'prod', environment: 'production', release: '3.0.0-a1b2c3d4' }
 */
export function readTag(tag: string, { environments, services }: TagConvention): TagParts | undefined {
  // Whole registries are read tag by tag: nothing is made here that is not returned.
  let service = '';
  for (const name in services) {
    if (name.length > service.length && tag[name.length] === '-' && tag.startsWith(name)) service = name;
  }
  if (service === '') return undefined;
  const begin = service.length + 1;
  const end = tag.indexOf('-', begin);
  const word = end === -1 ? tag.slice(begin) : tag.slice(begin, end);
  const release = end === -1 ? '' : tag.slice(end + 1);
  for (const environment in environments) {
    if (environments[environment]?.imageTag === word) return { service, word, environment, release };
  }
  return { service, word, release };
}

/** The environment that a tag names by the convention; undefined when it names none. */
export function environmentOfTag(tag: string, convention: TagConvention): string | undefined {
  return readTag(tag, convention)?.environment;
}

/** The environments that an image's tags name, in the policy's order. Empty when none of the tags tells. */
export function environmentsOfTags(tags: readonly string[], convention: TagConvention): readonly string[] {
  const named = new Set(tags.map((tag) => environmentOfTag(tag, convention)));
  return Object.keys(convention.environments).filter((name) => named.has(name));
}
