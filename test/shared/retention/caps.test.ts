import { describe, expect, it } from '@jest/globals';
import { decideCap } from '../../../shared/retention/caps.ts';
import { demandOf, planRepository } from '../../../shared/retention/plan.ts';
import { image, noUses, now, policy, stateOf } from './registry.ts';

/** So many images of which all but the two last good ones go. */
function planOf(images: number) {
  const all = Array.from({ length: images }, (_none, number) => image(`i${number}`));
  return demandOf(planRepository(stateOf(all), noUses, policy, now));
}

const approval = {
  subject: 'api',
  most: 98,
  by: 'ana',
  reason: 'first run',
  until: '2027-06-16T04:00:00Z',
};

describe('decideCap', () => {
  it.each([
    ['a share', 0.98, 500, true],
    ['one more than the share', 0.979, 500, false],
    ['a count', 1, 98, true],
    ['one more than the count', 1, 97, false],
  ])('allows %s', (_what, share, count, within) => {
    expect(decideCap(planOf(100), { share, count }, undefined, now).within).toBe(within);
  });

  it('lets a small repository pass, of which a share is soon reached', () => {
    expect(decideCap(planOf(12), { share: 0.25, count: 500 }, undefined, now).within).toBe(true);
    expect(decideCap(planOf(13), { share: 0.25, count: 500 }, undefined, now).within).toBe(false);
  });

  it.each([
    ['of few, up to ten', 10, 12, true],
    ['of few, eleven', 11, 12, false],
    ['of many, up to the count', 500, 10_000, true],
    ['of many, one more', 501, 10_000, false],
    ['nothing of nothing', 0, 0, true],
  ])('%s', (_what, acts, all, within) => {
    const demand = { acts, all, what: 'snapshots would be deleted' };
    expect(decideCap(demand, { share: 0.25, count: 500 }, undefined, now).within).toBe(within);
  });

  it('lets a small count stand before the ten', () => {
    const demand = { acts: 4, all: 100, what: 'snapshots would be deleted' };
    expect(decideCap(demand, { share: 1, count: 3 }, undefined, now)).toMatchObject({
      reason: '4 of 100 snapshots would be deleted, and one run may do so with 3',
    });
  });

  it.each([
    ['so many as were approved', {}, true],
    ['more than were approved', { most: 97 }, false],
    ['after its end', { until: '2027-06-15T04:00:00Z' }, false],
    ['an end further away than any may be', { until: '2027-06-18T04:00:00Z' }, false],
    ['an end that cannot be read', { until: 'soon' }, false],
  ])('asks a person, and takes the answer: %s', (_what, over, within) => {
    expect(decideCap(planOf(100), { share: 0.1, count: 10 }, { ...approval, ...over }, now).within).toBe(
      within,
    );
  });
});
