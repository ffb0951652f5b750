import { describe, expect, it } from '@jest/globals';
import { caseOf, inState } from '../../../../functions/images/quarantine-image/case.ts';
import { daysOverdue, fixByOf } from '../../../../functions/images/quarantine-image/fix-by.ts';
import { digest } from '../../../builders.ts';
import { blocked, now, quarantineCase } from './builders.ts';
import { policy } from './stand.ts';

const facts = {
  record: blocked,
  kind: 'image',
  tags: blocked.tags,
  members: [{ digest, kind: 'image' }],
} as const;

describe('the date by which a blocked image has to be replaced', () => {
  it.each([
    ['the worst severity that blocks', { CRITICAL: 1, HIGH: 4 }, 'CRITICAL', '2026-03-09T08:00:05.000Z'],
    ['no severity that does not block', { HIGH: 1, MEDIUM: 3 }, 'HIGH', '2026-04-01T08:00:05.000Z'],
    ['all severities, when none blocks any more', { LOW: 1 }, 'CRITICAL', '2026-03-09T08:00:05.000Z'],
  ])('is counted by %s', (_what, counts, severity, at) => {
    expect(fixByOf({ ...blocked, counts }, blocked.since, policy)).toEqual({ severity, at });
  });

  it('moves to an earlier moment when something worse is found, and never to a later one', () => {
    const high = caseOf({ ...facts, record: { ...blocked, counts: { HIGH: 1 } } }, undefined, policy);
    expect(high.fixBy).toBe('2026-04-01T08:00:05.000Z');
    const critical = caseOf(facts, high, policy);
    expect(critical.fixBy).toBe('2026-03-09T08:00:05.000Z');
    const again = { ...blocked, counts: { HIGH: 1 }, since: '2026-03-05T00:00:00.000Z' };
    expect(caseOf({ ...facts, record: again }, critical, policy)).toMatchObject({
      fixBy: '2026-03-09T08:00:05.000Z',
      blockedSince: blocked.since,
    });
  });

  it('begins anew with a new block', () => {
    const since = '2026-03-20T00:00:00.000Z';
    const closed = quarantineCase({ state: 'released' });
    expect(caseOf({ ...facts, record: { ...blocked, since } }, closed, policy)).toMatchObject({
      blockedSince: since,
      fixBy: '2026-03-27T00:00:00.000Z',
      archived: [],
      version: closed.version,
    });
  });

  it.each([
    ['before it', '2026-03-09T08:00:04.999Z', 0],
    ['at it', '2026-03-09T08:00:05.000Z', 1],
    ['a day later', '2026-03-10T08:00:05.000Z', 2],
  ])('is so many days ago %s', (_when, at, days) => {
    expect(daysOverdue('2026-03-09T08:00:05.000Z', new Date(at))).toBe(days);
  });
});

describe('what is to be told of a case', () => {
  const told = quarantineCase({
    telling: { outcome: 'quarantined', which: '', since: '2026-03-02T08:00:07.000Z', isTold: true },
  });

  it('is told once for as long as it is so', () => {
    expect(inState(told, { state: 'archived', reason: 'as before' }, now).telling).toEqual(told.telling);
  });

  it('stays what it was while a call is under way', () => {
    expect(inState(told, { state: 'archiving', reason: 'again' }, now).telling).toEqual(told.telling);
  });

  it.each([
    [{ state: 'held', heldBy: 'in-use' }, 'held', 'in-use'],
    [{ state: 'watched', because: 'observe' }, 'observed', ''],
    [{ state: 'watched', because: 'suspended' }, 'suspended', ''],
    [{ state: 'failed' }, 'failed', ''],
    [{ state: 'restoring' }, 'released', ''],
    [{ state: 'gone' }, 'gone', ''],
  ] as const)('is another thing in another state: %j', (state, outcome, which) => {
    expect(inState(told, { ...state, reason: 'because' }, now).telling).toEqual({
      outcome,
      which,
      since: now.toISOString(),
      isTold: false,
    });
  });

  it.each([
    ['while it is held', { state: 'held', heldBy: 'in-use' }],
    ['while everything is paused', { state: 'watched', because: 'suspended' }],
  ] as const)('is told anew each day once the time to replace it is over: %s', (_when, state) => {
    const atDay = (days: number): Date => new Date(Date.parse(told.fixBy) + days * 24 * 60 * 60_000);
    const telling = (days: number) => inState(told, { ...state, reason: 'because' }, atDay(days)).telling;
    expect(telling(-0.1)?.outcome).not.toBe('overdue');
    expect(telling(0)).toMatchObject({ outcome: 'overdue', which: '1', isTold: false });
    expect(telling(1.5)).toMatchObject({ outcome: 'overdue', which: '2' });
  });

  it('has no time to be replaced in where it would be archived if that were not only observed', () => {
    const late = new Date(Date.parse(told.fixBy) + 1);
    const observed = inState(told, { state: 'watched', because: 'observe', reason: 'because' }, late);
    expect(observed.telling?.outcome).toBe('observed');
  });

  it('is told again when it was undone once more', () => {
    const undone = inState({ ...told, undone: 1 }, { state: 'archived', reason: 'again' }, now);
    expect(undone.telling).toMatchObject({ outcome: 'reasserted', which: '1', isTold: false });
  });
});
