import { describe, expect, it } from '@jest/globals';
import { type Approval, decideAnswer } from '../../../shared/failover/answer.ts';
import { kindOfFailure, retryAfter } from '../../../shared/failover/classify.ts';
import {
  closing,
  committing,
  type FencedState,
  opening,
  untouchedState,
} from '../../../shared/failover/fence.ts';
import { lossOfPoint, lossOfReplica } from '../../../shared/failover/loss.ts';
import type { StandbyReadiness } from '../../../shared/failover/standby.ts';
import { type DatabaseSight, decideWay, type WayOption } from '../../../shared/failover/ways.ts';

const t0 = Date.parse('2026-03-02T08:00:00Z');

describe('the loss of a promotion', () => {
  const seen = (at: number, lagSeconds?: number): StandbyReadiness => ({
    at,
    cluster: 'ACTIVE',
    pods: 'answer',
    replica: { status: 'available', ...(lagSeconds !== undefined && { lagSeconds }) },
    imagesMissing: [],
  });

  it.each([
    ['the lag, when it was read as the primary ended', seen(t0, 20), 20],
    ['the same, however long after the end it was read', seen(t0 + 100_000, 120), 20],
    ['with what may have been written after it was read', seen(t0 - 60_000, 20), 80],
    ['nothing, when all was replayed', seen(t0 + 30_000, 5), 0],
  ])('is %s', (_what, readiness, seconds) => {
    expect(lossOfReplica(readiness, t0)).toEqual({ seconds });
  });

  it.each([
    ['without a look', undefined],
    ['without a lag', seen(t0)],
  ])('is unknown %s', (_what, readiness) => {
    expect(lossOfReplica(readiness, t0)).toHaveProperty('unknown');
  });
});

describe('the way to a database', () => {
  const policy = { rpoSeconds: 300 };
  const replica = (seconds: number, status = 'available') => ({ status, isReplica: true, loss: { seconds } });
  const point = { loss: lossOfPoint(t0 - 3_600_000, t0) };

  it.each<[string, DatabaseSight, string]>([
    ['promotes within the RPO', { replica: replica(300), point }, 'take promote'],
    ['asks beyond it, the least loss first', { replica: replica(301), point }, 'ask promote,restore'],
    [
      'offers the restore first where it loses less',
      { replica: replica(9000), point },
      'ask restore,promote',
    ],
    [
      'asks where nobody knows the loss',
      { replica: { ...replica(0), loss: { unknown: 'no lag' } } },
      'ask promote',
    ],
    ['asks for a restore where there is no replica', { point }, 'ask restore'],
    ['never promotes a replica that has failed', { replica: replica(0, 'failed'), point }, 'ask restore'],
    ['restores without asking within the RPO', { point: { loss: { seconds: 200 } } }, 'take restore'],
    ['waits with one that is being backed up', { replica: replica(0, 'backing-up') }, 'take promote'],
    [
      'takes what was promoted already',
      { replica: { ...replica(9000), isReplica: false }, point },
      'take promote',
    ],
    ['has none', {}, 'none'],
  ])('%s', (_what, sight, expected) => {
    const decision = decideWay(sight, policy);
    const says = {
      take: () => (decision.end === 'take' ? ` ${decision.option.way}` : ''),
      ask: () => (decision.end === 'ask' ? ` ${decision.options.map(({ way }) => way).join(',')}` : ''),
      none: () => '',
    };
    expect(`${decision.end}${says[decision.end]()}`).toBe(expected);
  });
});

