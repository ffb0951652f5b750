import { expect, it } from '@jest/globals';
import { findingSeverities, isFindingSeverity } from '../../../shared/domain/severity.ts';

it('knows a severity by AWS’s own spelling only', () => {
  expect(findingSeverities.every(isFindingSeverity)).toBe(true);
  expect(['TOTAL', 'critical', 'Critical', '', 'NONE'].filter(isFindingSeverity)).toEqual([]);
});
