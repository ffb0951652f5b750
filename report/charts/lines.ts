import type { EChartsCoreOption } from 'echarts/core';
import type { LineChart } from '../document.ts';
import { dayMs } from '../format.ts';
import { colour } from '../palette.ts';
import { budgetLine, timeAxis, valueAxis } from './axes.ts';
import { drawing, type Size } from './svg.ts';

/** Of the series of a chart, in order: who cannot tell the colours apart can tell these. */
export const symbols = ['circle', 'rect', 'triangle', 'diamond'] as const;

export function symbolOf(index: number): (typeof symbols)[number] {
  return symbols[index % symbols.length] ?? 'circle';
}

export function drawLines(
  { series, unit, budget }: LineChart,
  width: number,
  id: string,
): Size & { markup: string } {
  const size = { width, height: width < 500 ? 220 : 240 };
  const points = series.flatMap((each) => each.points);
  const values = [...points.map(({ value }) => value), ...(budget ? [budget.value] : [])];
  const option: EChartsCoreOption = {
    grid: {
      left: 4,
      right: 20,
      top: 20,
      bottom: 4,
      outerBoundsMode: 'same',
      outerBoundsContain: 'axisLabel',
    },
    xAxis: timeAxis(...rangeOf(points), width < 500 ? 4 : 7),
    yAxis: valueAxis(values, unit, 5),
    series: series.map((each, index) => ({
      type: 'line',
      silent: true,
      symbol: symbolOf(index),
      symbolSize: 8,
      showAllSymbol: true,
      lineStyle: { color: colour.series(index), width: 2 },
      itemStyle: { color: colour.series(index) },
      data: each.points.map(({ at, value }) => [at.getTime(), value]),
      ...(index === 0 && budgetLine('yAxis', budget)),
    })),
  };
  return { ...size, markup: drawing(option, size, id) };
}

/** With a day around what happened at one moment alone. */
function rangeOf(points: readonly { readonly at: Date }[]): [from: Date, to: Date] {
  const moments = points.map(({ at }) => at.getTime());
  const [from, to] = [Math.min(...moments), Math.max(...moments)];
  return from < to ? [new Date(from), new Date(to)] : [new Date(from - dayMs), new Date(to + dayMs)];
}
