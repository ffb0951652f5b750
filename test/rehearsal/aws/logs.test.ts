import { describe, expect, it } from '@jest/globals';
import { Metrics, minuteOf } from '../../../rehearsal/aws/cloudwatch-metrics.ts';
import { Logs } from '../../../rehearsal/aws/logs.ts';

const now = new Date('2026-03-02T08:00:00Z');
const region = 'us-east-1';

function logs(pattern = '{ $.message.message = "unreadable" }') {
  const metrics = new Metrics(() => now);
  const service = new Logs(metrics);
  service.createMetricFilter({
    region,
    name: 'Filter',
    properties: {
      LogGroupName: '/aws/lambda/one',
      FilterPattern: pattern,
      MetricTransformations: [{ MetricNamespace: 'ours', MetricName: 'Unreadable', MetricValue: '1' }],
    },
  });
  const sum = () => {
    const series = metrics.series({ region, namespace: 'ours', name: 'Unreadable', dimensions: {} });
    return series.statistics(minuteOf(now), minuteOf(now) + 1)?.sum;
  };
  return { service, sum };
}

describe('a metric filter', () => {
  it('counts the records of its log group that match', () => {
    const { service, sum } = logs();
    const record = { level: 'ERROR', message: { message: 'unreadable' } };
    service.put(region, '/aws/lambda/one', record);
    service.put(region, '/aws/lambda/one', record);
    service.put(region, '/aws/lambda/one', { message: { message: 'readable' } });
    service.put(region, '/aws/lambda/one', { message: 'unreadable' });
    service.put(region, '/aws/lambda/other', record);
    service.put('us-west-2', '/aws/lambda/one', record);
    expect(sum()).toBe(2);
  });

  it.each(['unreadable', '{ $.a = 1 }', '{ $.a = "x*" }', '{ ($.a = "x") || ($.b = "y") }'])(
    'with the pattern %s is refused, for it is not simulated',
    (pattern) => {
      expect(() => logs(pattern)).toThrow('does not simulate');
    },
  );
});