describe('the answer of people', () => {
  const options: WayOption[] = [
    { way: 'promote', loss: { seconds: 900 } },
    { way: 'restore', loss: { seconds: 3600 } },
  ];
  const policy = { people: ['ann', 'ben', 'cem'], whenSilent: 'restore' } as const;
  const says = (by: string, choice: Approval['choice'], minute = 0): Approval => ({
    by,
    choice,
    at: new Date(t0 + minute * 60_000).toISOString(),
  });

  it.each<[string, Approval[], boolean, string]>([
    ['waits for the second', [says('ann', 'promote')], false, 'wait'],
    ['takes what two choose', [says('ann', 'promote'), says('ben', 'promote')], false, 'take promote'],
    ['counts nobody twice', [says('ann', 'promote'), says('ann', 'promote', 1)], false, 'wait'],
    [
      'counts nobody whom the policy does not name',
      [says('ann', 'promote'), says('eve', 'promote')],
      false,
      'wait',
    ],
    ['adds no different choices', [says('ann', 'promote'), says('ben', 'restore')], false, 'wait'],
    [
      'goes by the last word',
      [says('ben', 'promote'), says('ann', 'restore'), says('ann', 'promote', 1)],
      false,
      'take promote',
    ],
    [
      'is stopped by one refusal',
      [says('ann', 'promote'), says('ben', 'promote'), says('cem', 'refuse')],
      false,
      'stop',
    ],
    [
      'is no more stopped by one who thought better',
      [says('ann', 'refuse'), says('ann', 'promote', 1), says('ben', 'promote')],
      false,
      'take promote',
    ],
    ['restores in silence', [], true, 'take restore'],
    ['restores where one alone has answered', [says('ann', 'promote')], true, 'take restore'],
  ])('%s', (_what, approvals, isOver, expected) => {
    const decision = decideAnswer(approvals, options, policy, isOver);
    expect(decision.end === 'take' ? `take ${decision.option.way}` : decision.end).toBe(expected);
  });

  it('stops in silence where the policy says so, or nothing can be restored', () => {
    expect(decideAnswer([], options, { ...policy, whenSilent: 'stop' }, true).end).toBe('stop');
    expect(decideAnswer([], options.slice(0, 1), policy, true).end).toBe('stop');
  });
});

describe('the fence', () => {
  const run = { name: 'failover-2', execution: 'arn:2' };
  const opened: FencedState = {
    epoch: 2,
    writer: 'primary',
    openRun: run.name,
    openedBy: run.execution,
    version: 3,
  };

  it.each<[string, FencedState, string]>([
    ['takes a new epoch', untouchedState, 'write'],
    ['takes the run that has opened it', opened, 'done'],
    ['refuses another run of the epoch', { ...opened, openedBy: 'arn:other' }, 'refused'],
    ['refuses a past epoch', { ...untouchedState, epoch: 2 }, 'refused'],
    ['refuses a run while the standby writes', { ...untouchedState, epoch: 1, writer: 'standby' }, 'refused'],
  ])('%s', (_what, state, end) => {
    expect(opening(state, { epoch: 2 }, run).end).toBe(end);
  });

  it('changes the writer for the open run alone', () => {
    expect(committing(opened, run)).toMatchObject({
      end: 'write',
      state: { writer: 'standby', openRun: run.name },
    });
    expect(committing({ ...opened, writer: 'standby' }, run).end).toBe('done');
    expect(committing({ ...opened, openedBy: 'arn:other' }, run).end).toBe('refused');
    expect(committing(untouchedState, run)).toMatchObject({
      end: 'refused',
      reason: expect.stringContaining('epoch is 0'),
    });
  });

  it('is opened again by its end, once', () => {
    const closed = closing(opened, run, new Date(t0), false);
    expect(closed).toEqual({
      end: 'write',
      state: { epoch: 2, writer: 'primary', lastRunEnded: t0, version: 3 },
    });
    expect(closing(untouchedState, run, new Date(t0), false).end).toBe('done');
  });

  it('says which run stopped halfway, until another one is opened', () => {
    const closed = closing(opened, run, new Date(t0), true);
    if (closed.end !== 'write') throw new Error(closed.end);
    expect(closed.state.halfway).toBe(run.name);
    expect(closed.state.openRun).toBeUndefined();
    const again = opening(closed.state, { epoch: 3 }, { name: 'failover-3', execution: 'arn:3' });
    expect(again).toMatchObject({ end: 'write', state: { openRun: 'failover-3' } });
    expect(again.end === 'write' && again.state.halfway).toBeUndefined();
  });
});

describe('a failure', () => {
  it.each([
    ['AccessDenied', 'permanent'],
    ['AccessDeniedException', 'permanent'],
    ['DBInstanceNotFoundFault', 'permanent'],
    ['ValidationException', 'permanent'],
    ['InvalidParameterException', 'permanent'],
    ['ThrottlingException', 'passing'],
    ['TimeoutError', 'passing'],
    ['InternalServerError', 'passing'],
    ['Error', 'passing'],
  ])('%s is %s', (name, kind) => {
    expect(kindOfFailure({ name })).toBe(kind);
  });

  it('that may pass is tried again, ever later, and not for ever', () => {
    const waits = [1, 2, 3, 4, 5, 6].map((attempt) => retryAfter({ name: 'TimeoutError' }, attempt, 6));
    expect(waits).toEqual([1, 2, 4, 8, 10, undefined]);
    expect(retryAfter({ name: 'AccessDenied' }, 1, 6)).toBeUndefined();
  });
});
