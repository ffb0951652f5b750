import { describe, expect, it } from '@jest/globals';
import opsPolicy from '../../../ops.config.ts';
import { lintPolicy } from '../../../shared/policy/lint.ts';
import type { Policy } from '../../../shared/policy/schema.ts';
import { policy } from '../../builders.ts';
import { absent, spoil } from '../events/sample.ts';

type Route = Policy['alerts']['routes'][number];
type Sink = Policy['alerts']['sinks'][string];

/** The valid policy with one value changed. */
const spoilt = (path: string, value: unknown): Policy => spoil(policy, path, value) as unknown as Policy;

/** The valid policy with other alert settings. */
const withAlerts = (over: Partial<Policy['alerts']>): Policy => ({
  ...policy,
  alerts: { ...policy.alerts, ...over },
});

const withRoutes = (...routes: Route[]): Policy => withAlerts({ routes });

/** The valid policy with one more sink, which the last route names. */
const withSink = (name: string, sink: Sink): Policy =>
  withAlerts({
    sinks: { ...policy.alerts.sinks, [name]: sink },
    routes: policy.alerts.routes.map((route, n, { length }) =>
      n === length - 1 ? { ...route, sinks: [...route.sinks, name] } : route,
    ),
  });

interface Problem {
  readonly path: string;
  readonly value: unknown;
  readonly remedy: string | RegExp;
}

const slack: Sink = { type: 'slack', auth: 'bot-token', channel: 'C0123456789', secret: 'ops/other' };

it('finds nothing wrong with a policy that makes sense, and nothing with ours', () => {
  expect(lintPolicy(policy)).toEqual([]);
  expect(lintPolicy(opsPolicy)).toEqual([]);
});

