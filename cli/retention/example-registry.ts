import type { Ecr } from '../../rehearsal/aws/ecr.ts';
import { resourceName } from '../../shared/policy/resource.ts';
import type { Policy } from '../../shared/policy/schema.ts';
import type { ImageUse } from '../../shared/workloads/inventory.ts';

const dayMs = 24 * 60 * 60 * 1000;

/**
 * Fills the first repository of the policy with one image for each thing that retention can decide, and the others not at
 * all.
 *
 * @returns what is in use of it
 */
export function furnishExample(ecr: Ecr, policy: Policy, region: string, now: Date): readonly ImageUse[] {
  const [[service, { repository: resource }] = ['', { repository: { existing: '' } }]] = Object.entries(
    policy.services,
  );
  const repository = resourceName(resource);
  const [word = ''] = Object.values(policy.environments)
    .map(({ imageTag }) => imageTag)
    .slice(-1);
  const ago = (days: number): Date => new Date(now.getTime() - days * dayMs);
  const release = (version: string, commit: string, age: number, archivedAgo?: number): string => {
    const { digest, images, attestations } = ecr.pushIndex(region, repository, {
      tags: [`${service}-${word}-${version}-${commit}`],
      platforms: [{ platform: 'linux/amd64' }, { platform: 'linux/arm64' }],
    });
    for (const each of [digest, ...Object.values(images), ...attestations]) {
      if (archivedAgo !== undefined) ecr.archive(region, repository, each);
      ecr.backdate(region, repository, each, {
        pushedAt: ago(age),
        ...(archivedAgo !== undefined && { lastArchivedAt: ago(archivedAgo) }),
      });
    }
    return digest;
  };

  for (const { repository: each } of Object.values(policy.services))
    ecr.createRepository(region, resourceName(each));
  release('1.0.0', '0a11ce00', 400, 200);
  release('1.1.0', '0a11ce01', 300, 10);
  const running = release('1.2.0', '0a11ce02', 250);
  release('1.3.0', '0a11ce03', 200);
  const pulled = release('1.4.0', '0a11ce04', 150);
  ecr.backdate(region, repository, pulled, { lastPulledAt: ago(3) });
  for (const patch of [0, 1, 2]) release(`2.0.${patch}`, `0a11ce1${patch}`, 90 - patch);
  const leftover = ecr.push(region, repository, { tags: [] });
  ecr.backdate(region, repository, leftover, { pushedAt: ago(5) });
  return [
    {
      image: { repository, digest: running },
      source: { kind: 'eks', account: '111122223333', region, cluster: 'example' },
      by: 'Deployment development/example',
      isRunning: true,
    },
  ];
}
