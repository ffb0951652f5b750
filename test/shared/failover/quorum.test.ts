import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { decideQuorum, lookBack, worstDetection } from '../../../shared/failover/quorum.ts';
import { markOf, type Sight, type Voice, type Vote, voices } from '../../../shared/failover/vote.ts';

const policy = { suspectFor: 30, confirmFor: 120 };
const now = Date.parse('2026-11-24T03:00:04Z');
/** The newest mark that counts: the one under way has not settled. */
const newest = Date.parse('2026-11-24T02:59:50Z');

interface Look {
  readonly endpoint: Sight;
  readonly canary?: Sight;
}

/** What each voice saw at the newest `marks` marks. */
function seen(marks: number, looks: Partial<Record<Voice, Look>>, skip = 0): Vote[] {
  return Array.from({ length: marks }, (_, index) => newest - (skip + index) * 10_000).flatMap((at) =>
    voices.flatMap((voice) => {
      const look = looks[voice];
      return look === undefined ? [] : [{ voice, at, ...look }];
    }),
  );
}

const dark = { endpoint: 'down', canary: 'down' } as const;
const badDeploy = { endpoint: 'down', canary: 'up' } as const;
const fine = { endpoint: 'up', canary: 'up' } as const;

const state = (votes: readonly Vote[]): string => decideQuorum(votes, policy, now).state;

describe('the state of the Region', () => {
  it.each([
    [
      'all see it up',
      seen(30, { 'standby-probe': fine, 'witness-probe': fine, 'route-53': fine }),
      'healthy',
    ],
    [
      'one of three sees it down',
      seen(30, { 'standby-probe': dark, 'witness-probe': fine, 'route-53': fine }),
      'healthy',
    ],
    ['two of three see it down for 20 s', seen(2, { 'standby-probe': dark, 'route-53': dark }), 'healthy'],
    ['two of three see it down for 30 s', seen(3, { 'standby-probe': dark, 'route-53': dark }), 'suspect'],
    [
      'all see all of it down for 110 s',
      seen(11, { 'standby-probe': dark, 'witness-probe': dark, 'route-53': dark }),
      'suspect',
    ],
    [
      'all see all of it down for 120 s',
      seen(12, { 'standby-probe': dark, 'witness-probe': dark, 'route-53': dark }),
      'outage',
    ],
    [
      'two probes see all of it down, and the checkers nothing',
      seen(12, { 'standby-probe': dark, 'witness-probe': dark }),
      'outage',
    ],
    [
      'the platform is down in a Region that is up',
      seen(12, { 'standby-probe': badDeploy, 'witness-probe': badDeploy, 'route-53': { endpoint: 'down' } }),
      'ask',
    ],
    [
      'one probe alone still sees the canary',
      seen(12, { 'standby-probe': dark, 'witness-probe': badDeploy, 'route-53': { endpoint: 'down' } }),
      'ask',
    ],
    [
      'only one probe looks at the canary',
      seen(12, { 'standby-probe': dark, 'route-53': { endpoint: 'down' } }),
      'ask',
    ],
    ['nobody says anything', [], 'blind'],
    ['one voice is left, and it sees it down', seen(30, { 'standby-probe': dark }), 'blind'],
    ['one voice is left, and it sees it up', seen(30, { 'route-53': fine }), 'blind'],
    [
      'two disagree and the third is blind',
      seen(30, { 'standby-probe': dark, 'witness-probe': fine, 'route-53': { endpoint: 'blind' } }),
      'blind',
    ],
    [
      'all say that they are blind',
      seen(30, {
        'standby-probe': { endpoint: 'blind' },
        'witness-probe': { endpoint: 'blind' },
        'route-53': { endpoint: 'blind' },
      }),
      'blind',
    ],
  ])('%s', (_case, votes, expected) => {
    expect(state(votes)).toBe(expected);
  });

  it('does not count a mark that has not settled', () => {
    const early = seen(12, { 'standby-probe': dark, 'witness-probe': dark }, -1);
    expect(decideQuorum(early, policy, now).downFor).toBe(110);
    expect(decideQuorum(early, policy, now + 10_000).downFor).toBe(120);
  });

  it('outlasts a gap of 30 s, which counts for nothing', () => {
    const both = { 'standby-probe': dark, 'witness-probe': dark };
    const gap = (marks: number): Vote[] => [...seen(6, both), ...seen(6, both, 6 + marks)];
    expect(decideQuorum(gap(3), policy, now)).toMatchObject({ state: 'outage', downFor: 120 });
    expect(decideQuorum(gap(4), policy, now)).toMatchObject({ state: 'suspect', downFor: 60 });
  });

  it('starts to count anew after one mark at which a majority saw it up', () => {
    const both = { 'standby-probe': dark, 'witness-probe': dark };
    const broken = [
      ...seen(5, both),
      ...seen(1, { 'standby-probe': fine, 'route-53': fine }, 5),
      ...seen(20, both, 6),
    ];
    expect(decideQuorum(broken, policy, now)).toMatchObject({ state: 'suspect', downFor: 50 });
  });

  it('is healthy as soon as a majority sees it up', () => {
    const both = { 'standby-probe': dark, 'witness-probe': dark };
    expect(state([...seen(1, { 'standby-probe': fine, 'witness-probe': fine }), ...seen(12, both, 1)])).toBe(
      'healthy',
    );
  });

  it('says when the run began, who sees what, and for how long', () => {
    const quorum = decideQuorum(
      seen(12, { 'standby-probe': dark, 'witness-probe': dark, 'route-53': fine }),
      policy,
      now,
    );
    expect(quorum.downSince).toBe(Date.parse('2026-11-24T02:58:00Z'));
    expect(quorum.reason).toBe(
      'the endpoint is down for 120 s and the canary of the Region for 120 s: standby-probe down, witness-probe down, route-53 up',
    );
  });

  it('counts no vote of a clock that is ahead, and says that there were some', () => {
    const ahead = seen(12, { 'standby-probe': dark, 'witness-probe': dark }, -30);
    expect(decideQuorum(ahead, policy, now)).toMatchObject({ state: 'blind', fromTheFuture: 24 });
  });
});

