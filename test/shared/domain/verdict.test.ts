import { expect, it } from '@jest/globals';
import { verdicts, worseVerdict } from '../../../shared/domain/verdict.ts';

it('the worse of two verdicts is the same whichever comes first', () => {
  for (const one of verdicts) {
    for (const other of verdicts) expect(worseVerdict(one, other)).toBe(worseVerdict(other, one));
  }
});

it('unknown is worse than review, and block is worse than unknown', () => {
  expect(worseVerdict('unknown', 'review')).toBe('unknown');
  expect(worseVerdict('unknown', 'pass')).toBe('unknown');
  expect(worseVerdict('unknown', 'block')).toBe('block');
});
