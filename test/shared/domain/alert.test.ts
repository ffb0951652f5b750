import { expect, it } from '@jest/globals';
import { alertSeverities, isLouder } from '../../../shared/domain/alert.ts';

it('critical is louder than warning, warning than info, and none than itself', () => {
  const pairs = alertSeverities.flatMap((one) => alertSeverities.map((other) => [one, other] as const));
  expect(pairs.filter(([one, other]) => isLouder(one, other))).toEqual([
    ['critical', 'warning'],
    ['critical', 'info'],
    ['warning', 'info'],
  ]);
});
