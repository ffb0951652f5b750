import type { WallTime } from './cron.ts';

const formats = new Map<string, Intl.DateTimeFormat>();

/** @throws RangeError for a name that is not in the IANA time zone database */
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

/**
 * What a clock in the time zone shows.
 *
 * @throws RangeError for a name that is not in the IANA time zone database
 */
export function wallTime(moment: Date, timeZone: string): WallTime {
  if (timeZone === 'UTC') return utcTime(moment);
  const parts = formatOf(timeZone).formatToParts(moment);
  const part = (wanted: Intl.DateTimeFormatPartTypes): number =>
    Number(parts.find(({ type }) => type === wanted)?.value);
  return {
    year: part('year'),
    month: part('month'),
    day: part('day'),
    hour: part('hour'),
    minute: part('minute'),
  };
}

/**
 * The moment at which a clock in the time zone shows this; the first of two, when clocks are set back. Undefined for a
 * time that is left out when they are set forward.
 */
export function momentOf(wall: WallTime, timeZone: string): Date | undefined {
  if (timeZone === 'UTC') return new Date(inUtc(wall));
  const asUtc = inUtc(wall);
  const offsets = [asUtc - dayMs, asUtc + dayMs].map((near) => {
    const moment = new Date(near);
    return inUtc(wallTime(moment, timeZone)) - near;
  });
  const moments = offsets.map((offset) => asUtc - offset).sort((one, other) => one - other);
  const found = moments.find((moment) => inUtc(wallTime(new Date(moment), timeZone)) === asUtc);
  return found === undefined ? undefined : new Date(found);
}

/** Most schedules are in UTC, and need none of what `Intl` knows. */
function utcTime(moment: Date): WallTime {
  return {
    year: moment.getUTCFullYear(),
    month: moment.getUTCMonth() + 1,
    day: moment.getUTCDate(),
    hour: moment.getUTCHours(),
    minute: moment.getUTCMinutes(),
  };
}

const dayMs = 86_400_000;

function inUtc({ year, month, day, hour, minute }: WallTime): number {
  return Date.UTC(year, month - 1, day, hour, minute);
}
