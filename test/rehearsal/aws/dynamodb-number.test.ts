import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  addNumbers,
  compareNumbers,
  normalNumber,
  subtractNumbers,
} from '../../../rehearsal/aws/dynamodb-number.ts';

/** Integers and fractions within the 38 digits, as text. */
const decimals = fc
  .tuple(fc.bigInt({ min: -(10n ** 17n), max: 10n ** 17n }), fc.integer({ min: 0, max: 17 }))
  .map(([digits, places]) => ({ text: `${digits}e-${places}`, scaled: digits * 10n ** BigInt(17 - places) }));

describe('DynamoDB numbers', () => {
  it.each([
    ['1.50', '1.5'],
    ['-0', '0'],
    ['+007', '7'],
    ['1e3', '1000'],
    ['1200e-4', '0.12'],
    ['-.5', '-0.5'],
    ['12345678901234567890123456789012345678', '12345678901234567890123456789012345678'],
  ])('come back from %s as %s', (given, kept) => {
    expect(normalNumber(given)).toBe(kept);
  });

  it.each([
    ['one', 'The parameter cannot be converted to a numeric value: one'],
    ['', 'The parameter cannot be converted to a numeric value: '],
    ['1'.repeat(39), 'more than 38 significant digits'],
    ['1e126', 'Number overflow'],
    ['1e-131', 'Number underflow'],
  ])('cannot be %s', (given, problem) => {
    expect(() => normalNumber(given)).toThrow(problem);
  });

  it('add and subtract without rounding', () => {
    expect(addNumbers('0.1', '0.2')).toBe('0.3');
    expect(subtractNumbers('1', '0.9999999999999999999')).toBe('0.0000000000000000001');
    fc.assert(
      fc.property(decimals, decimals, (one, other) => {
        const sum = `${one.scaled + other.scaled}e-17`;
        expect(addNumbers(one.text, other.text)).toBe(normalNumber(sum));
        expect(subtractNumbers(sum, other.text)).toBe(normalNumber(one.text));
      }),
    );
  });

  it('have the order of their values', () => {
    fc.assert(
      fc.property(decimals, decimals, (one, other) => {
        const order = one.scaled === other.scaled ? 0 : one.scaled < other.scaled ? -1 : 1;
        expect(Math.sign(compareNumbers(one.text, other.text))).toBe(order);
      }),
    );
  });
});
