import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { MetricSeries, type StatisticSet } from '../../../rehearsal/aws/cloudwatch-metrics.ts';

const report = fc.record({ minute: fc.integer({ min: 0, max: 11 }), value: fc.integer({ min: 0, max: 2 }) });

function seriesOf(reports: readonly { readonly minute: number; readonly value: number }[]): MetricSeries {
  const series = new MetricSeries();
  for (const { minute, value } of reports) series.add(value, minute);
  return series;
}

function statisticsOf(values: readonly number[]): StatisticSet | undefined {
  if (values.length === 0) return undefined;
  return {
    sampleCount: values.length,
    sum: values.reduce((total, value) => total + value, 0),
    minimum: Math.min(...values),
    maximum: Math.max(...values),
  };
}

it('comes to what its reports come to, in whichever order they are made', () => {
  fc.assert(
    fc.property(fc.array(report, { maxLength: 25 }), (reports) => {
      const series = seriesOf(reports);
      for (let from = 0; from <= 12; from += 1) {
        for (let to = from + 1; to <= 13; to += 1) {
          const among = reports.filter(({ minute }) => minute >= from && minute < to);
          expect(series.statistics(from, to)).toEqual(statisticsOf(among.map(({ value }) => value)));
        }
      }
    }),
  );
});

it('calls steady only what was the same in each minute', () => {
  fc.assert(
    fc.property(fc.array(report, { maxLength: 25 }), fc.integer({ min: 0, max: 11 }), (reports, from) => {
      const series = seriesOf(reports);
      const to = 12;
      if (!series.isSteady(from, to)) return;
      const minutes = Array.from({ length: to - from }, (_, past) => from + past);
      const each = minutes.map((minute) => JSON.stringify(series.statistics(minute, minute + 1)));
      expect(new Set(each).size).toBe(1);
    }),
  );
});

it('is steady while nothing is reported, and while the same is', () => {
  const same = seriesOf([1, 2, 3, 4].map((minute) => ({ minute, value: 0 })));
  expect(same.isSteady(1, 5)).toBe(true);
  expect(same.isSteady(0, 5)).toBe(false);
  expect(same.isSteady(4, 6)).toBe(false);
  expect(same.isSteady(5, 9)).toBe(true);
  expect(seriesOf([]).isSteady(0, 5)).toBe(true);
});
