import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { PermanentError } from '../../../shared/lambda/errors.ts';
import type { ImageUse, WorkloadSource } from '../../../shared/workloads/inventory.ts';
import { type AskSource, surveyWorkloads } from '../../../shared/workloads/survey.ts';

const sources: readonly WorkloadSource[] = ['one', 'two', 'three', 'four', 'five', 'six'].map((cluster) => ({
  kind: 'eks',
  account: '111122223333',
  region: 'us-east-1',
  cluster,
}));

const use = (source: WorkloadSource): ImageUse => ({
  image: { repository: 'api', tag: 'v1' },
  source,
  by: 'Pod production/api',
  isRunning: false,
});

function survey(ask: AskSource, timeoutMs = 60_000) {
  return surveyWorkloads(sources, ask, { now: () => new Date(), timeoutMs });
}

describe('a survey', () => {
  beforeEach(() => {
    jest.useFakeTimers({ now: new Date('2026-03-02T08:00:00Z') });
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  it('holds what all sources know, and when it was begun', async () => {
    const inventory = await survey(async (source) => [use(source), use(source)]);
    expect(inventory.missing).toEqual([]);
    expect(inventory.uses.map(({ source }) => source.cluster)).toEqual(
      sources.flatMap(({ cluster }) => [cluster, cluster]),
    );
    expect(inventory.takenAt).toEqual(new Date('2026-03-02T08:00:00Z'));
  });

  it.each<[string, unknown, string]>([
    [
      'an error of ours',
      new PermanentError('the list cannot be understood'),
      'the list cannot be understood',
    ],
    [
      'one of the SDK',
      Object.assign(new Error('no'), { name: 'AccessDeniedException' }),
      'AccessDeniedException: no',
    ],
    ['something that is no error', 'nothing', 'nothing'],
  ])('names a source that fails with %s, and stops no other', async (_what, error, reason) => {
    const { uses, missing } = await survey(async (source) => {
      if (source.cluster === 'two') throw error;
      return [use(source)];
    });
    expect(missing).toEqual([{ source: sources[1], reason }]);
    expect(uses).toHaveLength(5);
  });

  it('waits for all of them together as long as it is told, and tells those that are late', async () => {
    const abandoned: boolean[] = [];
    const asking = survey(async (source, signal) => {
      if (source.cluster === 'one') {
        await new Promise((resolve) => setTimeout(resolve, 120_000));
        abandoned.push(signal.aborted);
      }
      return [use(source)];
    });
    await jest.advanceTimersByTimeAsync(60_000);
    const { uses, missing } = await asking;
    expect(uses).toHaveLength(5);
    expect(missing).toMatchObject([
      { source: sources[0], reason: expect.stringMatching(/took longer than 60000 ms/) },
    ]);
    await jest.advanceTimersByTimeAsync(60_000);
    expect(abandoned).toEqual([true]);
  });

  it('does not begin with a source for which there is no time left', async () => {
    const begun: unknown[] = [];
    const asking = survey(({ cluster }) => {
      begun.push(cluster);
      return new Promise(() => undefined);
    });
    await jest.advanceTimersByTimeAsync(60_000);
    const { missing } = await asking;
    expect(begun).toEqual(['one', 'two', 'three', 'four']);
    expect(missing.map(({ reason }) => reason).slice(4)).toEqual([
      'there was no time left to ask it',
      'there was no time left to ask it',
    ]);
  });

  it('of nothing is complete', async () => {
    const terms = { now: () => new Date(), timeoutMs: 1 };
    expect(await surveyWorkloads([], async () => [], terms)).toMatchObject({ uses: [], missing: [] });
  });
});
