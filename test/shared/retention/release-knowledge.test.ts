import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { planRepository } from '../../../shared/retention/plan.ts';
import { releaseKnowledge } from '../../../shared/retention/release-knowledge.ts';
import { verdictRecord } from '../../builders.ts';
import { daysAgo, image, noUses, now, policy, registries, stateOf } from './registry.ts';

const records = {
  good: verdictRecord({ verdict: 'pass' }),
  bad: verdictRecord({ verdict: 'block' }),
};

describe('releaseKnowledge', () => {
  it('finds out enough to keep what would be kept if everything was known', async () => {
    await fc.assert(
      fc.asyncProperty(registries, async ({ state }) => {
        const known = await releaseKnowledge(
          state,
          policy,
          async (digests) =>
            new Map(
              digests.flatMap((digest) => {
                const says = state.known.get(digest);
                return says === undefined ? [] : [[digest, records[says]] as const];
              }),
            ),
        );
        const outcomes = (of: typeof state) =>
          planRepository(of, noUses, policy, now).images.map(({ outcome }) => outcome);
        expect(outcomes({ ...state, known })).toEqual(outcomes(state));
      }),
    );
  });

  it('asks no further back than it has to', async () => {
    const releases = Array.from({ length: 1000 }, (_none, age) =>
      image(`r${age}`, { pushedAt: daysAgo(age) }),
    );
    const asked: string[] = [];
    await releaseKnowledge(stateOf(releases), policy, async (digests) => {
      asked.push(...digests);
      return new Map(digests.map((digest) => [digest, records.good]));
    });
    expect(asked).toHaveLength(2 * policy.retention.keepGoodReleases);
  });
});
