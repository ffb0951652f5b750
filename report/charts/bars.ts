import type { EChartsCoreOption } from 'echarts/core';
import type { BarChart } from '../document.ts';
import { sayValue } from '../format.ts';
import { colour } from '../palette.ts';
import { budgetLine, halo, label, line, mostForNames, valueAxis } from './axes.ts';
import { drawing, type Size, widthOf } from './svg.ts';

/** Where there is little room, names stand above their bars. */
const narrow = 500;

export function drawBars(
  { bars, unit, budget }: BarChart,
  width: number,
  id: string,
): Size & { markup: string } {
  const isNarrow = width < narrow;
  const size = { width, height: bars.length * (isNarrow ? 46 : 32) + 56 };
  const texts = bars.map(({ value, text }) => text ?? sayValue(value, unit));
  const names = isNarrow
    ? 0
    : Math.min(width * mostForNames, Math.max(...bars.map(({ name }) => widthOf(name))));
  const room = width - 40 - names;
  const values = [
    ...bars.map(
      ({ value }, index) => (value * room) / Math.max(room - widthOf(texts[index] ?? ''), room / 4),
    ),
    ...(budget ? [budget.value * 1.1] : []),
  ];
  const option: EChartsCoreOption = {
    grid: {
      left: 4,
      right: isNarrow ? 14 : 24,
      top: 22,
      bottom: 4,
      outerBoundsMode: 'same',
      outerBoundsContain: 'axisLabel',
    },
    xAxis: valueAxis(values, unit, room / 60),
    yAxis: {
      type: 'category',
      inverse: true,
      data: bars.map(({ name }) => name),
      axisLabel: {
        ...label,
        color: colour.of('ink'),
        interval: 0,
        width: isNarrow ? width - 20 : width * mostForNames,
        overflow: 'truncate',
        ...(isNarrow && { inside: true, align: 'left', verticalAlign: 'bottom', padding: [0, 0, 13, -6] }),
      },
      axisLine: line,
      axisTick: { show: false },
      z: 10,
    },
    series: [
      {
        type: 'bar',
        silent: true,
        barWidth: isNarrow ? 10 : 14,
        ...(isNarrow && { barCategoryGap: 0 }),
        itemStyle: { borderRadius: [0, 3, 3, 0] },
        label: { ...label, show: true, position: 'right', color: colour.of('ink'), ...halo },
        data: bars.map(({ value, severity }, index) => ({
          value,
          itemStyle: { color: colour.of(severity) },
          label: { formatter: () => texts[index] ?? '' },
        })),
        ...budgetLine('xAxis', budget),
      },
    ],
  };
  return { ...size, markup: drawing(option, size, id) };
}