describe('one value spoiled is one problem, with its place, the value, and what to do', () => {
  const table: readonly [string, Policy, Problem][] = [
    [
      'a standby in the primary Region',
      spoilt('regions.standby', 'us-east-1'),
      { path: 'regions.standby', value: 'us-east-1', remedy: 'name another Region' },
    ],
    [
      'a primary Region that holds no images',
      spoilt('regions.registry', ['us-west-2']),
      { path: 'regions.registry', value: ['us-west-2'], remedy: "add 'us-east-1'" },
    ],
    [
      'a primary Region that tells nobody',
      spoilt('regions.alerts', ['us-west-2']),
      { path: 'regions.alerts', value: ['us-west-2'], remedy: "add 'us-east-1'" },
    ],
    [
      'a standby Region that tells nobody',
      spoilt('regions.alerts', ['us-east-1']),
      { path: 'regions.alerts', value: ['us-east-1'], remedy: "add 'us-west-2'" },
    ],
    [
      'a registry Region named twice',
      spoilt('regions.registry', ['us-east-1', 'us-east-1', 'us-east-1']),
      {
        path: 'regions.registry',
        value: ['us-east-1', 'us-east-1', 'us-east-1'],
        remedy: 'list each Region once',
      },
    ],
    [
      'an alert Region named twice',
      spoilt('regions.alerts', ['us-east-1', 'us-west-2', 'us-west-2']),
      {
        path: 'regions.alerts',
        value: ['us-east-1', 'us-west-2', 'us-west-2'],
        remedy: 'list each Region once',
      },
    ],
    [
      'two environments with one tag word',
      spoilt('environments.staging.imageTag', 'prod'),
      { path: 'environments', value: 'prod', remedy: /a word of its own/ },
    ],
    [
      'CRITICAL judged milder than HIGH',
      spoilt('environments.production.verdicts.CRITICAL', 'review'),
      {
        path: 'environments.production.verdicts.CRITICAL',
        value: 'review',
        remedy: "use 'block' or stricter",
      },
    ],
    [
      'LOW judged milder than INFORMATIONAL',
      spoilt('environments.staging.verdicts.INFORMATIONAL', 'monitor'),
      {
        path: 'environments.staging.verdicts.LOW',
        value: 'pass',
        remedy: "use 'monitor' or stricter",
      },
    ],
    [
      'an unrated finding that is let pass',
      spoilt('environments.staging.verdicts.UNDEFINED', 'monitor'),
      {
        path: 'environments.staging.verdicts.UNDEFINED',
        value: 'monitor',
        remedy: "use 'review' or 'block'",
      },
    ],
    [
      'an untriaged finding that is let pass',
      spoilt('environments.development.verdicts.UNTRIAGED', 'pass'),
      {
        path: 'environments.development.verdicts.UNTRIAGED',
        value: 'pass',
        remedy: "use 'review' or 'block'",
      },
    ],
    [
      'no such environment for unclear images',
      spoilt('images.environmentWhenUnclear', 'qa'),
      {
        path: 'images.environmentWhenUnclear',
        value: 'qa',
        remedy: 'name one of production, staging, development; the strictest is safest',
      },
    ],
    [
      'an environment whose images never age out',
      spoilt('retention.images.staging', absent),
      {
        path: 'retention.images.staging',
        value: undefined,
        remedy: 'say for how many days they are kept',
      },
    ],
    [
      'a retention of no environment',
      spoilt('retention.images.qa', 30),
      {
        path: 'retention.images.qa',
        value: 30,
        remedy: 'correct the name (production, staging, development) or remove it',
      },
    ],
    [
      'two services with one repository',
      spoilt('services.api-gateway.repository', { create: 'api' }),
      { path: 'services', value: 'api', remedy: 'give each service a repository of its own' },
    ],
    [
      'a sink whose name is too long',
      withSink('s'.repeat(42), slack),
      {
        path: `alerts.sinks.${'s'.repeat(42)}`,
        value: 's'.repeat(42),
        remedy: /at most 41 characters/,
      },
    ],
    [
      'a sink named like a dead-letter queue',
      withSink('ops-dlq', slack),
      { path: 'alerts.sinks.ops-dlq', value: 'ops-dlq', remedy: /-dlq/ },
    ],
    [
      'a topic that is created for nobody',
      spoilt('alerts.sinks.mail.mail', absent),
      { path: 'alerts.sinks.mail.mail', value: undefined, remedy: /list the mail addresses/ },
    ],
    [
      'addresses for a topic that is not ours',
      spoilt('alerts.sinks.mail.topic', { existing: 'theirs' }),
      {
        path: 'alerts.sinks.mail.mail',
        value: ['oncall@example.com'],
        remedy: /subscribe them where the topic is made/,
      },
    ],
    [
      'a route to a sink that there is not',
      spoilt('alerts.routes.2.sinks', ['ops', 'pager']),
      { path: 'alerts.routes[2].sinks', value: 'pager', remedy: 'name one of oncall, ops, mail' },
    ],
    [
      'a route for an environment that there is not',
      spoilt('alerts.routes.0.environments', ['production', 'qa']),
      {
        path: 'alerts.routes[0].environments',
        value: 'qa',
        remedy: 'name some of production, staging, development, unknown',
      },
    ],
    [
      'no route for every alert',
      spoilt('alerts.routes.2.severities', ['info']),
      {
        path: 'alerts.routes[2]',
        value: { severities: ['info'], sinks: ['ops'] },
        remedy: /end the routes/,
      },
    ],
    [
      'a route behind one that takes everything',
      withRoutes(...policy.alerts.routes, { severities: ['info'], sinks: ['ops'] }),
      { path: 'alerts.routes[2]', value: { sinks: ['ops'] }, remedy: 'move it to the end' },
    ],
    [
      'a sink that no route names',
      withAlerts({ sinks: { ...policy.alerts.sinks, spare: slack } }),
      { path: 'alerts.sinks.spare', value: 'spare', remedy: 'name it in a route, or remove it' },
    ],
    [
      'critical alerts with one way out',
      spoilt('alerts.routes.0.sinks', ['oncall', 'ops']),
      { path: 'alerts.routes[0].sinks', value: ['oncall', 'ops'], remedy: 'add a sink of another type' },
    ],
    [
      'no rule for every alarm',
      spoilt('alerts.alarms.2.name', 'api-*'),
      {
        path: 'alerts.alarms[2]',
        value: { name: 'api-*', severity: 'critical', environment: 'unknown' },
        remedy: "end the rules with one for the name '*'",
      },
    ],
    [
      'an alarm rule for an environment that there is not',
      spoilt('alerts.alarms.1.environment', 'qa'),
      {
        path: 'alerts.alarms[1].environment',
        value: 'qa',
        remedy: 'name one of production, staging, development, unknown',
      },
    ],
  ];

  it.each(table)('%s', (_what, given, { path, value, remedy }) => {
    const say = typeof remedy === 'string' ? remedy : expect.stringMatching(remedy);
    expect(lintPolicy(given)).toEqual([{ path, value, fact: expect.stringMatching(/./), remedy: say }]);
  });
});

