import * as z from 'zod/mini';

const monthNames = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/**
 * A moment in any form that AWS events are known to use, as ISO 8601 in UTC with milliseconds; undefined for others.
 *
 * - ISO 8601 with `Z` or an offset, with or without its colon: CloudWatch writes `2019-10-02T17:04:40.989+0000`.
 * - `Wed Sep 04 16:55:38.411 UTC 2024`: Amazon Inspector findings.
 * - `Dec 3, 2021, 6:02:30 PM`: older Inspector findings. No zone is given; it is read as UTC.
 * @see https://docs.aws.amazon.com/inspector/latest/user/eventbridge-integration.html
 */
export function readTime(text: string): string | undefined {
  const iso = isoForm(text);
  if (iso === undefined) return undefined;
  const time = new Date(iso);
  return Number.isNaN(time.getTime()) ? undefined : time.toISOString();
}

function isoForm(text: string): string | undefined {
  const iso = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?)(?:(Z)|([+-]\d\d):?(\d\d))$/.exec(text);
  if (iso) {
    const [, moment, utc, hours, minutes] = iso;
    return `${moment}${utc ?? `${hours}:${minutes}`}`;
  }
  const java = /^\w{3} (\w{3}) (\d\d) (\d\d:\d\d:\d\d(?:\.\d+)?) UTC (\d{4})$/.exec(text);
  if (java) {
    const [, month = '', day, time, year] = java;
    return `${year}-${monthNumber(month)}-${day}T${time}Z`;
  }
  const spoken = /^(\w{3}) (\d{1,2}), (\d{4}),? (\d{1,2}):(\d\d:\d\d)\s(AM|PM)$/.exec(text);
  if (spoken) {
    const [, month = '', day = '', year, hour, rest, half] = spoken;
    const hours = (Number(hour) % 12) + (half === 'PM' ? 12 : 0);
    return `${year}-${monthNumber(month)}-${day.padStart(2, '0')}T${twoDigits(hours)}:${rest}Z`;
  }
  return undefined;
}

function monthNumber(name: string): string {
  return twoDigits(monthNames.indexOf(name) + 1);
}

function twoDigits(number: number): string {
  return String(number).padStart(2, '0');
}

/** A moment that must be there and be readable. */
export const Time = z.pipe(
  z.string(),
  z.transform((text, context) => {
    const time = readTime(text);
    if (time !== undefined) return time;
    context.issues.push({
      code: 'custom',
      input: text,
      message: 'expected a time such as 2026-03-02T08:00:00Z',
    });
    return z.NEVER;
  }),
);

/** A moment that is only a refinement of another: absent when it is missing or not readable. */
export const OptionalTime = z.pipe(
  z.optional(z.unknown()),
  z.transform((value) => (typeof value === 'string' ? readTime(value) : undefined)),
);
