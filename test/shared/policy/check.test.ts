import { describe, expect, it } from '@jest/globals';
import opsPolicy from '../../../ops.config.ts';
import { checkPolicy, PolicyError } from '../../../shared/policy/check.ts';
import type { PolicyProblem } from '../../../shared/policy/rule.ts';
import { policy } from '../../builders.ts';
import { absent, spoil } from '../events/sample.ts';

/** The problems that the check lists; none when it accepts the policy. */
function problemsOf(given: unknown): readonly PolicyProblem[] {
  try {
    checkPolicy(given);
    return [];
  } catch (error) {
    if (error instanceof PolicyError) return error.problems;
    throw error;
  }
}

it('accepts our policy, and gives it back as it is', () => {
  expect(checkPolicy(opsPolicy)).toEqual(opsPolicy);
});

describe('a value of the wrong form is one problem, with its place, the value, and what to write', () => {
  it.each<[string, string, unknown, string, unknown, RegExp]>([
    // what, where it is spoiled, the value; path, value and remedy of the problem
    ['a Region that is none', 'regions.primary', 'virginia', 'regions.primary', 'virginia', /us-east-1/],
    ['no registry Region', 'regions.registry', [], 'regions.registry', [], /./],
    [
      'one of several Regions',
      'regions.alerts',
      ['us-east-1', 'west'],
      'regions.alerts[1]',
      'west',
      /us-east-1/,
    ],
    ['a mode that there is not', 'images.mode', 'dry-run', 'images.mode', 'dry-run', /observe.*act/],
    [
      'a tag word with a hyphen',
      'environments.staging.imageTag',
      'pre-prod',
      'environments.staging.imageTag',
      'pre-prod',
      /hyphen/,
    ],
    [
      'a verdict that rules cannot give',
      'environments.staging.verdicts.HIGH',
      'unknown',
      'environments.staging.verdicts.HIGH',
      'unknown',
      /block/,
    ],
    [
      'a severity that there is not',
      'environments.staging.verdictAlerts.block',
      'page',
      'environments.staging.verdictAlerts.block',
      'page',
      /critical/,
    ],
    ['days in parts', 'retention.logs', 1.5, 'retention.logs', 1.5, /whole days/],
    ['no days', 'retention.volumeSnapshots', 0, 'retention.volumeSnapshots', 0, /at least one day/],
    ['days as text', 'retention.images.staging', '90', 'retention.images.staging', '90', /whole days/],
    [
      'a repository by name alone',
      'services.api.repository',
      'api',
      'services.api.repository',
      'api',
      /existing.*create/,
    ],
    [
      'a repository both ways',
      'services.api.repository',
      { existing: 'a', create: 'a' },
      'services.api.repository',
      { existing: 'a', create: 'a' },
      /existing.*create/,
    ],
    [
      'a channel by its name',
      'alerts.sinks.ops.channel',
      '#ops',
      'alerts.sinks.ops.channel',
      '#ops',
      /channel's id/,
    ],
    [
      'a way to post that there is not',
      'alerts.sinks.ops.auth',
      'password',
      'alerts.sinks.ops.auth',
      'password',
      /bot-token/,
    ],
    ['no routes', 'alerts.routes', [], 'alerts.routes', [], /./],
    ['a route to nobody', 'alerts.routes.0.sinks', [], 'alerts.routes[0].sinks', [], /at least one sink/],
    [
      'a last resort that is no address',
      'alerts.lastResort',
      ['ann'],
      'alerts.lastResort[0]',
      'ann',
      /email/,
    ],
    ['no last resort', 'alerts.lastResort', [], 'alerts.lastResort', [], /name at least one/],
    [
      'a runbook that is not on https',
      'alerts.runbookUrl',
      'http://example.com',
      'alerts.runbookUrl',
      'http://example.com',
      /./,
    ],
  ])('%s', (_what, where, value, path, given, remedy) => {
    expect(problemsOf(spoil(policy, where, value))).toEqual([
      {
        path,
        value: given,
        fact: 'the value is not of the right form',
        remedy: expect.stringMatching(remedy),
      },
    ]);
  });
});

describe('what is missing', () => {
  it.each([
    'regions.standby',
    'environments.staging.verdicts.UNTRIAGED',
    'environments.staging.verdictAlerts.unknown',
    'images.mode',
    'retention.logs',
    'alerts.sinks.ops.secret',
    'alerts.lastResort',
  ])('%s is asked for', (path) => {
    expect(problemsOf(spoil(policy, path, absent))).toEqual([
      { path, value: undefined, fact: 'it is missing', remedy: expect.stringContaining('add it') },
    ]);
  });
});

describe('a key that there is not', () => {
  it.each([
    ['at the top', 'extra', '(the policy itself)'],
    ['misspelled, further in', 'images.Mode', 'images'],
    ['in an environment', 'environments.staging.verdictAlerts.pass', 'environments.staging.verdictAlerts'],
    ['in a sink', 'alerts.sinks.ops.token', 'alerts.sinks.ops'],
    ['in a route', 'alerts.routes.1.severity', 'alerts.routes[1]'],
  ])('is not passed over in silence: %s', (_what, where, path) => {
    const key = where.split('.').at(-1) ?? '';
    expect(problemsOf(spoil(policy, where, 'x'))).toEqual([
      {
        path,
        value: [key],
        fact: `the policy has no key '${key}', so it would be ignored`,
        remedy: expect.stringContaining(`remove '${key}'`),
      },
    ]);
  });
});

it.each([[undefined], [null], ['policy'], [[]]])('refuses what is no policy at all: %j', (given) => {
  expect(problemsOf(given)).toMatchObject([{ path: '(the policy itself)' }]);
});

it('tells every problem of form at once, each with its path, its value and its remedy', () => {
  const given = spoil(
    spoil(spoil(policy, 'regions.standby', absent), 'images.mode', 'dry-run'),
    'retention.images.production',
    -1,
  );
  expect(problemsOf(given).map(({ path }) => path)).toEqual([
    'regions.standby',
    'images.mode',
    'retention.images.production',
  ]);
  expect(() => checkPolicy(given)).toThrow(
    /^The policy in ops\.config\.ts has 3 problems:\n {2}regions\.standby: it is missing\n {6}given: nothing\n {6}remedy: add it: .+\n {2}images\.mode: .+\n {6}given: "dry-run"\n {6}remedy: .+\n {2}retention\.images\.production: .+\n {6}given: -1\n {6}remedy: use at least one day$/,
  );
});

it('asks about sense only once the form is right', () => {
  const senseless = spoil(policy, 'regions.standby', 'us-east-1');
  expect(problemsOf(senseless).map(({ path }) => path)).toEqual(['regions.standby']);
  expect(problemsOf(spoil(senseless, 'images.mode', 'dry-run')).map(({ path }) => path)).toEqual([
    'images.mode',
  ]);
});

it('counts one problem as one', () => {
  expect(() => checkPolicy(spoil(policy, 'regions.standby', 'us-east-1'))).toThrow(
    /^The policy in ops\.config\.ts has a problem:\n {2}regions\.standby: /,
  );
});
