import { expect, it, jest } from '@jest/globals';
import opsPolicy from '../../ops.config.ts';
import { invariants } from '../../rehearsal/invariants/all.ts';
import { type Run, rehearse } from '../../rehearsal/rehearsal.ts';
import type { Scenario } from '../../rehearsal/scenario.ts';
import type { Policy } from '../../shared/policy/schema.ts';

/** A virtual hour, but real seconds, and more of them on a busy machine. */
jest.setTimeout(60_000);

/** Our policy, with the whole registry left to the stacks. */
const policy: Policy = {
  ...opsPolicy,
  services: Object.fromEntries(
    Object.entries(opsPolicy.services).map(([name, service]) => [
      name,
      { ...service, repository: { create: `platform/${name}` } },
    ]),
  ),
  images: {
    ...opsPolicy.images,
    registry: {
      ...opsPolicy.images.registry,
      settings: 'create',
      pullTimeExclusions: ['arn:aws:iam::111122223333:role/scanner'],
    },
  },
};

const tag = 'aeon-dt-api-prod-3.1.0-0f1e2d3c';

/** An image is pushed in the primary Region, and nothing else is done: all the rest follows from the templates. */
const push: Scenario = {
  name: 'registry',
  summary: 'one image in a registry that the stacks make',
  from: new Date('2026-11-24T00:00:00Z'),
  to: new Date('2026-11-24T02:00:00Z'),
  play({ account: { ecr }, policy: { regions }, at }) {
    at('00:10', () => {
      const digest = ecr.push(regions.primary, 'platform/aeon-dt-api', { tags: [tag] });
      const finding = { id: 'CVE-2026-40001', severity: 'CRITICAL', packageName: 'openssl' } as const;
      ecr.vulnerabilities.add({ ...finding, digests: [digest] });
    });
  },
};

it('a registry that the stacks make encrypts, replicates and scans, and its images are judged everywhere', async () => {
  const run = await rehearse(push, { seed: 1, policy });
  expect(invariants.flatMap((invariant) => invariant.check(run).violations)).toEqual([]);
  for (const region of policy.regions.registry) {
    expect(run.account.ecr.imagesIn(region)).toMatchObject([
      {
        repository: 'platform/aeon-dt-api',
        image: { tags: [tag], scan: { engine: 'basic', status: 'COMPLETE' } },
      },
    ]);
  }
  expect(encryptedReplicas(run)).toEqual(new Set(['us-west-2', 'eu-west-1']));
  expect(run.slack.posts.map(({ text }) => text)).toContain(`🔴 Image must not be deployed: ${tag}`);
});

/** The Regions in which ECR was given the use of our key for the repository that it made. */
function encryptedReplicas({ trace }: Run): Set<string> {
  return new Set(
    trace.entries.flatMap(({ entry }) =>
      entry.kind === 'call' && entry.operation === 'CreateGrant' && entry.outcome === 'ok'
        ? [entry.region]
        : [],
    ),
  );
}
