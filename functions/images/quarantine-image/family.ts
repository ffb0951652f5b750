import type { StoredImages } from '../../../shared/aws/image-archive.ts';
import type { ImageManifests } from '../../../shared/aws/image-manifests.ts';
import type { ImageId } from '../../../shared/aws/image-registry.ts';
import { isIndexMediaType } from '../../../shared/domain/manifest.ts';
import type { FamilyMember, ImageState } from '../../../shared/domain/quarantine.ts';

/**
 * An image, or an index with all that it leads to, in the order in which they can be archived: the copy itself, then the
 * indexes in it, then the images, each once. Attestations are left out: nobody can run one.
 *
 * @returns undefined when the manifest of an index could not be read, as that of one which is archived
 */
export async function familyOf(
  manifests: ImageManifests,
  { repository, digest }: ImageId,
  kind: 'image' | 'index',
): Promise<readonly FamilyMember[] | undefined> {
  const members = new Map<string, FamilyMember>([[digest, { digest, kind }]]);
  let level = kind === 'index' ? [digest] : [];
  while (level.length > 0) {
    const read = await manifests.of(repository, level);
    const next: string[] = [];
    for (const index of level) {
      const manifest = read.get(index);
      if (manifest?.kind !== 'index') return undefined;
      for (const { digest: of, mediaType, platform, isAttestation } of manifest.children) {
        if (isAttestation || members.has(of)) continue;
        const isIndex = isIndexMediaType(mediaType);
        if (isIndex) next.push(of);
        members.set(of, {
          digest: of,
          kind: isIndex ? 'index' : 'image',
          ...(platform !== undefined && { platform }),
        });
      }
    }
    level = next;
  }
  const all = [...members.values()];
  return [
    ...all.filter((member) => member.kind === 'index'),
    ...all.filter((member) => member.kind === 'image'),
  ];
}

/** How each member stands in ECR, in the order of the members. */
export function statesOf(
  images: StoredImages,
  members: readonly FamilyMember[],
): ReadonlyMap<string, ImageState> {
  return new Map(members.map(({ digest }) => [digest, images.get(digest)?.state ?? 'gone']));
}
