import { describe, expect, it } from '@jest/globals';
import { lintPolicy } from '../../../shared/policy/lint.ts';
import type { Policy } from '../../../shared/policy/schema.ts';
import { policy } from '../../builders.ts';

type Workloads = Policy['workloads'];

const other = '444455556666';
const readers = { [other]: { role: `arn:aws:iam::${other}:role/reader`, externalId: 'agreed' } };
const cluster = { type: 'eks', cluster: 'platform', region: 'us-east-1' } as const;
const elsewhere = { ...cluster, account: other };

function withWorkloads(workloads: Partial<Workloads>, mode: Policy['images']['mode'] = 'observe'): Policy {
  return {
    ...policy,
    images: { ...policy.images, mode },
    workloads: { sources: [cluster], readers: {}, ...workloads },
  };
}

function problemsOf(given: Policy): [path: string, value: unknown][] {
  return lintPolicy(given).map(({ path, value }) => [path, value]);
}

describe('what is asked what uses images', () => {
  it.each<[string, Workloads['sources']]>([
    ['clusters', [cluster, { ...cluster, region: 'us-west-2' }, { ...cluster, cluster: 'other' }]],
    ['kinds', [cluster, { type: 'ecs', region: 'us-east-1' }, { type: 'lambda', region: 'us-east-1' }]],
    ['accounts', [cluster, elsewhere]],
  ])('may be of several %s', (_what, sources) => {
    const needed = sources.some(({ account }) => account !== undefined) ? readers : {};
    expect(problemsOf(withWorkloads({ sources, readers: needed }))).toEqual([]);
  });

  it.each<[string, Workloads['sources'][number]]>([
    ['eks cluster platform in us-east-1', cluster],
    ['ecs in us-east-1', { type: 'ecs', region: 'us-east-1' }],
    [`lambda in us-east-1 of account ${other}`, { type: 'lambda', region: 'us-east-1', account: other }],
  ])('is named once: %s', (name, source) => {
    const needed = source.account === undefined ? {} : readers;
    expect(problemsOf(withWorkloads({ sources: [source, source], readers: needed }))).toEqual([
      ['workloads.sources', name],
    ]);
  });

  it('in another account has a reader there', () => {
    expect(problemsOf(withWorkloads({ sources: [cluster, elsewhere] }))).toEqual([
      ['workloads.sources[1].account', other],
    ]);
  });
});

describe('a reader', () => {
  it('has something to read', () => {
    expect(problemsOf(withWorkloads({ readers }))).toEqual([[`workloads.readers.${other}`, other]]);
  });

  it('is a role of the account that it is named for', () => {
    const role = 'arn:aws:iam::777788889999:role/reader';
    const stray = { [other]: { role, externalId: 'agreed' } };
    expect(problemsOf(withWorkloads({ sources: [elsewhere], readers: stray }))).toEqual([
      [`workloads.readers.${other}.role`, role],
    ]);
  });
});

describe('acting on images', () => {
  it.each<[string, Workloads['sources']]>([
    ['nothing', []],
    ['functions alone', [{ type: 'lambda', region: 'us-east-1' }]],
  ])('is refused while %s could be asked what runs', (_what, sources) => {
    expect(problemsOf(withWorkloads({ sources }))).toEqual([]);
    expect(problemsOf(withWorkloads({ sources }, 'act'))).toEqual([['images.mode', 'act']]);
  });

  it.each<Workloads['sources'][number]>([cluster, { type: 'ecs', region: 'us-east-1' }])(
    'is possible where clusters can be asked: $type',
    (source) => {
      expect(problemsOf(withWorkloads({ sources: [source] }, 'act'))).toEqual([]);
    },
  );
});
