import { describe, expect, it, jest } from '@jest/globals';
import opsPolicy from '../../ops.config.ts';
import { everyInvocationEndsWell } from '../../rehearsal/invariants/every-invocation-ends-well.ts';
import { entriesOf } from '../../rehearsal/invariants/invariant.ts';
import { nothingIsDenied } from '../../rehearsal/invariants/nothing-is-denied.ts';
import { type Run, rehearse } from '../../rehearsal/rehearsal.ts';
import type { Scenario, Stage } from '../../rehearsal/scenario.ts';

/** Virtual hours, but real seconds, and more of them on a busy machine. */
jest.setTimeout(60_000);

const [{ host } = { host: '' }] = Object.values(opsPolicy.databases.instances);

function story(play: (stage: Stage) => void): Scenario {
  return {
    name: 'heartbeat',
    summary: 'an hour of heartbeats',
    from: new Date('2026-11-24T00:00:00Z'),
    to: new Date('2026-11-24T01:00:00Z'),
    play,
  };
}

function outcomesOf(run: Run): unknown[] {
  return entriesOf(run, 'log')
    .filter(({ entry }) => entry.function === 'aeon-ops-write-heartbeat' && entry.message === 'outcome')
    .map(({ entry }) => entry.facts.outcome);
}

function alarmsOf(run: Run): string[] {
  return entriesOf(run, 'alarm').map(({ entry }) => `${entry.name} ${entry.to}`);
}

describe('an hour of heartbeats', () => {
  it('is written minute by minute, with what the stacks allow', async () => {
    const run = await rehearse(
      story(() => undefined),
      { seed: 1 },
    );
    const outcomes = outcomesOf(run);
    expect(outcomes.length).toBeGreaterThanOrEqual(58);
    expect(new Set(outcomes)).toEqual(new Set(['written']));
    expect(alarmsOf(run)).toEqual([]);
    expect(nothingIsDenied.check(run).violations).toEqual([]);
    expect(everyInvocationEndsWell.check(run).violations).toEqual([]);
    const { heartbeat } = run.account.databases.at(host).content;
    expect(Date.parse('2026-11-24T01:00:00Z') - (heartbeat?.at.getTime() ?? 0)).toBeLessThan(150_000);
  });

  it('is told when a database takes none', async () => {
    const run = await rehearse(
      story(({ at, account: { databases } }) => {
        at('00:10', () => {
          databases.fails = () => 'unreachable';
        });
        at('00:25', () => {
          databases.fails = undefined;
        });
      }),
      { seed: 1 },
    );
    expect(alarmsOf(run)).toEqual([
      'aeon-ops-heartbeats-unwritten ALARM',
      'aeon-ops-heartbeats-unwritten OK',
    ]);
    expect(outcomesOf(run).at(-1)).toBe('written');
  });

  it('wakes nobody for a database that fails over within two minutes', async () => {
    const run = await rehearse(
      story(({ at, account: { databases } }) => {
        at('00:10', () => {
          databases.fails = () => 'unreachable';
        });
        at('00:12', () => {
          databases.fails = undefined;
        });
      }),
      { seed: 1 },
    );
    expect(outcomesOf(run)).toContain('missed');
    expect(alarmsOf(run)).toEqual([]);
  });

  it('ends where another writer is named, and leaves its row alone', async () => {
    const run = await rehearse(
      story(({ at, account: { databases } }) =>
        at('00:30', () => {
          const at = new Date('2026-11-24T00:30:00Z');
          databases.at(host).content.heartbeat = { writer: 'us-west-2', epoch: 2, at };
        }),
      ),
      { seed: 1 },
    );
    expect(outcomesOf(run).at(-1)).toBe('fenced');
    expect(run.account.databases.at(host).content.heartbeat?.at).toEqual(new Date('2026-11-24T00:30:00Z'));
  });
});
