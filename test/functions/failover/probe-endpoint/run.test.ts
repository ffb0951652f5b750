import { describe, expect, it } from '@jest/globals';
import { voteOf } from '../../../../functions/failover/probe-endpoint/look.ts';
import { probeAt } from '../../../../functions/failover/probe-endpoint/run.ts';
import { type ShiftDeps, shift } from '../../../../shared/failover/shift.ts';
import type { Vote } from '../../../../shared/failover/vote.ts';
import { RetryableError } from '../../../../shared/lambda/errors.ts';
import type { HttpsAnswer, HttpsGet } from '../../../../shared/lambda/world.ts';
import { policy } from '../../../builders.ts';

const { endpoints } = policy.failover;
const mark = Date.parse('2026-11-24T03:00:10Z');

type Answers = Readonly<Record<'primary' | 'canary' | 'standby', Partial<HttpsAnswer> | Error>>;

const well: Answers = {
  primary: { body: `{"status":${endpoints.body}}` },
  canary: { body: 'healthy' },
  standby: { body: endpoints.body },
};

const mute = new RetryableError('no answer within 5000 ms');

function network(answers: Answers): HttpsGet {
  return async ({ url }) => {
    const { hostname } = new URL(url);
    const which =
      hostname === endpoints.primary ? 'primary' : hostname === endpoints.standby ? 'standby' : 'canary';
    const answer = answers[which];
    if (answer instanceof Error) throw answer;
    return { status: 200, headers: {}, body: '', ...answer };
  };
}

async function voteIn(answers: Answers): Promise<Vote> {
  const written: Vote[] = [];
  const votes = { write: async (vote: Vote) => written.push(vote) > 0, since: async () => [] };
  const get = network(answers);
  await probeAt(mark, {
    voice: 'witness-probe',
    votes,
    get,
    policy,
    log: () => undefined,
    decide: undefined,
  });
  const [vote] = written;
  if (vote === undefined) throw new Error('no vote was written');
  return vote;
}

describe('a vote', () => {
  it.each<[what: string, answers: Partial<Answers>, endpoint: Vote['endpoint'], canary: Vote['canary']]>([
    ['all is well', {}, 'up', 'up'],
    ['the endpoint is mute', { primary: mute }, 'down', 'up'],
    ['the endpoint answers 503', { primary: { status: 503 } }, 'down', 'up'],
    ['the endpoint answers without its body', { primary: { body: 'starting' } }, 'down', 'up'],
    ['the endpoint redirects', { primary: { status: 302 } }, 'down', 'up'],
    [
      'its certificate is not valid',
      { primary: new RetryableError('gave no answer (certificate has expired)') },
      'down',
      'up',
    ],
    ['the Region is gone', { primary: mute, canary: mute }, 'down', 'down'],
    [
      'the Region is gone, and the standby not ready yet',
      { primary: mute, canary: mute, standby: { status: 503 } },
      'down',
      'down',
    ],
    ['nothing answers from here', { primary: mute, canary: mute, standby: mute }, 'blind', 'blind'],
  ])('when %s', async (_what, answers, endpoint, canary) => {
    expect(await voteIn({ ...well, ...answers })).toMatchObject({ at: mark, endpoint, canary });
  });

  it('says in a few words what was seen', async () => {
    const { saw } = await voteIn({ ...well, primary: { status: 503 } });
    expect(saw).toBe('endpoint: status 503; canary: ready; standby: ready');
  });

  it('is blind of the whole Region rather than down, for it takes an answer to be sure of the way', () => {
    const unseen = { isUp: false, isAnswered: false, saw: 'nothing' };
    expect(
      voteOf('standby-probe', mark, { endpoint: unseen, canary: unseen, standby: unseen }),
    ).toMatchObject({
      endpoint: 'blind',
      canary: 'blind',
    });
  });
});

/** A clock that is turned by whoever sleeps. */
function clock(start: string): Pick<ShiftDeps, 'now' | 'sleep'> & { readonly pass: (ms: number) => void } {
  let now = Date.parse(start);
  const pass = (ms: number): void => {
    now += ms;
  };
  return { now: () => new Date(now), sleep: async (ms) => pass(ms), pass };
}

