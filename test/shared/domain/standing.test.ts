import { describe, expect, it } from '@jest/globals';
import {
  decideStanding,
  type Standing,
  type SwitchRow,
  switchesOf,
} from '../../../shared/domain/standing.ts';

const now = new Date('2026-03-02T12:00:00Z');

const pause = (over: Partial<SwitchRow> = {}): SwitchRow => ({
  switch: 'pause/images',
  by: 'ann',
  reason: 'release freeze',
  ...over,
});
const interlock: SwitchRow = { switch: 'interlock', by: 'run-failover', reason: 'a failover is open' };

const paused = (reason = 'paused by ann: release freeze'): Standing => ({
  may: 'tell',
  because: 'paused',
  reason,
});

describe('decideStanding', () => {
  it.each<[string, readonly SwitchRow[], Standing]>([
    ['nothing is set', [], { may: 'act' }],
    ['its area is paused', [pause()], paused()],
    ['everything is paused', [pause({ switch: 'pause/all' })], paused()],
    [
      'a failover is open',
      [interlock],
      { may: 'tell', because: 'interlocked', reason: 'interlocked by run-failover: a failover is open' },
    ],
    ['both: the pause is named, whichever was read first', [interlock, pause()], paused()],
    ['both: the pause is named', [pause(), interlock], paused()],
    [
      'a row whose switch is not known: somebody meant to stop something',
      [pause({ switch: 'unnamed' })],
      paused(),
    ],
  ])('in act mode, %s', (_what, rows, standing) => {
    expect(decideStanding('act', { rows }, now)).toEqual(standing);
  });

  it('in observe mode it only tells, whatever the switches say', () => {
    const observing = {
      may: 'tell',
      because: 'observe',
      reason: 'the policy has this automation observe',
    };
    for (const switches of [{ rows: [] }, { rows: [pause(), interlock] }, { unreadable: 'throttled' }]) {
      expect(decideStanding('observe', switches, now)).toEqual(observing);
    }
  });

  it('does not act when it cannot know whether it may', () => {
    expect(decideStanding('act', { unreadable: 'AccessDeniedException: no' }, now)).toEqual({
      may: 'tell',
      because: 'unreadable',
      reason: 'the switches could not be read, which counts as paused (AccessDeniedException: no)',
    });
  });

  describe('by the end of a pause', () => {
    it.each([
      ['2026-03-02T12:00:01Z', 'tell'],
      ['2026-03-02T12:00:00Z', 'act'],
      ['2026-03-02T11:59:59Z', 'act'],
      ['2026-03-02T13:00:01+01:00', 'tell'],
      ['2026-03-02T12:59:59+01:00', 'act'],
    ])('until %s, at 12:00:00Z: %s', (until, may) => {
      expect(decideStanding('act', { rows: [pause({ until })] }, now).may).toBe(may);
      expect(decideStanding('act', { rows: [{ ...interlock, until }] }, now).may).toBe(may);
    });

    it('says when it ends', () => {
      const rows = [pause({ until: '2026-03-03T08:00:00Z' })];
      expect(decideStanding('act', { rows }, now)).toEqual(
        paused('paused by ann until 2026-03-03T08:00:00Z: release freeze'),
      );
    });

    it('lets the interlock hold after it', () => {
      const rows = [pause({ until: '2026-03-02T11:00:00Z' }), interlock];
      expect(decideStanding('act', { rows }, now)).toMatchObject({ because: 'interlocked' });
    });

    it('lets another pause hold after it', () => {
      const rows = [pause({ until: '2026-03-02T11:00:00Z' }), pause({ switch: 'pause/all', by: 'bob' })];
      expect(decideStanding('act', { rows }, now)).toMatchObject({ reason: 'paused by bob: release freeze' });
    });

    it.each(['', 'tomorrow', '24.12.2026', '2026-13-01T00:00:00Z'])(
      'holds when the end %j cannot be read: what is not understood counts as set',
      (until) => {
        expect(decideStanding('act', { rows: [pause({ until })] }, now).may).toBe('tell');
        expect(decideStanding('act', { rows: [{ ...interlock, until }] }, now).may).toBe('tell');
      },
    );
  });
});

it('an area is bound by its own pause, the pause of everything and the interlock', () => {
  expect(switchesOf('images')).toEqual(['pause/images', 'pause/all', 'interlock']);
});
