/** A wall clock's reading, in whatever time zone. */
export interface WallTime {
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
}

/** Which minutes of a wall clock an expression means. */
export interface Cron {
  readonly matchesDay: (date: Pick<WallTime, 'year' | 'month' | 'day'>) => boolean;
  /** Minutes after midnight, in order. */
  readonly minutesOfDay: readonly number[];
  readonly lastYear: number;
}

interface Field {
  readonly name: string;
  readonly least: number;
  readonly most: number;
  /** Names that stand for `least` and what follows. */
  readonly names?: readonly string[];
}

const fields = {
  minutes: { name: 'minutes', least: 0, most: 59 },
  hours: { name: 'hours', least: 0, most: 23 },
  dayOfMonth: { name: 'day of month', least: 1, most: 31 },
  month: {
    name: 'month',
    least: 1,
    most: 12,
    names: ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'],
  },
  dayOfWeek: {
    name: 'day of week',
    least: 1,
    most: 7,
    names: ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'],
  },
  year: { name: 'year', least: 1970, most: 2199 },
} as const satisfies Readonly<Record<string, Field>>;

/**
 * Parses the six fields of an AWS cron expression: minutes, hours, day of month, month, day of week, year. Sunday is 1.
 * Of the two days one must be `?`. Of AWS's special days, `L` (the last day of the month), `nL` (its last such weekday)
 * and `n#m` (its m-th) are known.
 *
 * @throws RangeError that names the field, also for `W`, which is not simulated
 * @see https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html#cron-based
 */
export function parseCron(expression: string): Cron {
  const parts = expression.trim().split(/\s+/);
  const [minutes, hours, dayOfMonth, month, dayOfWeek, year] = parts;
  if (parts.length !== 6 || !minutes || !hours || !dayOfMonth || !month || !dayOfWeek || !year) {
    throw new RangeError(
      `cron(${expression}) has ${parts.length} fields; AWS's have six, the last is the year`,
    );
  }
  if ((dayOfMonth === '?') === (dayOfWeek === '?')) {
    throw new RangeError(
      `cron(${expression}) must have '?' as its day of month or as its day of week, and not as both`,
    );
  }
  const months = valuesOf(fields.month, month);
  const years = valuesOf(fields.year, year);
  const matches = dayOfWeek === '?' ? dayOfMonthTest(dayOfMonth) : dayOfWeekTest(dayOfWeek);
  const minutesOfHour = sorted(valuesOf(fields.minutes, minutes));
  return {
    matchesDay: (date) => years.has(date.year) && months.has(date.month) && matches(date),
    minutesOfDay: sorted(valuesOf(fields.hours, hours)).flatMap((hour) =>
      minutesOfHour.map((minute) => hour * 60 + minute),
    ),
    lastYear: Math.max(...years),
  };
}

type DayTest = (date: Pick<WallTime, 'year' | 'month' | 'day'>) => boolean;

function dayOfMonthTest(field: string): DayTest {
  if (field === 'L') return ({ year, month, day }) => day === daysIn(year, month);
  const days = valuesOf(fields.dayOfMonth, field);
  return ({ day }) => days.has(day);
}

function dayOfWeekTest(field: string): DayTest {
  const nth = /^(\w+)#([1-5])$/.exec(field);
  if (nth) {
    const weekday = numberOf(fields.dayOfWeek, nth[1] ?? '');
    return (date) => weekdayOf(date) === weekday && Math.ceil(date.day / 7) === Number(nth[2]);
  }
  const last = /^(\w+)L$/.exec(field);
  if (last) {
    const weekday = numberOf(fields.dayOfWeek, last[1] ?? '');
    return (date) => weekdayOf(date) === weekday && date.day + 7 > daysIn(date.year, date.month);
  }
  const weekdays = valuesOf(fields.dayOfWeek, field === 'L' ? 'SAT' : field);
  return (date) => weekdays.has(weekdayOf(date));
}

/** `*`, `5`, `1-5`, `0/15`, `10-50/20`, and lists of them. */
function valuesOf(field: Field, text: string): ReadonlySet<number> {
  const values = new Set<number>();
  for (const part of text.split(',')) {
    const [range = '', step] = part.split('/');
    const [from = '', to] = range.split('-');
    const first = range === '*' ? field.least : numberOf(field, from);
    const isOpen = range === '*' || (to === undefined && step !== undefined);
    const last = isOpen ? field.most : to === undefined ? first : numberOf(field, to);
    const by = step === undefined ? 1 : Number(step);
    if (last < first || !(Number.isInteger(by) && by > 0)) throw wrong(field, part);
    for (let value = first; value <= last; value += by) values.add(value);
  }
  return values;
}

function numberOf(field: Field, text: string): number {
  const named = field.names?.indexOf(text.toUpperCase()) ?? -1;
  const value = named >= 0 ? field.least + named : /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= field.least && value <= field.most)) throw wrong(field, text);
  return value;
}

function wrong({ name, least, most }: Field, text: string): RangeError {
  const hint = /W$/.test(text)
    ? "'W' is not simulated"
    : `use ${least} to ${most}, '*', lists, ranges and steps`;
  return new RangeError(`'${text}' is no ${name} of a cron expression: ${hint}`);
}

/** 1 for Sunday. */
function weekdayOf({ year, month, day }: Pick<WallTime, 'year' | 'month' | 'day'>): number {
  return new Date(Date.UTC(year, month - 1, day)).getUTCDay() + 1;
}

function daysIn(year: number, month: number): number {
  return new Date(Date.UTC(year, month, 0)).getUTCDate();
}

function sorted(values: ReadonlySet<number>): number[] {
  return [...values].sort((one, other) => one - other);
}
