import { describe, expect, it } from '@jest/globals';
import { readUntil } from '../../../cli/pause/until.ts';

const now = new Date('2026-03-02T08:00:00Z');

describe('readUntil', () => {
  it.each([
    ['30m', '2026-03-02T08:30:00.000Z'],
    ['4h', '2026-03-02T12:00:00.000Z'],
    ['2d', '2026-03-04T08:00:00.000Z'],
    ['1d12h30m', '2026-03-03T20:30:00.000Z'],
    ['2026-03-02T08:00:01Z', '2026-03-02T08:00:01.000Z'],
    ['2026-03-02T09:00+00:30', '2026-03-02T08:30:00.000Z'],
    ['30d', '2026-04-01T08:00:00.000Z'],
  ])('%s is %s', (given, until) => {
    expect(readUntil(given, now).toISOString()).toBe(until);
  });

  it.each([
    ['', 'is no time'],
    ['tomorrow', 'is no time'],
    ['4', 'is no time'],
    ['4h30', 'is no time'],
    ['-4h', 'is no time'],
    ['1.5h', 'is no time'],
    ['2026-03-03', 'is no time'],
    ['2026-03-03T06:00:00', 'is no time'],
    ['2026-03-33T06:00:00Z', 'is no time'],
    ['0h', 'not in the future'],
    ['2026-03-02T08:00:00Z', 'not in the future'],
    ['2025-03-02T08:00:00Z', 'not in the future'],
    ['30d1m', 'more than 30 days'],
    ['999999d', 'more than 30 days'],
    ['2026-04-01T08:00:01Z', 'more than 30 days'],
  ])('%j is refused: it %s', (given, why) => {
    expect(() => readUntil(given, now)).toThrow(
      expect.objectContaining({ name: 'MisuseError', message: expect.stringContaining(why) }),
    );
  });
});
