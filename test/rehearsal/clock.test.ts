import timers from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { installClock, type VirtualClock } from '../../rehearsal/clock.ts';

const start = new Date('2026-03-02T08:00:00Z');
const at = (time: string): Date => new Date(`2026-03-02T${time}Z`);

describe('the virtual clock', () => {
  let clock: VirtualClock;

  beforeEach(() => {
    clock = installClock(start);
  });

  afterEach(() => {
    clock[Symbol.dispose]();
  });

  it('runs what is due in order of time, and at one instant in the order it was asked for', async () => {
    const ran: string[] = [];
    clock.after(2000, () => void ran.push('later'));
    clock.after(1000, () => void ran.push('first'));
    clock.after(1000, () => void ran.push('second'));
    clock.after(500, () => clock.after(500, () => void ran.push('third')));
    await clock.runUntil(at('08:00:02'));
    expect(ran).toEqual(['first', 'second', 'third', 'later']);
  });

  it('runs what is due at the end of the run, and nothing after it', async () => {
    const ran: string[] = [];
    clock.after(1000, () => void ran.push('at the end'));
    clock.after(1001, () => void ran.push('after the end'));
    await clock.runUntil(at('08:00:01'));
    expect(ran).toEqual(['at the end']);
    expect(clock.now()).toEqual(at('08:00:01'));
  });

  it('stands at the end of the run even when nothing was due', async () => {
    await clock.runUntil(at('11:30:00'));
    expect(new Date()).toEqual(at('11:30:00'));
  });

  it('lets promises come to rest before time goes on', async () => {
    const seen: Date[] = [];
    clock.after(1000, async () => {
      for (let step = 0; step < 50; step += 1) await Promise.resolve();
      seen.push(clock.now());
    });
    clock.after(1001, () => void seen.push(clock.now()));
    await clock.runUntil(at('08:00:05'));
    expect(seen).toEqual([at('08:00:01.000'), at('08:00:01.001')]);
  });

  it('drives the timers of the process, and those of node:timers/promises', async () => {
    const woke: string[] = [];
    setTimeout(() => woke.push(`global ${new Date().toISOString()}`), 60_000);
    void timers.setTimeout(61_000).then(() => woke.push(`imported ${new Date().toISOString()}`));
    await clock.runUntil(at('08:02:00'));
    expect(woke).toEqual(['global 2026-03-02T08:01:00.000Z', 'imported 2026-03-02T08:01:01.000Z']);
  });

  it('goes on although code sleeps for fractions of a millisecond', async () => {
    let turns = 0;
    const spin = (): void => {
      turns += 1;
      setTimeout(spin, 0.4);
    };
    spin();
    await clock.runUntil(at('08:00:00.010'));
    expect(turns).toBe(11);
  });

  it('waits longer than a timer of Node can', async () => {
    const ran: Date[] = [];
    clock.after(60 * 24 * 3_600_000, () => void ran.push(clock.now()));
    await clock.runUntil(new Date('2026-05-02T08:00:00Z'));
    expect(ran).toEqual([new Date('2026-05-01T08:00:00Z')]);
  });

  it.each([
    [
      'throws',
      () => {
        throw new Error('broken');
      },
    ],
    [
      'rejects',
      async () => {
        await Promise.resolve();
        throw new Error('broken');
      },
    ],
  ])('fails the run when scheduled work %s, and runs nothing after it', async (_how, work) => {
    let went = false;
    clock.after(1000, work);
    clock.after(2000, () => {
      went = true;
    });
    await expect(clock.runUntil(at('09:00:00'))).rejects.toThrow('broken');
    expect(went).toBe(false);
    expect(clock.now()).toEqual(at('08:00:01'));
  });

  it('refuses to run backwards', async () => {
    await clock.runUntil(at('09:00:00'));
    await expect(clock.runUntil(at('08:59:59'))).rejects.toThrow(
      'cannot run until 2026-03-02T08:59:59.000Z: it is 2026-03-02T09:00:00.000Z already',
    );
  });

  it('refuses to be run twice at a time', async () => {
    clock.after(1000, () => undefined);
    const run = clock.runUntil(at('08:00:05'));
    await expect(clock.runUntil(at('08:00:05'))).rejects.toThrow('running already');
    await run;
    await clock.runUntil(at('08:00:06'));
  });

  it('runs until nothing is due, but not past the limit', async () => {
    clock.after(5000, () => undefined);
    await clock.runUntilIdle(at('09:00:00'));
    expect(clock.now()).toEqual(at('08:00:05'));
    const tick = (): void => clock.after(60_000, tick);
    tick();
    await clock.runUntilIdle(at('08:10:00'));
    expect(clock.now()).toEqual(at('08:09:05'));
  });
});

it('gives the real clock and timers back', async () => {
  const realTimeout = setTimeout;
  {
    using _clock = installClock(start);
    expect(setTimeout).not.toBe(realTimeout);
  }
  expect(setTimeout).toBe(realTimeout);
  expect(Date.now()).toBeGreaterThan(Date.parse('2026-06-01'));
  await expect(timers.setTimeout(1, 'awake')).resolves.toBe('awake');
});
