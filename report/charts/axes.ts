import type { Budget, Unit } from '../document.ts';
import { dayMs, momentsApart, sayValue, tickOf } from '../format.ts';
import { colour } from '../palette.ts';
import { fontFamily } from './svg.ts';

export const label = { color: colour.of('quiet'), fontFamily, fontSize: 12 };

/** Share of the width that names beside a chart have at most. Longer ones are cut; the numbers below have all of it. */
export const mostForNames = 0.4;

/** Letters that stand on lines stay readable. */
export const halo = { textBorderColor: colour.of('card'), textBorderWidth: 3 };

export const line = { lineStyle: { color: colour.of('line') } };

const splitLine = { lineStyle: { color: colour.of('grid') } };

/** From 0 to a little over the largest. */
export function valueAxis(values: readonly number[], unit: Unit, marks: number): object {
  const most = Math.max(...values, 0) * 1.1 || 1;
  return {
    type: 'value',
    min: 0,
    max: most,
    interval: tickOf(most, unit, marks),
    axisLabel: {
      ...label,
      formatter: (value: number) => (value === 0 ? '0' : sayValue(value, unit)),
      hideOverlap: true,
      showMaxLabel: false,
    },
    axisLine: { show: false },
    axisTick: { show: false },
    splitLine,
  };
}

/** Marks are at round moments of UTC: ECharts' own are not evenly apart. */
export function timeAxis(from: Date, to: Date, marks: number): object {
  const [min, max] = [from.getTime(), to.getTime()];
  const distance = momentsApart((max - min) / marks);
  const customValues: number[] = [];
  for (let at = Math.ceil(min / distance) * distance; at <= max; at += distance) customValues.push(at);
  return {
    type: 'value',
    min,
    max,
    axisLabel: { ...label, customValues, formatter: sayMark },
    axisLine: { ...line, onZero: false },
    axisTick: { ...line, customValues },
    splitLine: { show: true, ...splitLine },
  };
}

/** Of the moment a mark is at, what is not plain: the day at midnight, the time else. */
function sayMark(moment: number): string {
  const text = new Date(moment).toUTCString();
  return moment % dayMs === 0 ? text.slice(5, 11).replace(/^0/, '') : text.slice(17, 22);
}

/** A line across, with its name at the end. */
export function budgetLine(axis: 'xAxis' | 'yAxis', budget: Budget | undefined): object {
  if (budget === undefined) return {};
  return {
    markLine: {
      symbol: 'none',
      z: 1,
      silent: true,
      lineStyle: { color: colour.of('budget'), width: 1.5, type: [5, 4] },
      label: {
        ...label,
        color: colour.of('budget'),
        ...halo,
        formatter: () => budget.name,
        position: axis === 'yAxis' ? 'insideEndTop' : 'start',
      },
      data: [{ [axis]: budget.value }],
    },
  };
}
