import { describe, expect, it } from '@jest/globals';
import {
  decideFailover,
  type FailoverPolicy,
  type FailoverSituation,
  type FailoverState,
} from '../../../shared/failover/decide.ts';
import type { Quorum, RegionState } from '../../../shared/failover/quorum.ts';
import type { StandbyReadiness } from '../../../shared/failover/standby.ts';

const now = Date.parse('2026-11-24T03:00:00Z');

const policy: FailoverPolicy = {
  mode: 'act',
  start: 'automatic',
  suspectFor: 30,
  confirmFor: 120,
  cooldown: 60,
  rpoSeconds: 300,
};

const standby: StandbyReadiness = {
  at: now - 20_000,
  cluster: 'ACTIVE',
  pods: 'answer',
  replica: { status: 'available', lagSeconds: 2 },
  imagesMissing: [],
};

const quiet: FailoverState = { epoch: 4, writer: 'primary', armed: true };

function quorum(state: RegionState): Quorum {
  return {
    state,
    reason: `it is ${state}`,
    downFor: 120,
    canaryDownFor: 120,
    voices: { 'standby-probe': 'down', 'witness-probe': 'down', 'route-53': 'down' },
    fromTheFuture: 0,
  };
}

function decide(change: Partial<FailoverSituation> = {}): ReturnType<typeof decideFailover> {
  return decideFailover({ quorum: quorum('outage'), policy, state: quiet, standby, now, ...change });
}

const rulesOf = (change: Partial<FailoverSituation>): string[] =>
  decide(change).refusals.map(({ rule }) => rule);

describe('a failover', () => {
  it('starts with the next epoch when there is an outage and nothing speaks against it', () => {
    expect(decide()).toEqual({ move: 'start', epoch: 5, reason: 'it is outage', refusals: [] });
  });

  it.each([
    ['healthy', 'none'],
    ['blind', 'none'],
    ['suspect', 'prepare'],
    ['ask', 'ask'],
  ] as const)('of a Region that is %s: %s', (state, move) => {
    expect(decide({ quorum: quorum(state) }).move).toBe(move);
  });

  it.each<[string, Partial<FailoverSituation>]>([
    ['observe', { policy: { ...policy, mode: 'observe' } }],
    ['start-asks', { policy: { ...policy, start: 'ask' } }],
    ['unreadable', { state: { unreadable: 'AccessDenied' } }],
    ['paused', { paused: 'paused by ana: rebuilding the standby' }],
    ['maintenance', { maintenance: 'sun:04:00-sun:05:00' }],
    ['not-armed', { state: { ...quiet, armed: false } }],
    ['cooldown', { state: { ...quiet, lastRunEnded: now - 59 * 60_000 } }],
    ['standby-unfit', { standby: undefined }],
    ['standby-unfit', { standby: { ...standby, at: now - 181_000 } }],
    ['standby-unfit', { standby: { ...standby, cluster: 'UPDATING' } }],
    ['standby-unfit', { standby: { ...standby, pods: 'silent' } }],
    ['standby-unfit', { standby: { ...standby, pods: 'unknown' } }],
    ['standby-unfit', { standby: { ...standby, replica: { status: 'backing-up', lagSeconds: 1 } } }],
    ['standby-unfit', { standby: { ...standby, replica: { status: 'available' } } }],
    ['standby-unfit', { standby: { ...standby, replica: { status: 'available', lagSeconds: 301 } } }],
    ['standby-unfit', { standby: { ...standby, imagesMissing: 'unknown' } }],
    ['standby-unfit', { standby: { ...standby, imagesMissing: ['aeon-dt-api'] } }],
  ])('asks a person and says why: %s', (rule, change) => {
    expect(decide(change).move).toBe('ask');
    expect(rulesOf(change)).toEqual([rule]);
  });

  it.each<[string, Partial<FailoverSituation>]>([
    ['open-run', { state: { ...quiet, openRun: 'failover-5' } }],
    ['not-the-writer', { state: { ...quiet, writer: 'standby' } }],
  ])('neither starts nor asks again: %s', (rule, change) => {
    for (const state of ['outage', 'ask', 'suspect'] as const) {
      expect(decide({ ...change, quorum: quorum(state) })).toMatchObject({
        move: 'none',
        refusals: [{ rule }],
      });
    }
  });

  it('starts again when the cooldown is over', () => {
    expect(decide({ state: { ...quiet, lastRunEnded: now - 60 * 60_000 } }).move).toBe('start');
  });

  it('names all that speaks against it, not only the first', () => {
    expect(
      rulesOf({
        policy: { ...policy, mode: 'observe', start: 'ask' },
        paused: 'paused by ana: rebuilding the standby',
        standby: { ...standby, cluster: 'FAILED', pods: 'silent' },
      }),
    ).toEqual(['observe', 'paused', 'standby-unfit', 'standby-unfit', 'start-asks']);
  });
});
