import { createHash } from 'node:crypto';
import type { RegistryImage, RepositoryState } from '../shared/retention/registry-state.ts';
import { indexUses, type UseIndex } from '../shared/workloads/in-use.ts';

const words = ['dev', 'dev', 'dev', 'staging', 'staging', 'prod'];
const dayMs = 24 * 60 * 60 * 1000;

/** Images that one release is made of: an index, the images of two platforms, the attestations of both, a signature. */
const releaseSize = 6;

/**
 * A repository of about so many images, as pipelines leave it: releases over 500 days, each an index for two platforms
 * with attestations and a signature; every fifth release is archived, every tenth shares an image with the one before,
 * and every twentieth part of it all is a leftover without a tag.
 */
export function benchRepository(name: string, images: number, now: Date): RepositoryState {
  const state = {
    repository: name,
    images: [] as RegistryImage[],
    parts: new Map<string, { digests: readonly string[]; isComplete: boolean }>(),
    taggedAt: new Map<string, Date>(),
    known: new Map<string, 'good' | 'bad'>(),
    missing: [],
  };
  const releases = Math.floor(images / releaseSize);
  let shared: string | undefined;
  for (let release = 0; release < releases; release++) {
    const pushedAt = new Date(now.getTime() - ((releases - release) / releases) * 500 * dayMs);
    const digest = (what: string): string => {
      const hex = createHash('sha256').update(`${name}/${release}/${what}`).digest('hex');
      // As one text in memory, as from ECR's answers: what is put together of two is slow to look up.
      return Buffer.from(`sha256:${hex}`).toString();
    };
    const isArchived = release % 5 === 0;
    const one = (what: string, over: Partial<RegistryImage> = {}): RegistryImage => ({
      digest: digest(what),
      kind: 'image',
      tags: [],
      pushedAt,
      sizeBytes: 40_000_000 + release,
      status: isArchived ? 'ARCHIVED' : 'ACTIVE',
      ...(isArchived && { archivedAt: new Date(pushedAt.getTime() + 50 * dayMs) }),
      ...over,
    });
    if (release % 20 === 0) {
      for (let left = 0; left < releaseSize; left++) state.images.push(one(`left ${left}`));
      continue;
    }
    const index = digest('index');
    const tag = `${name}-${words[release % words.length]}-1.${release % 100}.0-${index.slice(7, 15)}`;
    const amd64 = release % 10 === 1 && shared !== undefined ? shared : digest('amd64');
    if (amd64 !== shared) state.images.push(one('amd64'));
    shared = digest('amd64');
    state.images.push(
      one('arm64', { ...(release % 3 === 0 && { pulledAt: new Date(pushedAt.getTime() + 40 * dayMs) }) }),
      one('attestation of amd64', { kind: 'artifact' }),
      one('attestation of arm64', { kind: 'artifact' }),
      one('index', { kind: 'index', tags: [tag] }),
      one('signature', { kind: 'artifact', subject: index }),
    );
    state.parts.set(index, {
      digests: [amd64, digest('arm64'), digest('attestation of amd64'), digest('attestation of arm64')],
      isComplete: true,
    });
    if (release % 30 === 7) state.taggedAt.set(tag, new Date(pushedAt.getTime() + 100 * dayMs));
    state.known.set(index, release % 4 === 0 ? 'bad' : 'good');
  }
  return state;
}

/** Every fiftieth index of a repository is in use, and with it a thousand images of other registries. */
export function benchUses({ images, repository }: RepositoryState): UseIndex {
  const source = { kind: 'eks', account: '111122223333', region: 'us-east-1', cluster: 'prod' } as const;
  const ours = images.filter(({ kind }, position) => kind === 'index' && position % 50 === 0);
  const uses = [
    ...ours.map(({ digest }) => ({ repository, digest })),
    ...Array.from({ length: 1000 }, (_none, other) => ({
      registry: 'docker.io',
      repository: `other-${other}`,
    })),
  ].map((image) => ({ image, source, by: 'Deployment production/api', isRunning: true }));
  return indexUses({ uses });
}
