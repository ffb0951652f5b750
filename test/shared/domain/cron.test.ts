import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseCron as parseAsSimulated } from '../../../rehearsal/aws/cron.ts';
import { parseCron } from '../../../shared/domain/cron.ts';

function dayOf(date: string): number {
  return Date.parse(date) / 86_400_000;
}

describe('the days that an expression means', () => {
  it.each<[string, string, boolean]>([
    ['cron(0 5 ? * * *)', '2028-02-29', true],
    ['cron(0 5 1 * ? *)', '2028-03-01', true],
    ['cron(0 5 1 * ? *)', '2028-03-02', false],
    ['cron(0 5 2-31 * ? *)', '2028-03-01', false],
    ['cron(0 5 2-31 * ? *)', '2028-03-31', true],
    ['cron(0 5 L * ? *)', '2028-02-29', true],
    ['cron(0 5 L * ? *)', '2028-02-28', false],
    ['cron(0 5 L * ? *)', '2027-02-28', true],
    ['cron(0 5 ? * SUN *)', '2028-01-02', true],
    ['cron(0 5 ? * 1 *)', '2028-01-02', true],
    ['cron(0 5 ? * mon-fri *)', '2028-01-02', false],
    ['cron(0 5 ? * L *)', '2028-01-01', true],
    ['cron(0 5 ? * SUN#1 *)', '2028-01-02', true],
    ['cron(0 5 ? * SUN#1 *)', '2028-01-09', false],
    ['cron(0 5 ? * SUN#5 *)', '2028-01-30', true],
    ['cron(0 5 ? * SUNL *)', '2028-01-30', true],
    ['cron(0 5 ? * SUNL *)', '2028-01-23', false],
    ['cron(0 5 ? JAN,MAR * *)', '2028-02-01', false],
    ['cron(0 5 ? * * 2027)', '2028-01-01', false],
  ])('%s on %s: %j', (expression, date, isMeant) => {
    expect(parseCron(expression).isOnDay(dayOf(date))).toBe(isMeant);
  });
});

describe('the minutes of such a day', () => {
  it.each<[string, number[]]>([
    ['cron(30 5 ? * * *)', [330]],
    ['cron(0 0-2,22/1 ? * * *)', [0, 60, 120, 1320, 1380]],
    ['cron(10-50/20 1 ? * * *)', [70, 90, 110]],
    ['cron(*/30 0 ? * * *)', [0, 30]],
  ])('%s', (expression, minutes) => {
    expect(parseCron(expression).minutesOfDay).toEqual(minutes);
  });
});

describe('what cannot be read', () => {
  it.each<[string, string]>([
    ['rate(1 hour)', "'cron('"],
    ['cron(0 5 * * ?)', 'six fields'],
    ['0 5 * * ? *', "'cron('"],
    ['cron(0 5 * * * *)', "has to be '?'"],
    ['cron(0 5 ? * ? *)', "has to be '?'"],
    ['cron(60 5 ? * * *)', "'60' is no minute, which is from 0 to 59"],
    ['cron(0 24 ? * * *)', "'24' is no hour"],
    ['cron(0 5 0 * ? *)', "'0' is no day of the month"],
    ['cron(0 5 15W * ? *)', "'15W' is no day of the month"],
    ['cron(0 5 ? FEBRUARY * *)', "'FEBRUARY' is no month"],
    ['cron(0 5 ? * 8 *)', "'8' is no day of the week"],
    ['cron(0 5 ? * SUN#6 *)', "'SUN#6' is no day of the week"],
    ['cron(0 5 ? * FRI-MON *)', "'FRI-MON' is no day of the week"],
    ['cron(0/0 5 ? * * *)', 'is no minute'],
    ['cron(0, 5 ? * * *)', 'is no minute'],
    ['cron(1-2-3 5 ? * * *)', 'is no minute'],
    ['cron(*-5 5 ? * * *)', "'*' is no minute"],
  ])('%s', (expression, reason) => {
    expect(() => parseCron(expression)).toThrow(RangeError);
    expect(() => parseCron(expression)).toThrow(reason);
  });
});

it('means what the simulated Scheduler of AWS takes it to mean', () => {
  const field = (least: number, most: number): fc.Arbitrary<string> => {
    const value = fc.integer({ min: least, max: most });
    const part = fc.oneof(
      fc.constant('*'),
      value.map(String),
      fc.tuple(value, value).map((pair) => `${Math.min(...pair)}-${Math.max(...pair)}`),
      fc.tuple(value, fc.integer({ min: 1, max: 12 })).map(([from, step]) => `${from}/${step}`),
    );
    return fc.array(part, { minLength: 1, maxLength: 3 }).map((parts) => parts.join(','));
  };
  const special = fc.constantFrom('L', 'MONL', '3L', 'SAT#5', '1#1');
  const days = fc.oneof(
    fc.oneof(field(1, 31), fc.constant('L')).map((monthDays) => [monthDays, '?'] as const),
    fc.oneof(field(1, 7), special).map((weekDays) => ['?', weekDays] as const),
  );
  const expressions = fc
    .tuple(field(0, 59), field(0, 23), days, field(1, 12), field(2026, 2030))
    .map(([minutes, hours, [monthDays, weekDays], months, years]) =>
      [minutes, hours, monthDays, months, weekDays, years].join(' '),
    );
  fc.assert(
    fc.property(expressions, fc.integer({ min: 20_500, max: 22_500 }), (expression, first) => {
      const ours = parseCron(`cron(${expression})`);
      const simulated = parseAsSimulated(expression);
      expect(ours.minutesOfDay).toEqual(simulated.minutesOfDay);
      for (let day = first; day < first + 40; day += 1) {
        const date = new Date(day * 86_400_000);
        const wanted = simulated.matchesDay({
          year: date.getUTCFullYear(),
          month: date.getUTCMonth() + 1,
          day: date.getUTCDate(),
        });
        if (ours.isOnDay(day) !== wanted) throw new Error(`${expression} on ${date.toISOString()}`);
      }
    }),
  );
});
