import { createHash } from 'node:crypto';

/** A stream of seeded randomness. The same seed gives the same numbers on every machine. */
export interface Random {
  /** A number in [0, 1), with 32 random bits. */
  readonly next: () => number;
  /** A version 4 UUID. */
  readonly uuid: () => string;
  /**
   * A stream of its own, given by this stream's seed and the label alone. What one consumer draws, and a consumer
   * that is added, never shifts the numbers of another. The same label gives the same stream.
   */
  readonly fork: (label: string) => Random;
}

/**
 * sfc32, a small fast counter generator that passes PractRand, seeded by the SHA-256 of `seed`.
 * @see https://pracrand.sourceforge.net/RNG_engines.txt
 */
export function seededRandom(seed: string | number): Random {
  const digest = createHash('sha256').update(String(seed)).digest();
  let a = digest.readInt32LE(0);
  let b = digest.readInt32LE(4);
  let c = digest.readInt32LE(8);
  let counter = 1;

  const bits = (): number => {
    const sum = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return sum >>> 0;
  };

  return {
    next: () => bits() / 2 ** 32,
    uuid: () => {
      const hex = [bits(), bits(), bits(), bits()].map((word) => word.toString(16).padStart(8, '0')).join('');
      const variant = '89ab'.charAt(bits() % 4);
      return [
        hex.slice(0, 8),
        hex.slice(8, 12),
        `4${hex.slice(13, 16)}`,
        `${variant}${hex.slice(17, 20)}`,
        hex.slice(20),
      ].join('-');
    },
    fork: (label) => seededRandom(`${seed}/${label}`),
  };
}

/** Puts `random` in the place of `Math.random`, which the SDK draws the jitter of its retries from. */
export function installRandom(random: Random): Disposable {
  const real = Math.random;
  Math.random = random.next;
  return {
    [Symbol.dispose]() {
      Math.random = real;
    },
  };
}
