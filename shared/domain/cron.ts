/** Which minutes of a wall clock an AWS cron expression means. */
export interface Cron {
  /** @param day of the wall clock, counted from 1970-01-01 */
  readonly isOnDay: (day: number) => boolean;
  /** Minutes after midnight, in order. */
  readonly minutesOfDay: readonly number[];
}

interface Field {
  readonly name: string;
  readonly least: number;
  readonly most: number;
  /** Words for `least` and what follows. */
  readonly words?: readonly string[];
}

const minute: Field = { name: 'minute', least: 0, most: 59 };
const hour: Field = { name: 'hour', least: 0, most: 23 };
const dayOfMonth: Field = { name: 'day of the month', least: 1, most: 31 };
const month: Field = {
  name: 'month',
  least: 1,
  most: 12,
  words: ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'],
};
const dayOfWeek: Field = {
  name: 'day of the week',
  least: 1,
  most: 7,
  words: ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'],
};
const year: Field = { name: 'year', least: 1970, most: 2199 };

const millisecondsOfDay = 24 * 60 * 60_000;

/**
 * Reads `cron(<minutes> <hours> <day of month> <month> <day of week> <year>)`. Sunday is 1. One of the two days has to
 * be `?`. Of the special days `L`, `<n>L` and `<n>#<m>` are read, and `W` (the nearest weekday) is refused.
 *
 * @throws RangeError that says which part cannot be read
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html#eb-cron-expressions
 */
export function parseCron(expression: string): Cron {
  const known = parsed.get(expression);
  if (known !== undefined) return known;
  const cron = parse(expression);
  parsed.set(expression, cron);
  return cron;
}

/** A policy has few, and they are asked for again and again. */
const parsed = new Map<string, Cron>();

function parse(expression: string): Cron {
  const parts = /^cron\((.*)\)$/.exec(expression)?.[1]?.trim().split(/\s+/) ?? [];
  const [minutes, hours, monthDays, months, weekDays, years] = parts;
  if (parts.length !== 6 || !minutes || !hours || !monthDays || !months || !weekDays || !years) {
    throw new RangeError("it is not of the form 'cron(' with six fields, the last for the year, and ')'");
  }
  if ((monthDays === '?') === (weekDays === '?')) {
    throw new RangeError(
      "one of the day of the month and the day of the week has to be '?', and the other not",
    );
  }
  const isDay = weekDays === '?' ? monthDayTest(monthDays) : weekDayTest(weekDays);
  const inMonths = new Set(valuesOf(month, months));
  const inYears = new Set(valuesOf(year, years));
  const atMinutes = valuesOf(minute, minutes);
  return {
    isOnDay: (day) => {
      const date = new Date(day * millisecondsOfDay);
      return inYears.has(date.getUTCFullYear()) && inMonths.has(date.getUTCMonth() + 1) && isDay(date);
    },
    minutesOfDay: valuesOf(hour, hours).flatMap((of) => atMinutes.map((past) => of * 60 + past)),
  };
}

type DayTest = (date: Date) => boolean;

function monthDayTest(text: string): DayTest {
  if (text === 'L') return (date) => isInLastDays(date, 1);
  const days = new Set(valuesOf(dayOfMonth, text));
  return (date) => days.has(date.getUTCDate());
}

function weekDayTest(text: string): DayTest {
  const [, nthDay, nth] = /^(\w+)#([1-5])$/.exec(text) ?? [];
  if (nthDay !== undefined) {
    const wanted = numberOf(dayOfWeek, nthDay);
    return (date) => weekDayOf(date) === wanted && Math.ceil(date.getUTCDate() / 7) === Number(nth);
  }
  const [, lastDay] = /^(\w+)L$/.exec(text) ?? [];
  if (lastDay !== undefined) {
    const wanted = numberOf(dayOfWeek, lastDay);
    return (date) => weekDayOf(date) === wanted && isInLastDays(date, 7);
  }
  const days = new Set(valuesOf(dayOfWeek, text === 'L' ? 'SAT' : text));
  return (date) => days.has(weekDayOf(date));
}

function weekDayOf(date: Date): number {
  return date.getUTCDay() + 1;
}

function isInLastDays(date: Date, count: number): boolean {
  const later = new Date(date.getTime() + count * millisecondsOfDay);
  return later.getUTCMonth() !== date.getUTCMonth();
}

/** What a list of `*`, `5`, `1-5`, `0/15`, `10-50/20` means, in order. */
function valuesOf(field: Field, text: string): number[] {
  const values = text.split(',').flatMap((part) => {
    const [, from, to, step] = /^(\w+|\*)(?:-(\w+))?(?:\/([1-9]\d*))?$/.exec(part) ?? [];
    if (from === undefined) throw unreadable(field, part);
    const isAll = from === '*' && to === undefined;
    const first = isAll ? field.least : numberOf(field, from);
    const last = to !== undefined ? numberOf(field, to) : isAll || step !== undefined ? field.most : first;
    if (last < first) throw unreadable(field, part);
    const by = Number(step ?? 1);
    return Array.from({ length: Math.floor((last - first) / by) + 1 }, (_, index) => first + index * by);
  });
  return [...new Set(values)].sort((one, other) => one - other);
}

function numberOf(field: Field, text: string): number {
  const word = field.words?.indexOf(text.toUpperCase()) ?? -1;
  const value = word >= 0 ? field.least + word : /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= field.least && value <= field.most)) throw unreadable(field, text);
  return value;
}

function unreadable({ name, least, most }: Field, text: string): RangeError {
  return new RangeError(`'${text}' is no ${name}, which is from ${least} to ${most}`);
}
