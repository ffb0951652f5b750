import { MisuseError } from '../misuse.ts';

const day = 24 * 60 * 60 * 1000;
const units = { d: day, h: day / 24, m: day / 24 / 60 } as const;

/** How long something may last. */
export interface Longest {
  readonly ms: number;
  /** For the error: `30 days`. */
  readonly said: string;
  /** What to do when that is too short. */
  readonly remedy: string;
}

/** A pause that nobody remembers has to end by itself. */
const longestPause: Longest = {
  ms: 30 * day,
  said: '30 days',
  remedy: "Pause for 30 days at most. For longer, set the automation's mode to observe in ops.config.ts.",
};

const forms =
  'Use a moment with its zone, such as 2026-11-25T06:00Z, or a duration from now: 30m, 4h, 2d, 1d12h.';

/**
 * When a pause, or something else that ends by itself, ends.
 *
 * @param given ISO 8601 with `Z` or an offset, or a duration of days, hours and minutes
 * @throws MisuseError for anything else, for what is past, and for what lasts longer than it may
 */
export function readUntil(given: string, now: Date, longest: Longest = longestPause): Date {
  const until = readDuration(given, now) ?? readMoment(given);
  if (until === undefined) throw new MisuseError(`'${given}' is no time at which it could end.`, forms);
  if (until.getTime() <= now.getTime()) {
    throw new MisuseError(
      `'${given}' is not in the future: it is ${now.toISOString()} now, and that would be ${until.toISOString()}.`,
      forms,
    );
  }
  if (until.getTime() - now.getTime() > longest.ms) {
    throw new MisuseError(
      `'${given}' is more than ${longest.said} away: ${until.toISOString()}.`,
      longest.remedy,
    );
  }
  return until;
}

function readDuration(given: string, now: Date): Date | undefined {
  const [, days, hours, minutes] = /^(?:(\d{1,6})d)?(?:(\d{1,6})h)?(?:(\d{1,6})m)?$/.exec(given) ?? [];
  if (days === undefined && hours === undefined && minutes === undefined) return undefined;
  const ms = Number(days ?? 0) * units.d + Number(hours ?? 0) * units.h + Number(minutes ?? 0) * units.m;
  return new Date(now.getTime() + ms);
}

/** Without a zone a moment would mean another one on each machine. */
function readMoment(given: string): Date | undefined {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/.test(given)) return undefined;
  const moment = new Date(given);
  return Number.isNaN(moment.getTime()) ? undefined : moment;
}