describe('what is just allowed', () => {
  it.each<[string, Policy]>([
    ['severities that are judged alike', spoilt('environments.production.verdicts.CRITICAL', 'block')],
    ['unrated findings that block', spoilt('environments.production.verdicts.UNDEFINED', 'block')],
    ['a sink whose name has 41 characters', withSink('s'.repeat(41), slack)],
    ['a topic that is not ours', withSink('theirs', { type: 'sns', topic: { existing: 'theirs' } })],
    ['an alarm rule for alarms that cannot be placed', spoilt('alerts.alarms.0.environment', 'unknown')],
    ['a registry in the primary Region alone', spoilt('regions.registry', ['us-east-1'])],
    ['one route for everything, with two ways out', withRoutes({ sinks: ['oncall', 'ops', 'mail'] })],
  ])('%s', (_what, given) => {
    expect(lintPolicy(given)).toEqual([]);
  });
});

describe('logs are kept for as long as AWS offers', () => {
  it.each([
    [90, undefined],
    [89, 'use 90'],
    [91, 'use 120'],
    [1, undefined],
    [2, 'use 3'],
    [3653, undefined],
    [3654, 'use 3653'],
    [10_000, 'use 3653'],
  ])('%d days: %s', (days, remedy) => {
    expect(lintPolicy(spoilt('retention.logs', days))).toEqual(
      remedy === undefined
        ? []
        : [{ path: 'retention.logs', value: days, fact: expect.stringContaining('CloudWatch Logs'), remedy }],
    );
  });
});

describe('the tag that keeps snapshots', () => {
  it.each([
    ['aeon-ops:keep', false],
    ['aws-keep', false],
    ['aws:keep', true],
    ['AWS:keep', true],
  ])('%s', (keepTag, isReserved) => {
    expect(lintPolicy(spoilt('retention.keepTag', keepTag))).toMatchObject(
      isReserved ? [{ path: 'retention.keepTag', value: keepTag, remedy: 'use a key of your own' }] : [],
    );
  });
});

describe('critical alerts have two ways out in every route that takes them', () => {
  it.each<[string, readonly Route[], readonly string[]]>([
    [
      'the last route takes what no route before it names',
      [{ severities: ['warning', 'info'], sinks: ['ops', 'oncall', 'mail'] }, { sinks: ['ops'] }],
      ['alerts.routes[1].sinks'],
    ],
    [
      'the only route',
      [{ environments: ['development'], sinks: ['oncall', 'mail'] }, { sinks: ['ops', 'oncall'] }],
      ['alerts.routes[1].sinks'],
    ],
    [
      'a route for some environments and every severity',
      [{ environments: ['production'], sinks: ['oncall', 'ops'] }, { sinks: ['ops', 'mail'] }],
      ['alerts.routes[0].sinks'],
    ],
    [
      'not a route behind one that takes every critical alert',
      [{ severities: ['critical'], sinks: ['oncall', 'mail'] }, { sinks: ['ops'] }],
      [],
    ],
    [
      'not a route without critical alerts',
      [{ severities: ['info'], sinks: ['ops'] }, { sinks: ['oncall', 'mail'] }],
      [],
    ],
  ])('%s', (_what, routes, paths) => {
    expect(lintPolicy(withRoutes(...routes)).map(({ path }) => path)).toEqual(paths);
  });
});

it('tells every problem at once', () => {
  const given = spoil(spoil(policy, 'retention.logs', 89), 'regions.standby', 'us-east-1');
  expect(lintPolicy(given as unknown as Policy).map(({ path }) => path)).toEqual([
    'regions.standby',
    'retention.logs',
  ]);
});
