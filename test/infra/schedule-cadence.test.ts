import { describe, expect, it } from '@jest/globals';
import { cadenceOf } from '../../infra/schedule-cadence.ts';

describe('cadenceOf', () => {
  it.each([
    ['rate(1 minute)', 1],
    ['rate(15 minutes)', 15],
    ['rate(1 hour)', 60],
    ['rate(2 days)', 2880],
    ['cron(17 * * * ? *)', 60],
    ['cron(2/15 * * * ? *)', 15],
    ['cron(40 5 * * ? *)', 1440],
    ['cron(0 5 ? * * *)', 1440],
  ])('%s: every %s minutes', (expression, minutes) => {
    expect(cadenceOf(expression)).toBe(minutes);
  });

  it.each([
    'cron(0 5 ? * MON *)',
    'cron(0 5 1 * ? *)',
    'cron(0,30 * * * ? *)',
    'cron(0/15 5 * * ? *)',
    'at(2026)',
  ])('%s: not known, and refused', (expression) => {
    expect(() => cadenceOf(expression)).toThrow(`how often '${expression}' runs is not known here`);
  });
});
