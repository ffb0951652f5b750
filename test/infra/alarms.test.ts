import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { contracts } from '../../infra/functions.ts';
import { cadenceOf } from '../../infra/schedule-cadence.ts';
import policy from '../../ops.config.ts';
import { list, ofType, type Properties, type Resource } from './templates.ts';

const alarms = ofType('AWS::CloudWatch::Alarm');

function nameOf(alarm: Resource): string {
  return alarm.properties.AlarmName as string;
}

function descriptionOf(alarm: Resource): string {
  return alarm.properties.AlarmDescription as string;
}

/** The metrics that an alarm looks at, each with the last of its dimensions. */
function metricsOf({ MetricName, Dimensions, Metrics }: Properties): readonly string[] {
  type Metric = { readonly MetricName: string; readonly Dimensions: readonly { readonly Value: string }[] };
  const several = (Metrics ?? []) as readonly { readonly MetricStat?: { readonly Metric: Metric } }[];
  const all = [
    { MetricName, Dimensions } as Metric,
    ...several.flatMap((one) => one.MetricStat?.Metric ?? []),
  ];
  return all.flatMap((metric) =>
    metric.Dimensions === undefined
      ? []
      : [`${metric.MetricName} ${metric.Dimensions.map(({ Value }) => Value).at(-1)}`],
  );
}

function alarmsOn(stack: string, metric: string, dimension: string): Resource[] {
  return alarms.filter(
    ({ stack: own, properties }) =>
      own === stack &&
      properties.MetricName === metric &&
      (properties.Dimensions as { Value: string }[]).some(({ Value }) => Value === dimension),
  );
}

