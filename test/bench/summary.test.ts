import { describe, expect, it } from '@jest/globals';
import { summarize } from '../../bench/summary.ts';

describe('a summary', () => {
  it.each([
    { samples: [7], median: 7, min: 7, max: 7 },
    { samples: [10, 2, 9], median: 9, min: 2, max: 10 },
    { samples: [10, 2, 9, 4], median: 6.5, min: 2, max: 10 },
  ])('of $samples has the median $median', ({ samples, ...expected }) => {
    expect(summarize(samples)).toEqual(expected);
  });

  it('cannot be of nothing', () => {
    expect(() => summarize([])).toThrow(RangeError);
  });
});
