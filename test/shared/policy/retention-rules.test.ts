import { describe, expect, it } from '@jest/globals';
import { retentionRules } from '../../../shared/policy/retention-rules.ts';
import type { Policy } from '../../../shared/policy/schema.ts';
import { policy } from '../../builders.ts';

function problemsOf(over: Partial<Policy['retention']>, others: Partial<Policy> = {}) {
  const given = { ...policy, ...others, retention: { ...policy.retention, ...over } };
  return retentionRules.flatMap((rule) => rule(given)).map(({ path, value }) => [path, value]);
}

const acting = { ...policy.workloads, sources: [{ type: 'lambda', region: 'us-east-1' } as const] };

describe('the rules of retention', () => {
  it.each<[string, Partial<Policy['retention']>, Partial<Policy>]>([
    ['leftovers as long as the shortest retention', { untaggedImages: 30 }, {}],
    [
      'as many good releases as quarantine keeps',
      { keepGoodReleases: policy.images.quarantine.keepGoodReleases },
      {},
    ],
    ['ninety days in the archive', { archive: { deleteAfterDays: 90 } }, {}],
    ['no archive', { archive: 'no' }, {}],
    ['acting with workloads to ask', { mode: 'act' }, { workloads: acting }],
  ])('allow %s', (_what, over, others) => {
    expect(problemsOf(over, others)).toEqual([]);
  });

  it.each<[string, Partial<Policy['retention']>, Partial<Policy>, readonly [string, unknown]]>([
    ['leftovers that outlive an index', { untaggedImages: 31 }, {}, ['retention.untaggedImages', 31]],
    [
      'fewer good releases than quarantine keeps',
      { keepGoodReleases: 1 },
      {},
      ['retention.keepGoodReleases', 1],
    ],
    [
      'a grace that AWS charges longer',
      { archive: { deleteAfterDays: 89 } },
      {},
      ['retention.archive.deleteAfterDays', 89],
    ],
    [
      'acting without a workload to ask',
      { mode: 'act' },
      { workloads: { sources: [], readers: {} } },
      ['retention.mode', 'act'],
    ],
  ])('refuse %s', (_what, over, others, problem) => {
    expect(problemsOf(over, others)).toEqual([problem]);
  });
});
