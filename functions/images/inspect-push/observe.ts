import type { ImageBlobs } from '../../../shared/aws/image-blobs.ts';
import { type ImageManifests, membersOf } from '../../../shared/aws/image-manifests.ts';
import type { ImageDescription, ImageId, ImageRegistry } from '../../../shared/aws/image-registry.ts';
import type { ImageReplication, ReplicaStatus } from '../../../shared/aws/image-replication.ts';
import { type Manifest, parseManifest } from '../../../shared/domain/manifest.ts';
import { resourceName } from '../../../shared/policy/resource.ts';
import { parseImageConfig } from './image-config.ts';
import type { InspectPolicy, ObservedContent, ObservedImage, ObservedPush, Service } from './observed.ts';
import { isAttachmentTag } from './tag-findings.ts';

/** What a pushed image is read from. */
export interface Sources {
  readonly images: Pick<ImageRegistry, 'describe'>;
  readonly manifests: ImageManifests;
  readonly blobs: ImageBlobs;
  readonly replication: ImageReplication;
}

/** Why there is nothing to inspect. */
export interface Nothing {
  readonly outcome: 'gone' | 'not inspected';
  readonly reason: string;
}

/**
 * Reads what the registry has of an image now. Whatever else an event said of it, its digest is all that is taken.
 *
 * An index is read down to the images of its platforms. A part that cannot be read is told of; nothing fails for it.
 */
export async function observePush(
  image: ImageId,
  policy: InspectPolicy,
  sources: Sources,
): Promise<ObservedPush | Nothing> {
  const { repository, digest } = image;
  const service = serviceOf(repository, policy);
  if (service === undefined) return notInspected('no service of the policy has this repository');

  const described = await sources.images.describe(image);
  if (described === undefined) return { outcome: 'gone', reason: 'the image is no longer in the repository' };
  const { tags, pushedAt } = described;
  if (tags.length === 0) return notInspected('it has no tag: an index that it is a part of is inspected');
  if (tags.every(isAttachmentTag)) return notInspected('it belongs to another image, and is none itself');

  const manifest = await manifestOf(image, described, sources);
  if (manifest === undefined) {
    return { outcome: 'gone', reason: 'the image cannot be pulled any more: it is archived or was deleted' };
  }
  const parts = await partsOf(image, manifest, sources);
  const content = await observeContent(repository, manifest, parts, sources);
  const replicas = await observeReplicas([image, ...parts], repository, sources.replication);
  return { digest, tags, pushedAt, service, content, replicas };
}

/** ECR is only asked for manifests of the forms that can be read: of another form it says that there is none. */
async function manifestOf(
  { repository, digest }: ImageId,
  { foreignMediaType }: ImageDescription,
  { manifests }: Sources,
): Promise<Manifest | undefined> {
  if (foreignMediaType !== undefined) return parseManifest(foreignMediaType, '');
  return (await manifests.of(repository, [digest])).get(digest);
}

function notInspected(reason: string): Nothing {
  return { outcome: 'not inspected', reason };
}

function serviceOf(repository: string, { services }: InspectPolicy): Service | undefined {
  const found = Object.entries(services).find(
    ([, service]) => resourceName(service.repository) === repository,
  );
  return found && { name: found[0], ...found[1] };
}

interface Part {
  readonly digest: string;
  readonly platform?: string;
  /** Undefined: the repository does not have it. */
  readonly manifest: Manifest | undefined;
}

/** The images of an index, with their manifests; of an image itself alone. */
async function partsOf(
  { repository, digest }: ImageId,
  manifest: Manifest,
  { manifests }: Sources,
): Promise<readonly Part[]> {
  if (manifest.kind !== 'index') return [{ digest, manifest }];
  const members = await membersOf(manifests, repository, digest);
  const known = await manifests.of(
    repository,
    members.map((member) => member.digest),
  );
  return members.map(({ foreignMediaType, ...member }) => ({
    ...member,
    manifest: foreignMediaType === undefined ? known.get(member.digest) : parseManifest(foreignMediaType, ''),
  }));
}

async function observeContent(
  repository: string,
  manifest: Manifest,
  parts: readonly Part[],
  { blobs }: Sources,
): Promise<ObservedContent> {
  if (manifest.kind === 'other') return manifest;
  const observed = await Promise.all(parts.map((part) => observePart(repository, part, blobs)));
  return {
    kind: manifest.kind,
    images: observed.filter((part) => 'config' in part),
    broken: observed.filter((part) => 'why' in part),
  };
}

async function observePart(
  repository: string,
  { digest, platform, manifest }: Part,
  blobs: ImageBlobs,
): Promise<ObservedImage | { readonly digest: string; readonly why: string }> {
  if (manifest === undefined) return { digest, why: 'it is not in the repository' };
  if (manifest.kind === 'index')
    return { digest, why: 'it is an index, and its parent says that it is none' };
  if (manifest.kind === 'other') return { digest, why: manifest.reason };
  const text = await blobs.text(repository, manifest.configDigest);
  if (text === undefined) return { digest, why: 'its config is not in the repository' };
  const config = parseImageConfig(text);
  if (config === undefined) return { digest, why: 'its config is not that of an image' };
  return { digest, platform: platform ?? config.platform, sizeBytes: manifest.sizeBytes, config };
}

const furthestBehind = [
  'FAILED',
  'IN_PROGRESS',
  'COMPLETE',
] as const satisfies readonly ReplicaStatus['status'][];

/** An index without one of its images is of no use, so that of all of them the worst counts. */
async function observeReplicas(
  parts: readonly { readonly digest: string }[],
  repository: string,
  replication: ImageReplication,
): Promise<ReadonlyMap<string, ReplicaStatus>> {
  const digests = [...new Set(parts.map(({ digest }) => digest))];
  const statuses = await Promise.all(digests.map((digest) => replication.of({ repository, digest })));
  const worst = new Map<string, ReplicaStatus>();
  for (const [region, replica] of statuses.flatMap((status) => [...status])) {
    const known = worst.get(region);
    if (known === undefined || isBehind(replica, known)) worst.set(region, replica);
  }
  return worst;
}

function isBehind(one: ReplicaStatus, other: ReplicaStatus): boolean {
  return furthestBehind.indexOf(one.status) < furthestBehind.indexOf(other.status);
}
