import { describe, expect, it } from '@jest/globals';
import { installRandom, type Random, seededRandom } from '../../rehearsal/random.ts';

const draw = (random: Random, count: number): number[] => Array.from({ length: count }, () => random.next());

describe('seeded randomness', () => {
  it('gives the same numbers for the same seed, and others for another', () => {
    expect(draw(seededRandom(7), 5)).toEqual(draw(seededRandom(7), 5));
    expect(draw(seededRandom(7), 5)).not.toEqual(draw(seededRandom(8), 5));
  });

  it('gives the same numbers on every machine', () => {
    expect(draw(seededRandom('day'), 3)).toEqual([
      0.3705868306569755, 0.07977713365107775, 0.5896942201070487,
    ]);
  });

  it('spreads evenly over [0, 1)', () => {
    const tenths = new Array(10).fill(0);
    for (const number of draw(seededRandom(1), 20_000)) tenths[Math.floor(number * 10)] += 1;
    for (const count of tenths) expect(Math.abs(count - 2000)).toBeLessThan(200);
  });

  it('forks by label alone: what others drew does not matter', () => {
    const untouched = seededRandom(7).fork('jitter');
    const parent = seededRandom(7);
    draw(parent, 100);
    parent.fork('faults').next();
    expect(draw(parent.fork('jitter'), 5)).toEqual(draw(untouched, 5));
    expect(draw(seededRandom(7).fork('faults'), 5)).not.toEqual(draw(seededRandom(7).fork('jitter'), 5));
  });

  it('makes version 4 UUIDs that do not repeat', () => {
    const random = seededRandom(7);
    const ids = Array.from({ length: 1000 }, () => random.uuid());
    for (const id of ids) {
      expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    }
    expect(new Set(ids).size).toBe(1000);
  });

  it('stands in for Math.random until it is taken away', () => {
    const real = Math.random;
    {
      using _random = installRandom(seededRandom(7));
      expect([Math.random(), Math.random()]).toEqual(draw(seededRandom(7), 2));
    }
    expect(Math.random).toBe(real);
  });
});
