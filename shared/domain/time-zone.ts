/*
 * Wall clocks of the IANA time zones. Moments are milliseconds since 1970; what a wall clock shows is written as the
 * moment at which a clock in UTC shows it.
 */

const formats = new Map<string, Intl.DateTimeFormat>();

/** Whether the IANA time zone database, as the runtime has it, knows the name. */
export function isTimeZone(name: string): boolean {
  try {
    formatOf(name);
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

/**
 * The moment at which a clock in the time zone shows this: the first of two where clocks are set back, and `undefined`
 * for an hour that is skipped where they are set forward.
 *
 * @throws RangeError for a time zone that does not exist
 */
export function momentOf(wall: number, timeZone: string): number | undefined {
  if (timeZone === 'UTC') return wall;
  const [before, after] = [wall - aDay, wall + aDay].map((moment) => wallOf(moment, timeZone) - moment);
  return [wall - (before ?? 0), wall - (after ?? 0)]
    .sort((one, other) => one - other)
    .find((moment) => wallOf(moment, timeZone) === wall);
}

const aDay = 24 * 60 * 60_000;

/** What a clock in the time zone shows at the moment, to the minute. */
function wallOf(moment: number, timeZone: string): number {
  const parts = new Map(
    formatOf(timeZone)
      .formatToParts(moment)
      .map(({ type, value }) => [type, Number(value)]),
  );
  const part = (type: Intl.DateTimeFormatPartTypes): number => parts.get(type) ?? 0;
  return Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'));
}

/** @throws RangeError for a time zone that does not exist */
function formatOf(timeZone: string): Intl.DateTimeFormat {
  const present = formats.get(timeZone);
  if (present !== undefined) return present;
  const created = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
  });
  formats.set(timeZone, created);
  return created;
}