describe('every', () => {
  it('dead-letter queue has an alarm that fires at the first message', () => {
    const queues = ofType('AWS::SQS::Queue').filter(({ name }) => name.endsWith('-dlq'));
    expect(queues.length).toBeGreaterThan(0);
    for (const { stack, name } of queues) {
      const [alarm] = alarmsOn(stack, 'ApproximateNumberOfMessagesVisible', name.replace('Queue ', ''));
      expect(alarm?.properties).toMatchObject({
        Threshold: 1,
        ComparisonOperator: 'GreaterThanOrEqualToThreshold',
        EvaluationPeriods: 1,
        Period: 60,
      });
    }
  });

  it.each(['Errors', 'Throttles'])('function has an alarm on its %s', (metric) => {
    const lacking = ofType('AWS::Lambda::Function').filter(
      ({ stack, name }) => alarmsOn(stack, metric, name.replace('Function ', '')).length !== 1,
    );
    expect(lacking).toEqual([]);
  });

  it('sink has alarms for alerts that wait, and for alerts that are refused again and again', () => {
    for (const region of policy.regions.alerts) {
      for (const sink of Object.keys(policy.alerts.sinks)) {
        const on = (metric: string) =>
          alarmsOn(`aeon-ops-alerts-${region}`, metric, `aeon-ops-sink-${sink}`).map(({ properties }) => [
            properties.AlarmName,
            properties.Threshold,
          ]);
        expect(on('ApproximateAgeOfOldestMessage')).toEqual([[`aeon-ops-sink-${sink}-age`, 15 * 60]]);
        expect(on('ApproximateNumberOfMessagesNotVisible')).toEqual([[`aeon-ops-sink-${sink}-retrying`, 1]]);
      }
    }
  });

  it('alarm is quiet while there is nothing to measure, unless silence is what it is about, and named as ours', () => {
    for (const alarm of alarms) {
      const isAboutSilence = nameOf(alarm).endsWith('-missed');
      expect(alarm.properties.TreatMissingData).toBe(isAboutSilence ? 'breaching' : 'notBreaching');
      expect(nameOf(alarm)).toMatch(/^aeon-ops-/);
    }
  });

  it('function that runs by the clock has an alarm that fires when it did not three times', () => {
    const wanted = contracts.flatMap(({ name, schedules = [] }) => {
      const [first] = schedules;
      if (first === undefined) return [];
      const period = 60 * Math.min(...schedules.map(({ expression }) => cadenceOf(expression)));
      return ofType('AWS::Lambda::Function')
        .filter((lambda) => lambda.name === `Function aeon-ops-${name}`)
        .map(({ stack }) => ({ stack, name: `aeon-ops-${name}`, period }));
    });
    expect(wanted.length).toBeGreaterThan(0);
    for (const { stack, name, period } of wanted) {
      const [alarm, ...others] = alarmsOn(stack, 'Invocations', name);
      expect(others).toEqual([]);
      expect(alarm?.properties).toMatchObject({
        AlarmName: `${name}-missed`,
        Statistic: 'Sum',
        Period: period,
        EvaluationPeriods: 3,
        DatapointsToAlarm: 3,
        Threshold: 1,
        ComparisonOperator: 'LessThanThreshold',
      });
    }
  });

  it('way into a dead-letter queue that another service takes has an alarm on what it loses', () => {
    const watched = alarms.flatMap(({ stack, properties }) =>
      metricsOf(properties).map((metric) => `${stack}: ${metric}`),
    );
    const rules = ofType('AWS::Events::Rule').filter(({ properties }) =>
      (properties.Targets as { DeadLetterConfig?: object }[]).some((target) => target.DeadLetterConfig),
    );
    const ways = [
      ...rules.map(
        ({ stack, name }) => `${stack}: InvocationsFailedToBeSentToDlq ${name.replace('Rule ', '')}`,
      ),
      ...ofType('AWS::Lambda::EventInvokeConfig').map(
        ({ stack, properties }) =>
          `${stack}: DestinationDeliveryFailures ${String(properties.FunctionName).replace('Function ', '')}`,
      ),
      ...ofType('AWS::SNS::Subscription')
        .filter(({ properties }) => properties.RedrivePolicy)
        .map(
          ({ stack, properties }) =>
            `${stack}: NumberOfNotificationsFailedToRedriveToDlq ${String(properties.TopicArn).replace('Topic ', '')}`,
        ),
    ];
    expect(ways.length).toBeGreaterThan(10);
    expect(ways.filter((way) => !watched.includes(way))).toEqual([]);
  });

  it('alarm says what it means, what to do, and where the runbook tells more', () => {
    for (const alarm of alarms) {
      const [meaning, action, link, ...more] = descriptionOf(alarm).split('\n');
      expect(meaning).toMatch(/\.$/);
      expect(action).toMatch(/^What to do: .+\.$/);
      expect(link).toBe(`Runbook: ${policy.alerts.runbookUrl}#${nameOf(alarm)}`);
      expect(more).toEqual([]);
      expect(descriptionOf(alarm).length).toBeLessThanOrEqual(1024);
    }
  });

  it('alarm has a section in docs/runbook.md, and every section an alarm', () => {
    const runbook = readFileSync(new URL('../../docs/runbook.md', import.meta.url), 'utf8');
    // What another policy deploys has its own test: database-export.test.ts.
    const sections = [...runbook.matchAll(/^#+ (aeon-ops-(?!export-database-)\S+)$/gm)].map(
      ([, heading]) => heading,
    );
    expect(new Set(sections)).toEqual(new Set(alarms.map(nameOf)));
  });
});

describe('an alarm', () => {
  const carriesAlerts =
    /^aeon-ops-(route-alert|deliver-alert-|sink-|forward-)|^aeon-ops-.*-(lost(-\d+)?|missed)$/;

  it('on what carries alerts, and on what it stands on, also goes by mail, when it fires and when it is over', () => {
    const own = alarms.filter((alarm) => carriesAlerts.test(nameOf(alarm)));
    expect(own.length).toBeGreaterThan(0);
    for (const { region, properties } of own) {
      const lastResort = [`arn:aws:sns:${region}:111122223333:aeon-ops-last-resort`];
      expect(list(properties.AlarmActions)).toEqual(lastResort);
      expect(list(properties.OKActions)).toEqual(lastResort);
    }
  });

  it('on a function that carries alerts fires at its first failure, on another at the third', () => {
    for (const { properties } of alarms.filter((alarm) => alarm.properties.MetricName === 'Errors')) {
      const threshold = carriesAlerts.test(String(properties.AlarmName)) ? 1 : 3;
      expect([properties.AlarmName, properties.Threshold]).toEqual([properties.AlarmName, threshold]);
    }
  });

  it('on anything else needs no action: route-alert takes it from EventBridge', () => {
    const other = alarms.filter((alarm) => !carriesAlerts.test(nameOf(alarm)));
    expect(other.length).toBeGreaterThan(0);
    for (const { properties } of other) {
      expect(properties.AlarmActions).toBeUndefined();
      expect(properties.OKActions).toBeUndefined();
    }
  });
});

describe('a dashboard', () => {
  it.each(ofType('AWS::CloudWatch::Dashboard').map((dashboard) => [dashboard.stack, dashboard] as const))(
    '%s shows every queue and function of its stack',
    (stack, dashboard) => {
      expect(dashboard.properties.DashboardName).toBe(stack);
      const shown = dashboard.properties.DashboardBody as string;
      const things = [...ofType('AWS::SQS::Queue'), ...ofType('AWS::Lambda::Function')]
        .filter((resource) => resource.stack === stack)
        .map(({ name }) => name.split(' ')[1]);
      expect(things.filter((name) => !shown.includes(`"${name}"`))).toEqual([]);
    },
  );

  it('exists in every Region that judges, lets go or tells', () => {
    expect(new Set(ofType('AWS::CloudWatch::Dashboard').map(({ stack }) => stack))).toEqual(
      new Set([
        'aeon-ops-alerts-us-east-1',
        'aeon-ops-alerts-us-west-2',
        'aeon-ops-backups-us-east-1',
        'aeon-ops-backups-us-west-2',
        'aeon-ops-databases-us-east-1',
        'aeon-ops-databases-us-west-2',
        'aeon-ops-failover-eu-west-1',
        'aeon-ops-failover-us-west-2',
        'aeon-ops-fence-us-east-1',
        'aeon-ops-images-eu-west-1',
        'aeon-ops-images-us-east-1',
        'aeon-ops-images-us-west-2',
        'aeon-ops-restores-us-east-1',
        'aeon-ops-restores-us-west-2',
        'aeon-ops-retention-eu-west-1',
        'aeon-ops-retention-us-east-1',
        'aeon-ops-retention-us-west-2',
      ]),
    );
  });
});
