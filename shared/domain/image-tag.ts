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
  const service = Object.keys(services)
    .filter((name) => tag.startsWith(`${name}-`))
    .reduce((longest, name) => (name.length > longest.length ? name : longest), '');
  if (service === '') return undefined;
  const [word = '', ...rest] = tag.slice(service.length + 1).split('-');
  const environment = Object.keys(environments).find((name) => environments[name]?.imageTag === word);
  return { service, word, release: rest.join('-'), ...(environment !== undefined && { environment }) };
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
