import { describe, expect, it } from '@jest/globals';
import { whyOverCap } from '../../../../functions/retention/prune-snapshots/cap.ts';

const caps = { share: 0.25, count: 500 };

describe('whyOverCap', () => {
  it.each([
    ['up to the share', 25, 100, undefined],
    ['one more', 26, 100, '26 of 100 snapshots would be deleted, and one run may delete 25'],
    ['of few, up to ten', 10, 12, undefined],
    ['of few, eleven', 11, 12, '11 of 12 snapshots would be deleted, and one run may delete 10'],
    ['of many, up to the count', 500, 10_000, undefined],
    ['of many, one more', 501, 10_000, '501 of 10000 snapshots would be deleted, and one run may delete 500'],
    ['nothing of nothing', 0, 0, undefined],
  ])('%s', (_what, deletions, all, expected) => {
    expect(whyOverCap(deletions, all, caps)).toBe(expected);
  });

  it('lets a small count stand before the ten', () => {
    expect(whyOverCap(4, 100, { share: 1, count: 3 })).toMatch(/may delete 3$/);
  });
});
