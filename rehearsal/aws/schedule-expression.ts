import { type Cron, parseCron } from './cron.ts';
import { momentOf, wallTime } from './time-zone.ts';

/** When a schedule is due next after a moment; undefined when never again. */
export type NextRun = (after: Date) => Date | undefined;

const units: Readonly<Record<string, number>> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

const dayMs = 86_400_000;

/**
 * `cron(…)`, `rate(…)` or `at(…)`. Runs that daylight saving time leaves out are left out; of an hour that comes twice,
 * the first counts.
 *
 * @param start from which a rate counts
 * @throws RangeError that says what is wrong with the expression
 * @see https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
 */
export function parseSchedule(expression: string, timeZone: string, start: Date): NextRun {
  const [, kind, inner = ''] = /^(cron|rate|at)\((.*)\)$/.exec(expression) ?? [];
  switch (kind) {
    case 'cron':
      return nextOfCron(parseCron(inner), timeZone);
    case 'rate':
      return nextOfRate(inner, start);
    case 'at': {
      const moment = atMoment(inner, timeZone);
      return (after) => (moment > after ? moment : undefined);
    }
    default:
      throw new RangeError(`'${expression}' is no schedule: write cron(…), rate(…) or at(…)`);
  }
}

function nextOfCron({ matchesDay, minutesOfDay, lastYear }: Cron, timeZone: string): NextRun {
  return (after) => {
    const { year, month, day, hour, minute } = wallTime(after, timeZone);
    const today = Date.UTC(year, month - 1, day);
    for (let midnight = today; ; midnight += dayMs) {
      const date = dateOf(midnight);
      if (date.year > lastYear) return undefined;
      if (!matchesDay(date)) continue;
      // What the clock shows already has been, also in an hour that comes twice.
      const shown = midnight === today ? hour * 60 + minute : -1;
      for (const minutes of minutesOfDay) {
        if (minutes <= shown) continue;
        const wall = { ...date, hour: Math.floor(minutes / 60), minute: minutes % 60 };
        const moment = momentOf(wall, timeZone);
        if (moment !== undefined && moment > after) return moment;
      }
    }
  };
}

function dateOf(midnight: number): { readonly year: number; readonly month: number; readonly day: number } {
  const date = new Date(midnight);
  return { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() };
}

/** `5 minutes`, `1 hour`. */
function nextOfRate(inner: string, start: Date): NextRun {
  const [, count = '', unit = ''] = /^(\d+) (minute|hour|day)s?$/.exec(inner) ?? [];
  const every = Number(count) * (units[unit] ?? 0);
  if (!(every > 0)) throw new RangeError(`rate(${inner}) is no rate: write rate(5 minutes)`);
  return (after) => {
    const runs = Math.floor((after.getTime() - start.getTime()) / every) + 1;
    return new Date(start.getTime() + Math.max(0, runs) * every);
  };
}

/** `2026-11-24T06:00:00`, on a clock of the time zone. */
function atMoment(inner: string, timeZone: string): Date {
  const [, year, month, day, hour, minute, second] =
    /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)$/.exec(inner)?.map(Number) ?? [];
  if (
    year === undefined ||
    month === undefined ||
    day === undefined ||
    hour === undefined ||
    minute === undefined
  ) {
    throw new RangeError(`at(${inner}) is no moment: write at(2026-11-24T06:00:00)`);
  }
  const moment = momentOf({ year, month, day, hour, minute }, timeZone);
  if (moment === undefined)
    throw new RangeError(`there is no ${inner} in ${timeZone}: clocks are set forward`);
  return new Date(moment.getTime() + (second ?? 0) * 1000);
}
