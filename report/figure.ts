import { drawBars } from './charts/bars.ts';
import { drawLines, symbolOf } from './charts/lines.ts';
import { drawTimeline } from './charts/timeline.ts';
import type { Chart, LineChart } from './document.ts';
import { sayMoment, sayValue } from './format.ts';
import { Html, html } from './html.ts';
import { colour } from './palette.ts';
import { severityMark } from './severity.ts';
import { dataTable } from './table.ts';

/** A chart is drawn for each of these widths in pixels, and the page shows the one that fits. */
const widths = { wide: 1100, middle: 520, narrow: 310 } as const;

/** A chart with its name, what it shows in a sentence, and all its numbers in a table. */
export function figure(chart: Chart, id: string): Html {
  return html`<figure class="chart" id="${id}">
<figcaption><h3>${chart.title}</h3><p>${chart.summary}</p></figcaption>
${legend(chart)}
${Object.entries(widths).map(([name, width]) => picture(chart, name, width, `${id}-${name}`))}
<details><summary>Numbers<span class="for-readers"> of ${chart.title}</span></summary>${numbers(chart, `${id}-numbers`)}</details>
</figure>`;
}

function picture(chart: Chart, name: string, width: number, id: string): Html {
  const { height, markup } = draw(chart, width, id);
  return html`<svg class="${name}" viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="${id}-title ${id}-desc">
<title id="${id}-title">${chart.title}</title><desc id="${id}-desc">${chart.summary}</desc>
${new Html(markup)}</svg>`;
}

function draw(chart: Chart, width: number, id: string): { height: number; markup: string } {
  switch (chart.kind) {
    case 'lines':
      return drawLines(chart, width, id);
    case 'bars':
      return drawBars(chart, width, id);
    case 'timeline':
      return drawTimeline(chart, width, id);
  }
}

function legend(chart: Chart): Html | undefined {
  const budget = budgetName(chart);
  const series = chart.kind === 'lines' ? chart.series : [];
  const severities =
    chart.kind === 'timeline'
      ? new Set(chart.lanes.flatMap(({ spans }) => spans.map(({ severity }) => severity)))
      : new Set<never>();
  const entries = [
    ...series.map(({ name }, index) => html`<li>${seriesMark(index)}${name}</li>`),
    ...[...severities].map((severity) => html`<li>${severityMark(severity)}</li>`),
    ...(budget === undefined ? [] : [html`<li><i class="budget"></i>${budget}</li>`]),
  ];
  return entries.length === 0 ? undefined : html`<ul class="legend">${entries}</ul>`;
}

function budgetName(chart: Chart): string | undefined {
  if (chart.kind !== 'timeline') return chart.budget?.name;
  return chart.lanes.find(({ budget }) => budget !== undefined)?.budget?.name;
}

const shapes = {
  circle: html`<circle cx="6" cy="6" r="4"/>`,
  rect: html`<path d="M2 2h8v8h-8z"/>`,
  triangle: html`<path d="M6 1.5l5 9h-10z"/>`,
  diamond: html`<path d="M6 1l5 5l-5 5l-5-5z"/>`,
};

function seriesMark(index: number): Html {
  return html`<svg class="mark" viewBox="0 0 12 12" aria-hidden="true" fill="${colour.series(index)}">${shapes[symbolOf(index)]}</svg>`;
}

function numbers(chart: Chart, id: string): Html {
  switch (chart.kind) {
    case 'lines':
      return dataTable(id, chart.title, ['UTC', ...chart.series.map(({ name }) => name)], rowsOf(chart));
    case 'bars':
      return dataTable(
        id,
        chart.title,
        ['What', 'Value', 'Judged'],
        chart.bars.map(({ name, value, text, severity }) => [
          name,
          text ?? sayValue(value, chart.unit),
          severity,
        ]),
      );
    case 'timeline':
      return dataTable(
        id,
        chart.title,
        ['Where', 'What', 'From (UTC)', 'To (UTC)', 'Judged'],
        chart.lanes.flatMap(({ name, spans }) =>
          spans.map((span) => [name, span.name, sayMoment(span.from), sayMoment(span.to), span.severity]),
        ),
      );
  }
}

function rowsOf({ series, unit }: LineChart): string[][] {
  const moments = [...new Set(series.flatMap(({ points }) => points.map(({ at }) => at.getTime())))].sort();
  return moments.map((moment) => [
    sayMoment(new Date(moment)),
    ...series.map(({ points }) => {
      const point = points.find(({ at }) => at.getTime() === moment);
      return point === undefined ? '' : sayValue(point.value, unit);
    }),
  ]);
}
