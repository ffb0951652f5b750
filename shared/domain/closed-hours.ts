const minutes = 60_000;
const hours = 60 * minutes;
const days = 24 * hours;

/** Hours of a database in which RDS makes no snapshot for AWS Backup. Times are in UTC, as RDS has them. */
export interface DatabaseWindows {
  /** `<day>:<hh>:<mm>-<day>:<hh>:<mm>`, such as `sun:04:00-sun:05:00`. */
  readonly maintenanceWindow: string;
  /** `<hh>:<mm>-<hh>:<mm>`: when RDS makes its own daily backup. Left out: it makes none. */
  readonly backupWindow?: string | undefined;
}

/** Something that is the case again and again. In milliseconds. */
interface Recurring {
  readonly every: number;
  /** Of one occurrence. */
  readonly start: number;
  readonly length: number;
}

/** Whether any of the time from one moment to another, in milliseconds since 1970, is closed. */
export type ClosedHours = (from: number, to: number) => boolean;

/** RDS refuses so long before each window, too. */
const notice = 1 * hours;

/**
 * When AWS Backup cannot back the database up: in its two windows and in the hour before each. The job then fails, since
 * it "could not start because it is either inside or too close to" the window.
 * @see https://docs.aws.amazon.com/aws-backup/latest/devguide/plan-options-and-configuration.html
 */
export function closedHoursOf({ maintenanceWindow, backupWindow }: DatabaseWindows): ClosedHours {
  const windows = [
    weekly(maintenanceWindow),
    ...(backupWindow === undefined ? [] : [daily(backupWindow)]),
  ].map(({ every, start, length }) => ({ every, start: start - notice, length: length + notice }));
  return (from, to) => windows.some((window) => overlaps(window, from, to));
}

function overlaps({ every, start, length }: Recurring, from: number, to: number): boolean {
  const since = modulo(from - start, every);
  return since < length || since + (to - from) > every;
}

const weekDays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];

/** The first Monday of 1970. */
const aMonday = 4 * days;

function weekly(window: string): Recurring {
  const [from = '', to = ''] = window.toLowerCase().split('-');
  const momentIn = (text: string): number =>
    aMonday + weekDays.indexOf(text.slice(0, 3)) * days + timeOfDay(text.slice(4));
  return recurring(7 * days, momentIn(from), momentIn(to));
}

function daily(window: string): Recurring {
  const [from = '', to = ''] = window.split('-');
  return recurring(1 * days, timeOfDay(from), timeOfDay(to));
}

function recurring(every: number, start: number, end: number): Recurring {
  return { every, start, length: modulo(end - start, every) };
}

function timeOfDay(text: string): number {
  const [hour, minute] = text.split(':');
  return Number(hour) * hours + Number(minute) * minutes;
}

function modulo(value: number, by: number): number {
  return ((value % by) + by) % by;
}
