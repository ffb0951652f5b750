import { AwsError } from '../kernel.ts';

/**
 * DynamoDB's numbers: decimal, up to 38 significant digits, magnitudes from 1e-130 to just under 1e126. They travel as
 * text and are kept without superfluous zeros, so `1.50` comes back as `1.5`.
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html
 */

/** coefficient × 10^exponent; a coefficient other than 0 has no trailing zero. */
interface Decimal {
  readonly coefficient: bigint;
  readonly exponent: number;
}

/** The number as DynamoDB stores and returns it. Equal numbers have equal texts. */
export function normalNumber(text: string): string {
  return format(parse(text));
}

/** Negative, zero or positive as the first number is smaller than, equal to or greater than the second. */
export function compareNumbers(one: string, other: string): number {
  const [left, right] = aligned(parse(one), parse(other));
  return left === right ? 0 : left < right ? -1 : 1;
}

export function addNumbers(one: string, other: string): string {
  const [left, right, exponent] = aligned(parse(one), parse(other));
  return format(checked(left + right, exponent));
}

export function subtractNumbers(one: string, other: string): string {
  const [left, right, exponent] = aligned(parse(one), parse(other));
  return format(checked(left - right, exponent));
}

function parse(text: string): Decimal {
  const match = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/.exec(text);
  const [, sign, whole = '', fraction = '', exponent = '0'] = match ?? [];
  if (match === null || whole + fraction === '') {
    throw invalid(`The parameter cannot be converted to a numeric value: ${text}`);
  }
  return checked(BigInt(`${sign === '-' ? '-' : ''}${whole}${fraction}`), Number(exponent) - fraction.length);
}

function checked(coefficient: bigint, exponent: number): Decimal {
  if (coefficient === 0n) return { coefficient, exponent: 0 };
  const zeros = /0*$/.exec(coefficient.toString())?.[0].length ?? 0;
  const digits = magnitude(coefficient).length - zeros;
  if (digits > 38) throw invalid('Attempting to store more than 38 significant digits in a Number');
  const leading = exponent + zeros + digits - 1;
  if (leading > 125) {
    throw invalid('Number overflow. Attempting to store a number with magnitude larger than supported range');
  }
  if (leading < -130) {
    throw invalid(
      'Number underflow. Attempting to store a number with magnitude smaller than supported range',
    );
  }
  return { coefficient: coefficient / 10n ** BigInt(zeros), exponent: exponent + zeros };
}

function aligned(one: Decimal, other: Decimal): [bigint, bigint, number] {
  const exponent = Math.min(one.exponent, other.exponent);
  const scale = ({ coefficient, exponent: own }: Decimal): bigint =>
    coefficient * 10n ** BigInt(own - exponent);
  return [scale(one), scale(other), exponent];
}

function format({ coefficient, exponent }: Decimal): string {
  const sign = coefficient < 0n ? '-' : '';
  const digits = magnitude(coefficient);
  if (exponent >= 0) return sign + digits + '0'.repeat(coefficient === 0n ? 0 : exponent);
  const padded = digits.padStart(1 - exponent, '0');
  return `${sign}${padded.slice(0, exponent)}.${padded.slice(exponent)}`;
}

function magnitude(coefficient: bigint): string {
  return coefficient.toString().replace('-', '');
}

function invalid(message: string): AwsError {
  return new AwsError('ValidationException', message);
}
