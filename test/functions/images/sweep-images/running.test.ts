import { describe, expect, it } from '@jest/globals';
import { noteRunning } from '../../../../functions/images/sweep-images/running.ts';
import type { Outcome } from '../../../../shared/lambda/outcome.ts';
import type { ImageUse, WorkloadInventory, WorkloadSource } from '../../../../shared/workloads/inventory.ts';
import { Region } from './region.ts';

const account = '123456789012';
const cluster = (name: string, region = 'us-east-1'): WorkloadSource => ({
  kind: 'eks',
  account,
  region,
  cluster: name,
});
const digest = (letter: string): string => `sha256:${letter.repeat(64)}`;

const takenAt = new Date('2026-03-02T08:00:00Z');

function use(source: WorkloadSource, of: string | undefined, isRunning = true): ImageUse {
  const image = of === undefined ? { repository: 'api', tag: 'v1' } : { repository: 'api', digest: of };
  return { image, source, by: 'Pod production/api', isRunning };
}

/** A sweep in us-east-1 over these sources, of which the survey tells so. */
async function noted(
  sources: readonly WorkloadSource[],
  found: Partial<WorkloadInventory>,
  note = async (_cluster: string, digests: Iterable<string>) => [...digests].length,
) {
  const told: Outcome[] = [];
  const written: [string, readonly string[], Date][] = [];
  let asked: readonly WorkloadSource[] | undefined;
  const survey = async (of: readonly WorkloadSource[] = sources) => {
    asked = of;
    return { uses: [], missing: [], takenAt, ...found };
  };
  const deps = {
    ...new Region().deps,
    workloads: { sources, survey },
    running: {
      note: async (name: string, digests: Iterable<string>, now: Date) => {
        written.push([name, [...digests], now]);
        return note(name, digests);
      },
    },
  };
  const gaps = await noteRunning({ tell: (outcome) => void told.push(outcome) }, deps);
  return { gaps, told, written, asked };
}

describe('what runs', () => {
  it('is asked of the clusters of the Region, and of nothing else', async () => {
    const here = cluster('platform');
    const others: readonly WorkloadSource[] = [
      cluster('standby', 'us-west-2'),
      { kind: 'ecs', account, region: 'us-east-1' },
      { kind: 'lambda', account, region: 'us-east-1' },
    ];
    expect((await noted([here, ...others], {})).asked).toEqual([here]);
    expect((await noted(others, {})).asked).toBeUndefined();
  });

  it('is noted by digest, each once, cluster by cluster, as of when it was asked', async () => {
    const [one, two] = [cluster('one'), cluster('two')];
    const uses = [
      use(one, digest('a')),
      use(one, digest('a')),
      use(two, digest('a')),
      use(one, digest('b'), false),
      use(one, undefined),
    ];
    const { written, told, gaps } = await noted([one, two], { uses });
    expect(written).toEqual([
      ['one', [digest('a')], takenAt],
      ['two', [digest('a')], takenAt],
    ]);
    expect(told).toMatchObject([
      { outcome: 'noted', subject: 'one', reason: '1 images run in it, 1 of them were noted anew' },
      { outcome: 'noted', subject: 'two' },
    ]);
    expect(gaps).toEqual([]);
  });

  it('is told where it could not be noted, and stops neither the others nor the sweep', async () => {
    const uses = [use(cluster('one'), digest('a')), use(cluster('two'), digest('b'))];
    const { told } = await noted([cluster('one'), cluster('two')], { uses }, async (name) => {
      if (name === 'one') throw new Error('DynamoDB is away');
      return 1;
    });
    expect(told).toMatchObject([
      { outcome: 'failed', subject: 'one', reason: expect.stringContaining('DynamoDB is away') },
      { outcome: 'noted', subject: 'two' },
    ]);
  });

  it('is a gap for each cluster that could not be asked', async () => {
    const missing = [{ source: cluster('platform'), reason: 'there is no such cluster' }];
    const { gaps } = await noted([cluster('platform')], { missing });
    expect(gaps).toEqual([
      {
        scope: 'workloads',
        subject: `platform (EKS, us-east-1, account ${account})`,
        environment: 'production',
        reason: 'there is no such cluster',
        facts: { gap: `workloads/${account}/platform`, kind: 'workloads-unknown', tags: [] },
      },
    ]);
  });
});
