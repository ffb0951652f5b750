import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import policy from '../../ops.config.ts';
import { list, ofType, type Resource } from './templates.ts';

const alarms = ofType('AWS::CloudWatch::Alarm');

function nameOf(alarm: Resource): string {
  return alarm.properties.AlarmName as string;
}

function descriptionOf(alarm: Resource): string {
  return alarm.properties.AlarmDescription as string;
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

  it('alarm is quiet while there is nothing to measure, and named as ours', () => {
    for (const alarm of alarms) {
      expect(alarm.properties.TreatMissingData).toBe('notBreaching');
      expect(nameOf(alarm)).toMatch(/^aeon-ops-/);
    }
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
    const sections = [...runbook.matchAll(/^#+ (aeon-ops-\S+)$/gm)].map(([, heading]) => heading);
    expect(new Set(sections)).toEqual(new Set(alarms.map(nameOf)));
  });
});

describe('an alarm', () => {
  const carriesAlerts = /^aeon-ops-(route-alert|deliver-alert-|sink-|forward-)/;

  it('on what carries alerts also goes by mail, when it fires and when it is over', () => {
    const own = alarms.filter((alarm) => carriesAlerts.test(nameOf(alarm)));
    expect(own.length).toBeGreaterThan(0);
    for (const { region, properties } of own) {
      const lastResort = [`arn:aws:sns:${region}:111122223333:aeon-ops-last-resort`];
      expect(list(properties.AlarmActions)).toEqual(lastResort);
      expect(list(properties.OKActions)).toEqual(lastResort);
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

  it('exists in every Region that judges or tells', () => {
    expect(new Set(ofType('AWS::CloudWatch::Dashboard').map(({ stack }) => stack))).toEqual(
      new Set([
        'aeon-ops-alerts-us-east-1',
        'aeon-ops-alerts-us-west-2',
        'aeon-ops-images-eu-west-1',
        'aeon-ops-images-us-east-1',
        'aeon-ops-images-us-west-2',
      ]),
    );
  });
});
