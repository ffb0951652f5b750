import { describe, expect, it } from '@jest/globals';
import type { SwitchReading } from '../../../shared/domain/standing.ts';
import { opsHandler } from '../../../shared/lambda/chain.ts';
import { askStanding, type StandingContext } from '../../../shared/lambda/standing.ts';
import { lambdaContext } from '../aws/world.ts';

/** A function that says how it stands, and what it asked for to know. */
async function standingOf(mode: 'observe' | 'act', reading: SwitchReading) {
  const asked: (readonly string[])[] = [];
  const read = async (names: readonly string[]): Promise<SwitchReading> => {
    asked.push(names);
    return reading;
  };
  const handler = opsHandler<unknown>({ log: () => undefined }, { send: async () => undefined })
    .use(
      askStanding({ area: 'images', mode, switches: { read }, now: () => new Date('2026-03-02T12:00:00Z') }),
    )
    .handler(async (_event, { standing }) => standing);
  return { standing: await handler({}, lambdaContext() as StandingContext), asked };
}

describe('askStanding', () => {
  it('reads the switches of its area before the work begins', async () => {
    const { standing, asked } = await standingOf('act', { rows: [] });
    expect(standing).toEqual({ may: 'act' });
    expect(asked).toEqual([['pause/images', 'pause/all', 'interlock']]);
  });

  it.each<[string, 'observe' | 'act', SwitchReading, string]>([
    ['observing', 'observe', { rows: [] }, 'observe'],
    ['paused', 'act', { rows: [{ switch: 'pause/all', by: 'ann', reason: 'freeze' }] }, 'paused'],
    ['unreadable', 'act', { unreadable: 'throttled' }, 'unreadable'],
  ])('lets the work go on, which then only tells: %s', async (_what, mode, reading, because) => {
    expect((await standingOf(mode, reading)).standing).toMatchObject({ may: 'tell', because });
  });

  it('asks anew in every invocation', async () => {
    const readings: SwitchReading[] = [{ rows: [] }, { unreadable: 'throttled' }];
    const handler = opsHandler<unknown>({ log: () => undefined }, { send: async () => undefined })
      .use(
        askStanding({
          area: 'images',
          mode: 'act',
          switches: { read: async () => readings.shift() ?? { rows: [] } },
          now: () => new Date('2026-03-02T12:00:00Z'),
        }),
      )
      .handler(async (_event, { standing }) => standing.may);
    expect([
      await handler({}, lambdaContext() as StandingContext),
      await handler({}, lambdaContext() as StandingContext),
    ]).toEqual(['act', 'tell']);
  });
});
