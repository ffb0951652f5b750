import * as z from 'zod/mini';

const largest = 999_999_999_999_999;

/** A whole number of at most 15 digits, not negative. AWS writes some as numbers and others, as SQS does, as text. */
export const Count = z.pipe(
  z.unknown(),
  z.transform((value, context) => {
    const number = typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value;
    if (typeof number === 'number' && Number.isInteger(number) && number >= 0 && number <= largest) {
      return number;
    }
    context.issues.push({ code: 'custom', input: value, message: 'expected a whole number' });
    return z.NEVER;
  }),
);
