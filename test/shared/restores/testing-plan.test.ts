import { describe, expect, it } from '@jest/globals';
import { restoreTestNameOf, tierOfPlan } from '../../../shared/restores/testing-plan.ts';

const uuid = '5f1b3ef6-2cb5-4e9b-a778-3d4b513c8e6e';
const planArn = (name: string) =>
  `arn:aws:backup:us-east-1:123456789012:restore-testing-plan:${name}-${uuid}`;

describe('tierOfPlan', () => {
  const tiers = ['data', 'application-data'];

  it.each(tiers)('tells %s by the name that its plan has', (tier) => {
    expect(tierOfPlan(planArn(restoreTestNameOf(tier)), tiers)).toBe(tier);
  });

  it.each([
    '',
    'no ARN',
    planArn('their_plan'),
    planArn('aeon_ops_gone'),
    planArn('aeon_ops_data').slice(0, -1),
  ])('knows no tier for %j', (arn) => {
    expect(tierOfPlan(arn, tiers)).toBeUndefined();
  });
});
