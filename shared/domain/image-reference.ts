/** An image as people and Kubernetes name it: `[<registry>/]<repository>[:<tag>][@<digest>]`. */
export interface ImageReference {
  /** The registry's host, with its port. Absent: none is written, and container runtimes take Docker Hub. */
  readonly registry?: string;
  readonly repository: string;
  readonly tag?: string;
  readonly digest?: string;
}

/** More than any registry allows: a name has at most 255 characters, a tag 128, a digest 135. */
const longestReference = 600;

const registryForm = /^[a-z0-9][a-z0-9.-]*(?::\d{1,5})?$/i;
const repositoryForm = /^[a-z0-9]+(?:[._-]+[a-z0-9]+)*(?:\/[a-z0-9]+(?:[._-]+[a-z0-9]+)*)*$/;
const tagForm = /^\w[\w.-]{0,127}$/;
const digestForm = /^(?:sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})$/;

/**
 * Reads an image reference. Undefined for what no container runtime would take as one.
 *
 * Whether the part before the first slash is a registry is told as container runtimes do: by a dot or a colon in it, or
 * by its being `localhost`.
 * @see https://pkg.go.dev/github.com/distribution/reference
 */
export function parseImageReference(text: string): ImageReference | undefined {
  if (text.length > longestReference) return undefined;
  const [name = '', digest, ...digests] = text.split('@');
  if (digests.length > 0 || (digest !== undefined && !digestForm.test(digest))) return undefined;

  const first = name.slice(0, Math.max(0, name.indexOf('/')));
  const registry = /[.:]/.test(first) || first === 'localhost' ? first : undefined;
  if (registry !== undefined && !registryForm.test(registry)) return undefined;

  const path = registry === undefined ? name : name.slice(registry.length + 1);
  const [repository = '', tag, ...tags] = path.split(':');
  if (!repositoryForm.test(repository)) return undefined;
  if (tags.length > 0 || (tag !== undefined && !tagForm.test(tag))) return undefined;
  return {
    repository,
    ...(registry !== undefined && { registry }),
    ...(tag !== undefined && { tag }),
    ...(digest !== undefined && { digest }),
  };
}

/** A private registry of Amazon ECR: one for each account and Region. */
export interface EcrRegistry {
  readonly account: string;
  readonly region: string;
}

/**
 * The hosts of a registry: for IPv4, for both IPv4 and IPv6, and each with FIPS. The port is that of HTTPS, which need
 * not be written: with it, it is the same registry.
 * @see https://docs.aws.amazon.com/AmazonECR/latest/userguide/ecr-requests.html
 */
const ecrHost =
  /^(\d{12})\.(?:dkr\.ecr(?:-fips)?\.([a-z0-9-]+)\.amazonaws\.com(?:\.cn)?|dkr-ecr(?:-fips)?\.([a-z0-9-]+)\.on\.aws)(?::443)?$/;

/** Undefined for every registry that is none of Amazon ECR's private ones. */
export function readEcrHost(host: string): EcrRegistry | undefined {
  const [, account, region, dualStackRegion] = ecrHost.exec(host.toLowerCase()) ?? [];
  const of = region ?? dualStackRegion;
  return account === undefined || of === undefined ? undefined : { account, region: of };
}
