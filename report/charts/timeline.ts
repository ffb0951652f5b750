import type { CustomSeriesRenderItemAPI } from 'echarts';
import type { EChartsCoreOption } from 'echarts/core';
import { type Severity, severities, type Timeline } from '../document.ts';
import { colour } from '../palette.ts';
import { label, line, mostForNames, timeAxis } from './axes.ts';
import { drawing, type Size, widthOf } from './svg.ts';

const barHeight = 12;

/** What took no time at all can be seen, too. */
const leastWidth = 3;

export function drawTimeline(
  { lanes, from, to }: Timeline,
  width: number,
  id: string,
): Size & { markup: string } {
  const isNarrow = width < 500;
  const size = { width, height: lanes.length * (isNarrow ? 44 : 30) + 34 };
  const names = isNarrow
    ? 0
    : Math.min(width * mostForNames, Math.max(...lanes.map(({ name }) => widthOf(name))));
  const room = width - 40 - names;
  const option: EChartsCoreOption = {
    grid: { left: 4, right: 24, top: 8, bottom: 4, outerBoundsMode: 'same', outerBoundsContain: 'axisLabel' },
    xAxis: timeAxis(from, to, room / 60),
    yAxis: {
      type: 'category',
      inverse: true,
      data: lanes.map(({ name }) => name),
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
        type: 'custom',
        silent: true,
        clip: true,
        data: lanes.flatMap(({ spans }, lane) =>
          spans.map((span) => [lane, span.from.getTime(), span.to.getTime(), shadeOf(span.severity)]),
        ),
        renderItem: (_: unknown, api: CustomSeriesRenderItemAPI) => bar(api),
      },
      {
        type: 'custom',
        silent: true,
        clip: true,
        data: lanes.flatMap(({ budget }, lane) => (budget ? [[lane, budget.at.getTime()]] : [])),
        renderItem: (_: unknown, api: CustomSeriesRenderItemAPI) => deadline(api),
      },
    ],
  };
  return { ...size, markup: drawing(option, size, id) };
}

/** The data of ECharts' custom series are numbers. */
function shadeOf(severity: Severity): number {
  return severities.indexOf(severity);
}

function bar(api: CustomSeriesRenderItemAPI): object {
  const [lane, from, to, shade] = [0, 1, 2, 3].map((dimension) => Number(api.value(dimension)));
  const [left = 0, middle = 0] = api.coord([from ?? 0, lane ?? 0]);
  const [right = 0] = api.coord([to ?? 0, lane ?? 0]);
  return {
    type: 'rect',
    shape: {
      x: left,
      y: middle - barHeight / 2,
      width: Math.max(right - left, leastWidth),
      height: barHeight,
      r: 2,
    },
    style: { fill: colour.of(severities[shade ?? 0] ?? 'unknown') },
  };
}

function deadline(api: CustomSeriesRenderItemAPI): object {
  const [x = 0, middle = 0] = api.coord([Number(api.value(1)), Number(api.value(0))]);
  return {
    type: 'line',
    shape: { x1: x, x2: x, y1: middle - barHeight, y2: middle + barHeight },
    style: { fill: 'none', stroke: colour.of('budget'), lineWidth: 2 },
  };
}
