const minutesOf = { minute: 1, hour: 60, day: 24 * 60 } as const;

/**
 * How often a schedule runs, in minutes: `rate(…)`, and `cron(…)` that runs at a fixed minute, or every so many, of
 * every hour or of one hour of every day.
 *
 * @throws RangeError for an expression that runs at other times
 * @see https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
 */
export function cadenceOf(expression: string): number {
  const [, number, unit] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression) ?? [];
  if (number !== undefined && (unit === 'minute' || unit === 'hour' || unit === 'day')) {
    return Number(number) * minutesOf[unit];
  }
  const [, start, step, hour] = /^cron\((\d+)(?:\/(\d+))? (\d+|\*) [*?] \* [*?] \*\)$/.exec(expression) ?? [];
  if (start === undefined || (step !== undefined && hour !== '*')) {
    throw new RangeError(
      `how often '${expression}' runs is not known here: write rate(15 minutes), cron(17 * * * ? *), cron(2/15 * * * ? *) or cron(40 5 * * ? *)`,
    );
  }
  if (step !== undefined) return Number(step);
  return hour === '*' ? minutesOf.hour : minutesOf.day;
}
