import { expect, it } from '@jest/globals';
import { type AlarmStateValue, datapointsOf, evaluate } from '../../../rehearsal/aws/cloudwatch-alarm.ts';
import { alarmOf } from '../../../rehearsal/aws/cloudwatch-configuration.ts';
import { minuteOf } from '../../../rehearsal/aws/cloudwatch-metrics.ts';
import { services } from './services.ts';
import { account, region, virtualKernel } from './virtual-kernel.ts';

const minutes = 600;

const kinds = ['missing', 'ignore', 'breaching', 'notBreaching'].flatMap((TreatMissingData) =>
  [
    { Period: 60, EvaluationPeriods: 1 },
    { Period: 60, EvaluationPeriods: 3, DatapointsToAlarm: 2 },
    { Period: 300, EvaluationPeriods: 2 },
  ].map((more) => ({ TreatMissingData, ...more })),
);

const resource = (index: number) => ({
  region,
  name: `alarm-${index}`,
  properties: {
    Namespace: 'Platform',
    MetricName: `Metric${index}`,
    Statistic: 'Maximum',
    Threshold: 100,
    ComparisonOperator: 'GreaterThanThreshold',
    ...kinds[index],
  },
});

/** Alarms whose metrics say nothing for long are left alone by the service; here each is looked at each minute. */
it('alarms change their state when they would if each was evaluated at each minute', async () => {
  using kernel = virtualKernel(11);
  const aws = services(kernel);
  const alarms = kinds.map((_kind, index) => alarmOf(account, resource(index)).alarm);
  for (let index = 0; index < kinds.length; index += 1) aws.cloudWatch.createAlarm(resource(index));
  aws.cloudWatch.start();
  const begin = minuteOf(kernel.now());
  const byHand = 400;

  for (let minute = 0; minute < minutes; minute += 1) {
    if (minute === byHand) aws.cloudWatch.setAlarmState(region, 'alarm-0', 'ALARM', 'a person says so');
    for (const metric of alarms.flatMap(({ metrics }) => metrics)) {
      if (kernel.random() < 0.02) aws.cloudWatch.putMetric(metric, kernel.random() < 0.5 ? 150 : 50);
    }
    await kernel.pass(60);
  }

  const expected = alarms.flatMap((alarm, index) => {
    const series = alarm.metrics.map((metric) => aws.metrics.series(metric));
    let value: AlarmStateValue = 'INSUFFICIENT_DATA';
    return Array.from({ length: minutes }, (_, past) => begin + past + 1).flatMap((minute) => {
      if (index === 0 && minute === begin + byHand + 1) value = 'ALARM';
      const next = evaluate(alarm, value, datapointsOf(alarm, series, minute), new Date(minute * 60_000));
      if (next === undefined) return [];
      const change = `${alarm.name}: ${value} -> ${next.value} at minute ${minute - begin}: ${next.reason}`;
      value = next.value;
      return [change];
    });
  });
  const seen = kernel.record.entries.flatMap(({ at, entry }) =>
    entry.kind === 'alarm' && entry.reason !== 'a person says so'
      ? [`${entry.name}: ${entry.from} -> ${entry.to} at minute ${minuteOf(at) - begin}: ${entry.reason}`]
      : [],
  );
  expect(seen.toSorted()).toEqual(expected.toSorted());
  expect(seen.length).toBeGreaterThan(50);
});
