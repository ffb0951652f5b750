import type { ListedImage } from '../../../shared/aws/image-registry.ts';
import { isIndexMediaType, type Manifest } from '../../../shared/domain/manifest.ts';

/** How the images of a repository belong together. */
export interface Families {
  /** Digests of what only says something of another image, such as its provenance. */
  readonly attestations: ReadonlySet<string>;
  /** Digests that people can ask for by a tag: those that have one, and all that an index with a tag leads to. */
  readonly named: ReadonlySet<string>;
  /**
   * An index together with all that it leads to, and with every other index that leads to some of it. An image that is
   * in no index is alone. Those who look at a family one after the other need no scan twice.
   */
  readonly groups: readonly (readonly ListedImage[])[];
}

export function familiesOf(
  images: readonly ListedImage[],
  manifests: ReadonlyMap<string, Manifest>,
): Families {
  const attestations = new Set<string>();
  const children = new Map<string, readonly Child[]>();
  for (const [digest, manifest] of manifests) {
    if (manifest.kind !== 'index') continue;
    for (const child of manifest.children) if (child.isAttestation) attestations.add(child.digest);
    children.set(
      digest,
      manifest.children
        .filter(({ isAttestation }) => !isAttestation)
        .map(({ digest: of, mediaType }) => ({ digest: of, isIndex: isIndexMediaType(mediaType) })),
    );
  }
  return { attestations, named: namedBy(images, children), groups: groupsOf(images, children) };
}

interface Child {
  readonly digest: string;
  readonly isIndex: boolean;
}

type Children = ReadonlyMap<string, readonly Child[]>;

function namedBy(images: readonly ListedImage[], children: Children): ReadonlySet<string> {
  const named = new Set(images.filter(({ tags }) => tags.length > 0).map(({ digest }) => digest));
  // A set is gone through in the order of insertion, what is added meanwhile included.
  for (const digest of named) for (const child of children.get(digest) ?? []) named.add(child.digest);
  return named;
}

/** Indexes come before images in a group; else the order is that of the digests, whatever order the pages came in. */
function groupsOf(images: readonly ListedImage[], children: Children): ListedImage[][] {
  const links = new Map<string, string>();
  const headOf = (digest: string): string => {
    let head = digest;
    for (let next = links.get(head); next !== undefined; next = links.get(head)) head = next;
    // Shortened, so that a long chain is walked once.
    for (let at = digest; at !== head; ) {
      const next = links.get(at) ?? head;
      links.set(at, head);
      at = next;
    }
    return head;
  };
  for (const [index, parts] of children) {
    for (const { digest } of parts) {
      const [head, other] = [headOf(index), headOf(digest)];
      if (head !== other) links.set(other, head);
    }
  }
  const inOrder = images.toSorted(
    (one, other) =>
      Number(other.kind === 'index') - Number(one.kind === 'index') ||
      Number(one.digest > other.digest) - Number(one.digest < other.digest),
  );
  return [...Map.groupBy(inOrder, ({ digest }) => headOf(digest)).values()];
}
