import { describe, expect, it } from '@jest/globals';
import type { BackupTier } from '../../../shared/policy/backup-schema.ts';
import type { Policy } from '../../../shared/policy/schema.ts';
import { loose, problemsOf, rule, withRule, withTier } from './backups.ts';

type Rules = Policy['backups']['tiers'][string]['rules'];

const path = 'backups.tiers.data.rules.hourly';

function withRules(rules: Rules): Policy {
  return withTier(
    { rules, rpoMinutes: { 'us-east-1': 1_000_000, 'us-west-2': 1_000_000 } },
    { components: loose },
  );
}

it('finds nothing wrong with one hourly rule', () => {
  expect(problemsOf(withTier({}))).toEqual([]);
});

describe('a schedule', () => {
  it.each(['cron(0 5 ? * * *)', 'cron(0 5 1 * ? *)'])('may be %s', (cron) => {
    expect(problemsOf(withRule({ cron }))).toEqual([]);
  });

  it.each(['rate(1 hour)', 'cron(0 5 * * *)', 'cron(0 5 * * * *)', 'cron(0 25 ? * * *)'])(
    'cannot be %s',
    (cron) => {
      expect(problemsOf(withRule({ cron }))).toEqual([
        [
          `${path}.cron`,
          cron,
          expect.stringContaining('no such schedule'),
          expect.stringContaining('cron(30 5'),
        ],
      ]);
    },
  );

  it('is read by the clocks of a time zone that exists', () => {
    expect(problemsOf(withRule({ timeZone: 'Europe/Berlin' }))).toEqual([]);
    expect(problemsOf(withRule({ timeZone: 'Europe/Bonn' }))).toEqual([
      [`${path}.timeZone`, 'Europe/Bonn', expect.stringContaining('no such time zone'), expect.anything()],
    ]);
  });
});

describe('windows', () => {
  it.each([
    [60, undefined],
    [59, 'no start window of less than 60'],
  ])('begin within %d minutes: %s', (startWindowMinutes, fact) => {
    expect(problemsOf(withRule({ startWindowMinutes }))).toEqual(
      fact === undefined
        ? []
        : [
            [
              `${path}.startWindowMinutes`,
              startWindowMinutes,
              expect.stringContaining(fact),
              'use 60 or more',
            ],
          ],
    );
  });

  it.each([
    [61, undefined],
    [60, 'cancelled at once'],
  ])('end within %d minutes, where they begin within 60: %s', (completionWindowMinutes, fact) => {
    expect(problemsOf(withRule({ completionWindowMinutes }))).toEqual(
      fact === undefined
        ? []
        : [
            [
              `${path}.completionWindowMinutes`,
              completionWindowMinutes,
              expect.stringContaining(fact),
              expect.anything(),
            ],
          ],
    );
  });
});

describe('start windows', () => {
  const apart: Rules = {
    hourly: { ...rule, cron: 'cron(0 0-4,6-23 ? * * *)' },
    daily: { ...rule, cron: 'cron(0 5 ? * * *)' },
  };

  it('may touch', () => {
    expect(problemsOf(withRules(apart))).toEqual([]);
  });

  it.each([
    ['the daily run is in an hour of the hourly one', { cron: 'cron(0 6 ? * * *)' }, 'daily'],
    ['the daily run is a minute early', { cron: 'cron(59 4 ? * * *)' }, 'daily'],
    ['the daily run is a minute late', { cron: 'cron(1 5 ? * * *)' }, 'daily'],
    ['the daily run may begin for longer', { startWindowMinutes: 61, completionWindowMinutes: 120 }, 'daily'],
  ])('swallow a run where %s', (_what, changed, _who) => {
    const problems = problemsOf(
      withRules({ ...apart, daily: { ...rule, cron: 'cron(0 5 ? * * *)', ...changed } }),
    );
    expect(problems).toHaveLength(1);
    expect(problems[0]?.[0]).toMatch(/^backups\.tiers\.data\.rules\.(hourly|daily)$/);
    expect(problems[0]?.[2]).toContain('only the one that is kept for longer');
  });

  it('swallow 16 of the 24 hourly runs in the example of AWS: eight hours for a run each twelve', () => {
    const [problem, ...others] = problemsOf(
      withRules({
        hourly: rule,
        half: {
          ...rule,
          cron: 'cron(0 0/12 ? * * *)',
          startWindowMinutes: 480,
          completionWindowMinutes: 600,
        },
      }),
    );
    expect(others).toEqual([]);
    expect(problem?.[2]).toContain('2028-01-01T00:00:00.000Z');
  });

  it('of a rule swallow its own next run where they are longer than its interval', () => {
    expect(problemsOf(withRule({ startWindowMinutes: 60 }))).toEqual([]);
    expect(problemsOf(withRule({ startWindowMinutes: 61 }))).toEqual([
      [
        path,
        rule.cron,
        expect.stringContaining('before the start window of the run before it'),
        expect.anything(),
      ],
    ]);
  });

  it('cannot be apart where a rule runs more often than hourly', () => {
    expect(problemsOf(withRule({ cron: 'cron(0/30 * ? * * *)' }))).toHaveLength(1);
  });

  it('of the archive count as well', () => {
    const archive: Omit<Extract<BackupTier['archive'], { as: 'recovery-points' }>, 'cron'> = {
      as: 'recovery-points',
      startWindowMinutes: 60,
      completionWindowMinutes: 120,
      keepDays: 2557,
      vault: 'main',
      copies: [],
    };
    const rules = { ...apart, daily: { ...rule, cron: 'cron(0 5 2-31 * ? *)' } };
    const given = (cron: string): Policy =>
      withTier(
        {
          rules,
          archive: { ...archive, cron },
          rpoMinutes: { 'us-east-1': 1_000_000, 'us-west-2': 1_000_000 },
        },
        { components: loose },
      );
    expect(problemsOf(given('cron(0 5 1 * ? *)'))).toEqual([]);
    expect(problemsOf(given('cron(0 5 2 * ? *)'))).toHaveLength(1);
    expect(problemsOf(given('cron(0 6 1 * ? *)'))).toHaveLength(1);
  });

  it('are compared at the same moment, not at the same reading of two clocks', () => {
    const berlin = { ...rule, timeZone: 'Europe/Berlin' };
    const given = (cron: string): Policy =>
      withRules({
        early: { ...rule, cron: 'cron(0 4 ? * * *)' },
        berlin: { ...berlin, cron },
      });
    expect(problemsOf(given('cron(0 4 ? * * *)'))).toEqual([]);
    // 04:00 in UTC is 06:00 there, in summer alone.
    const [problem, ...others] = problemsOf(given('cron(0 6 ? * * *)'));
    expect(others).toEqual([]);
    expect(problem?.[2]).toContain('2028-03-26T04:00');
  });
});

describe('a plan', () => {
  it.each([
    [0, 'nothing would ever be backed up'],
    [10, undefined],
    [11, 'at most 10 rules'],
  ])('with %d rules: %s', (count, fact) => {
    const daily = Array.from({ length: count }, (_, index): [string, Rules[string]] => [
      `r-${index}`,
      { ...rule, cron: `cron(0 ${index} ? * * *)` },
    ]);
    const facts = problemsOf(withRules(Object.fromEntries(daily)))
      .filter(([at]) => at === 'backups.tiers.data.rules')
      .map(([, , said]) => said);
    expect(facts).toEqual(fact === undefined ? [] : [expect.stringContaining(fact)]);
  });
});
