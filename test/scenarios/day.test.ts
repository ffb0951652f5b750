import { describe, expect, it, jest } from '@jest/globals';
import { invariants } from '../../rehearsal/invariants/all.ts';
import { type Run, rehearse } from '../../rehearsal/rehearsal.ts';
import { summarize } from '../../rehearsal/report/summary.ts';
import { day } from '../../rehearsal/scenarios/day.ts';
import { identicalAlerts } from '../../rehearsal/scenarios/identical-alerts.ts';
import { rateLimited } from '../../rehearsal/scenarios/rate-limited.ts';

/** Virtual days, but real seconds, and more of them on a busy machine. */
jest.setTimeout(120_000);

/** The policy of the day only observes, and nothing is planted: `images` and `retention` act, `backups` has faults. */
const otherStories = [
  'a blocked image is enforced',
  'nothing in use is archived',
  'nothing in use is deleted',
  'every deletion is journalled',
  'no archive without evidence',
  'every planted fault is told in time',
  'only what is wrong is told',
];

const morning = { ...day, to: new Date('2026-11-24T08:00:00Z') };

/** Each seed's day is played once. */
const days = new Map<number, Promise<Run>>();

function playDay(seed: number): Promise<Run> {
  const played = days.get(seed) ?? rehearse(day, { seed });
  days.set(seed, played);
  return played;
}

describe('a day', () => {
  it('keeps every invariant, and looks at something for each', async () => {
    const run = await playDay(1);
    const { invariants: checks, alerts, awsCalls } = summarize(run, 0);
    expect(checks.flatMap(({ violations }) => violations)).toEqual([]);
    const idle = checks.filter(({ checked }) => checked === 0).map(({ name }) => name);
    expect(idle.filter((name) => !otherStories.includes(name))).toEqual([]);
    expect(alerts.lost).toBe(0);
    expect(awsCalls.throttled).toBeGreaterThan(0);
  });

  it('gives the same trace for the same seed, and another for another', async () => {
    const hashes = [];
    for (const seed of [7, 7]) hashes.push((await rehearse(morning, { seed })).trace.hash());
    expect(hashes[1]).toBe(hashes[0]);
    expect((await playDay(2)).trace.hash()).not.toBe((await playDay(1)).trace.hash());
  });

  it('holds for another seed too', async () => {
    const run = await playDay(2);
    expect(invariants.flatMap((invariant) => invariant.check(run).violations)).toEqual([]);
  });
});

describe('alerts', () => {
  it('tells a thousand identical alarms once in each sink of their route', async () => {
    const run = await rehearse(identicalAlerts, { seed: 1 });
    expect(invariants.flatMap((invariant) => invariant.check(run).violations)).toEqual([]);
    expect(run.slack.posts.map(({ text }) => text)).toEqual(['🔴 Alarm: aeon-dt-api-latency']);
  });

  it('delivers a hundred of a hundred when every tenth post is answered 429', async () => {
    const run = await rehearse(rateLimited, { seed: 1 });
    expect(invariants.flatMap((invariant) => invariant.check(run).violations)).toEqual([]);
    expect(new Set(run.slack.posts.map(({ text }) => text)).size).toBe(100);
    expect(run.slack.posts).toHaveLength(100);
  });
});