interface Shift {
  readonly start: string;
  readonly scheduledTime?: string;
  readonly lookMs?: number;
  readonly fails?: boolean;
}

async function marksOf({ start, scheduledTime = start, lookMs = 200, fails = false }: Shift) {
  const { now, sleep, pass } = clock(start);
  const end = now().getTime() + 75_000;
  const context = { getRemainingTimeInMillis: () => end - now().getTime() };
  const marks: string[] = [];
  const logged: string[] = [];
  const log: ShiftDeps['log'] = (_level, message) => void logged.push(message);
  const outcome = shift(
    { scheduledTime, context },
    { voice: 'witness-probe', now, sleep, log },
    async (at) => {
      marks.push(new Date(at).toISOString().slice(14, 19));
      pass(lookMs);
      if (fails) throw new Error('the table does not answer');
    },
  );
  await Promise.allSettled([outcome]);
  return { marks, logged, outcome, end, now };
}

describe('a shift', () => {
  it('works at each tenth second, until there is no time for another look', async () => {
    const { marks, outcome, end, now } = await marksOf({ start: '2026-11-24T03:00:03.100Z' });
    expect(marks).toEqual(['00:10', '00:20', '00:30', '00:40', '00:50', '01:00']);
    expect(await outcome).toMatchObject({ outcome: 'looked', reason: 'at 6 marks' });
    expect(now().getTime()).toBeLessThan(end - 1000);
  });

  it('works at a mark that it begins on', async () => {
    const { marks } = await marksOf({ start: '2026-11-24T03:00:00.000Z' });
    expect(marks[0]).toBe('00:00');
  });

  it('hands over to one that begins on time, and leaves a gap before one that is late', async () => {
    const first = await marksOf({ start: '2026-11-24T03:00:02Z' });
    const onTime = await marksOf({ start: '2026-11-24T03:01:02Z' });
    const late = await marksOf({ start: '2026-11-24T03:01:55Z', scheduledTime: '2026-11-24T03:01:00Z' });
    expect([first.marks.at(-1), onTime.marks[0], late.marks[0]]).toEqual(['01:00', '01:10', '02:00']);
  });

  it('is late at the mark after a look that ran over, and leaves out what is over', async () => {
    const { marks } = await marksOf({ start: '2026-11-24T03:00:00Z', lookMs: 23_000 });
    expect(marks).toEqual(['00:00', '00:20', '00:40']);
  });

  it('is left to others when it comes long after its time', async () => {
    const { marks, outcome } = await marksOf({
      start: '2026-11-24T03:03:00Z',
      scheduledTime: '2026-11-24T03:00:00Z',
    });
    expect(marks).toEqual([]);
    expect(await outcome).toMatchObject({ outcome: 'late' });
  });

  it('goes on after a mark that failed, says so at each, and fails in the end', async () => {
    const { marks, logged, outcome } = await marksOf({ start: '2026-11-24T03:00:00Z', fails: true });
    await expect(outcome).rejects.toThrow(
      '7 of 7 marks failed, the first with Error: the table does not answer',
    );
    expect(marks).toHaveLength(7);
    expect(logged).toEqual(marks.map(() => 'mark failed'));
  });
});

describe('a probe', () => {
  const deps = {
    voice: 'standby-probe' as const,
    get: network(well),
    policy,
    log: () => undefined,
  };

  it('leaves the decision to the run whose vote was first', async () => {
    let decided = 0;
    const decide = async () => {
      decided += 1;
      return { outcome: 'quiet', reason: '', subject: '' };
    };
    const votes = (isFirst: boolean) => ({ write: async () => isFirst, since: async () => [] });
    await probeAt(mark, { ...deps, decide, votes: votes(true) });
    await probeAt(mark, { ...deps, decide, votes: votes(false) });
    expect(decided).toBe(1);
  });

  it('decides by the votes there are when its own could not be written, and then fails', async () => {
    let decided = 0;
    const decide = async () => {
      decided += 1;
      return { outcome: 'quiet', reason: '', subject: '' };
    };
    const votes = {
      write: async () => {
        throw new RetryableError('the table does not answer');
      },
      since: async () => [],
    };
    await expect(probeAt(mark, { ...deps, decide, votes })).rejects.toThrow('the table does not answer');
    expect(decided).toBe(1);
  });
});
