import type { BackupResource } from './backup-resource.ts';

const minutesOf = { hour: 60, day: 24 * 60, week: 7 * 24 * 60 };

const weekDays = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];

/**
 * Why RDS makes no snapshot of a database at this moment: it is in one of its windows, or in the hour before.
 *
 * @returns the message that AWS Backup gives the job; undefined when a snapshot can be made
 * @see https://docs.aws.amazon.com/aws-backup/latest/devguide/troubleshooting.html
 */
export function closedBecause({ windows }: BackupResource, at: Date): string | undefined {
  if (windows === undefined) return undefined;
  const minuteOfDay = at.getUTCHours() * minutesOf.hour + at.getUTCMinutes();
  const minuteOfWeek = at.getUTCDay() * minutesOf.day + minuteOfDay;
  const [from = '', to = ''] = windows.maintenance.split('-');
  if (isClosed(minuteOfWeek, minuteInWeek(from), minuteInWeek(to), minutesOf.week)) {
    return tooClose('weekly maintenance window');
  }
  if (windows.backup === undefined) return undefined;
  const [begin = '', end = ''] = windows.backup.split('-');
  return isClosed(minuteOfDay, minuteInDay(begin), minuteInDay(end), minutesOf.day)
    ? tooClose('automated backup window')
    : undefined;
}

function isClosed(minute: number, from: number, to: number, every: number): boolean {
  const first = from - minutesOf.hour;
  const past = (minute - first + every) % every;
  return past < (to - first + every) % every;
}

/** @param text `sun:04:00` */
function minuteInWeek(text: string): number {
  return weekDays.indexOf(text.slice(0, 3).toLowerCase()) * minutesOf.day + minuteInDay(text.slice(4));
}

/** @param text `04:00` */
function minuteInDay(text: string): number {
  return Number(text.slice(0, 2)) * minutesOf.hour + Number(text.slice(3, 5));
}

function tooClose(window: string): string {
  return `Backup job could not start because it is either inside or too close to the ${window} configured in RDS instance.`;
}
