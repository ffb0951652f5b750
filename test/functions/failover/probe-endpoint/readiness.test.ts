import { describe, expect, it } from '@jest/globals';
import {
  lookAtStandby,
  type ReadinessDeps,
} from '../../../../functions/failover/probe-endpoint/readiness.ts';
import { keptReadiness } from '../../../../functions/failover/probe-endpoint/readiness-kept.ts';
import type { StandbyReadiness } from '../../../../shared/failover/standby.ts';
import { policy } from '../../../builders.ts';

const now = new Date('2026-11-24T03:00:00Z');

function depsOf(change: Partial<ReadinessDeps> = {}): ReadinessDeps {
  return {
    clusterStatus: async () => 'ACTIVE',
    instance: async () => ({ status: 'available', host: 'replica.example', port: 5432 }),
    questions: {
      ask: async ({ questions: [question] }) => ({
        spoiled: [],
        answers:
          question === undefined
            ? []
            : [
                {
                  question,
                  rows: [{ writer: 'us-east-1', epoch: 1, at: '2026-11-24T02:59:15Z', ageSeconds: 45 }],
                },
              ],
      }),
    },
    secrets: {
      text: async () => JSON.stringify({ username: 'reader', password: 'word' }),
      forget: () => undefined,
    },
    sweptCopies: async () => ({
      sweptAt: now.getTime() - 40 * 60_000,
      missing: [
        { image: 'api-prod-1', environment: 'production' },
        { image: 'api-dev-1', environment: 'development' },
        { image: 'nobody-knows', environment: 'unknown' },
      ],
    }),
    get: async () => ({ status: 200, headers: {}, body: 'ok' }),
    policy,
    now: () => now,
    log: () => undefined,
    ...change,
  };
}

const fail = async (): Promise<never> => {
  throw new Error('no answer');
};

describe('the readiness of the standby', () => {
  it('has the lag by the heartbeat, and the images of the environments that wake somebody', async () => {
    expect(await lookAtStandby(depsOf())).toEqual({
      at: now.getTime(),
      cluster: 'ACTIVE',
      pods: 'answer',
      replica: { status: 'available', lagSeconds: 45 },
      imagesMissing: ['api-prod-1', 'nobody-knows'],
    });
  });

  it.each<[what: string, change: Partial<ReadinessDeps>, becomes: Partial<StandbyReadiness>]>([
    ['EKS does not answer', { clusterStatus: fail }, { cluster: 'in no known state' }],
    ['no warm pod answers', { get: fail }, { pods: 'silent' }],
    ['the replica does not answer', { questions: { ask: fail } }, { replica: { status: 'available' } }],
    ['the sweep is not readable', { sweptCopies: fail }, { imagesMissing: 'unknown' }],
    ['there was no sweep', { sweptCopies: async () => undefined }, { imagesMissing: 'unknown' }],
    [
      'the last sweep is hours old',
      { sweptCopies: async () => ({ sweptAt: now.getTime() - 3 * 3_600_000, missing: [] }) },
      { imagesMissing: 'unknown' },
    ],
  ])('knows nothing, rather than that all is well, when %s', async (_what, change, becomes) => {
    expect(await lookAtStandby(depsOf(change))).toMatchObject(becomes);
  });

  it('has no replica where RDS tells of none', async () => {
    expect(await lookAtStandby(depsOf({ instance: fail }))).not.toHaveProperty('replica');
  });

  it('is looked at once a minute, whichever run asks', async () => {
    let moment = now.getTime();
    let looks = 0;
    let written: StandbyReadiness | undefined;
    const row = {
      read: async () => written,
      write: async (readiness: StandbyReadiness) => {
        written = readiness;
      },
    };
    const deps = depsOf({
      now: () => new Date(moment),
      clusterStatus: async () => {
        looks += 1;
        return 'ACTIVE';
      },
    });
    const [one, other] = [keptReadiness(row, deps), keptReadiness(row, deps)];
    await one();
    await other();
    moment += 40_000;
    await one();
    expect(looks).toBe(1);
    moment += 20_000;
    await one();
    await other();
    expect(looks).toBe(2);
  });
});
