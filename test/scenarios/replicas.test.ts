import { expect, it, jest } from '@jest/globals';
import opsPolicy from '../../ops.config.ts';
import { everyScannedImageIsJudged } from '../../rehearsal/invariants/every-scanned-image-is-judged.ts';
import { rehearse } from '../../rehearsal/rehearsal.ts';
import type { Scenario } from '../../rehearsal/scenario.ts';
import { Templates } from './templates.ts';

/** Virtual hours, but real seconds, and more of them on a busy machine. */
jest.setTimeout(60_000);

/**
 * Indexes whose images were copied and scanned before them, and others that came first: nothing scans an index, so only
 * the event of its copy tells that it is there.
 */
const replicatedIndexes: Scenario = {
  name: 'replicated-indexes',
  summary: 'pushes that are copied to the other Regions, in any order',
  from: new Date('2026-11-24T00:00:00Z'),
  to: new Date('2026-11-24T02:00:00Z'),
  play({ account: { ecr }, policy: { regions }, at }) {
    ecr.replicate({
      from: regions.primary,
      to: regions.registry.filter((region) => region !== regions.primary),
    });
    for (const region of regions.registry)
      ecr.scanning(region, region === 'us-west-2' ? 'enhanced' : 'basic');
    for (const version of ['1.0.0', '1.0.1', '1.0.2', '1.0.3']) {
      at('00:10', () => {
        const finding = { id: 'CVE-2026-40001', severity: 'CRITICAL', packageName: 'openssl' } as const;
        ecr.pushIndex(regions.primary, 'aeon-dt-api', {
          tags: [`aeon-dt-api-prod-${version}-0f1e2d3c`],
          platforms: [
            { platform: 'linux/amd64', findings: [finding] },
            { platform: 'linux/arm64', findings: [] },
          ],
        });
      });
    }
  },
};

it('judges the index of a replica when it has come, without waiting for the sweep', async () => {
  const templates = new Templates();
  for (const region of opsPolicy.regions.registry) {
    const stack = `aeon-ops-images-${region}`;
    for (const [id] of templates.of(stack, 'AWS::Scheduler::Schedule')) templates.remove(stack, id);
  }
  const run = await rehearse(replicatedIndexes, { seed: 1, templates: templates.all });
  const { checked, violations } = everyScannedImageIsJudged.check(run);
  expect(violations).toEqual([]);
  expect(checked).toBe(3 * 4 * 3);
});