describe('whatever the votes', () => {
  /** Mostly down, so that about one in three is an outage. */
  const sight = fc.oneof(
    { weight: 60, arbitrary: fc.constant<Sight>('down') },
    { weight: 1, arbitrary: fc.constantFrom<Sight>('up', 'blind') },
  );
  const look = fc.record({ endpoint: sight, canary: sight });
  /** At every mark none, one or two looks of each voice: an invocation may run twice, or not at all. */
  const looks = fc.oneof(
    { weight: 9, arbitrary: fc.tuple(look) },
    { weight: 1, arbitrary: fc.array(look, { maxLength: 2 }) },
  );
  const anyVotes = fc
    .array(fc.tuple(...voices.map(() => looks)), { minLength: 14, maxLength: 32, size: 'max' })
    .map((marks) =>
      marks.flatMap((looks, index) =>
        voices.flatMap((voice, of) =>
          (looks[of] ?? []).map((one) => ({ voice, at: newest - (index - 2) * 10_000, ...one })),
        ),
      ),
    );

  it('their order is of no matter, and a vote that is told twice changes nothing', () => {
    fc.assert(
      fc.property(anyVotes, (votes) => {
        expect(decideQuorum([...votes, ...votes].reverse(), policy, now)).toEqual(
          expect.objectContaining({ ...decideQuorum(votes, policy, now), fromTheFuture: expect.anything() }),
        );
      }),
    );
  });

  it('there are outages among them', () => {
    const states = fc.sample(anyVotes, { numRuns: 300, seed: 1 }).map(state);
    expect(states.filter((one) => one === 'outage').length).toBeGreaterThan(50);
  });

  it('an outage has two voices that saw the endpoint down at twelve marks, and both probes the canary', () => {
    fc.assert(
      fc.property(anyVotes, (votes) => {
        if (state(votes) !== 'outage') return;
        const sawDown = (of: readonly Voice[], key: 'endpoint' | 'canary', at: number): number =>
          of.filter((voice) => {
            const cast = votes.filter((vote) => vote.voice === voice && vote.at === at);
            return cast.length > 0 && cast.every((vote) => vote[key] === 'down');
          }).length;
        const marks = [...new Set(votes.map(({ at }) => at))].filter((at) => at <= newest);
        expect(marks.filter((at) => sawDown(voices, 'endpoint', at) >= 2).length).toBeGreaterThanOrEqual(12);
        expect(
          marks.filter((at) => sawDown(['standby-probe', 'witness-probe'], 'canary', at) === 2).length,
        ).toBeGreaterThanOrEqual(12);
      }),
      { numRuns: 500 },
    );
  });

  it('to see nothing instead of down never brings an outage', () => {
    const blinded = (one: Sight): Sight => (one === 'down' ? 'blind' : one);
    fc.assert(
      fc.property(anyVotes, fc.nat(), (votes, pick) => {
        const fewer = votes.map((vote, index) =>
          index === pick % votes.length
            ? { ...vote, endpoint: blinded(vote.endpoint), canary: blinded(vote.canary) }
            : vote,
        );
        if (state(votes) !== 'outage') expect(state(fewer)).not.toBe('outage');
      }),
      { numRuns: 500 },
    );
  });

  it('votes older than it looks back are of no matter', () => {
    fc.assert(
      fc.property(anyVotes, (votes) => {
        const kept = votes.filter(({ at }) => at >= newest - lookBack(policy) * 1000);
        expect(decideQuorum(kept, policy, now)).toEqual(decideQuorum(votes, policy, now));
      }),
    );
  });
});

it('puts a moment to the mark before it', () => {
  expect(markOf(Date.parse('2026-11-24T03:00:09.999Z'))).toBe(Date.parse('2026-11-24T03:00:00Z'));
});

it('detects an outage within two and a half minutes', () => {
  expect(worstDetection(policy, 5)).toBe(145);
});
