import type { Cell, Column, Table } from './document.ts';
import { type Html, html } from './html.ts';
import { severityMark } from './severity.ts';

/**
 * A table whose rows become cards on a phone. The roles say again what the elements are, since a browser forgets it
 * when a style shows them as something else.
 */
export function table({ caption, columns, rows, empty }: Table): Html {
  if (rows.length === 0) return html`<p class="empty">${empty}</p>`;
  return html`<table class="cards" role="table"><caption>${caption}</caption>
<thead role="rowgroup"><tr role="row">${columns.map(columnHeader)}</tr></thead>
<tbody role="rowgroup">${rows.map((row) => tableRow(row, columns))}</tbody></table>`;
}

/** Numbers, in a box of their own that scrolls where there is no room for them. */
export function dataTable(
  id: string,
  caption: string,
  columns: readonly string[],
  rows: readonly (readonly string[])[],
): Html {
  return html`<div class="scroll" role="region" tabindex="0" aria-labelledby="${id}"><table class="numbers"><caption id="${id}">${caption}</caption>
<thead><tr>${columns.map((name) => html`<th scope="col">${name}</th>`)}</tr></thead>
<tbody>${rows.map(numbersRow)}</tbody></table></div>`;
}

function numbersRow([first = '', ...others]: readonly string[]): Html {
  return html`<tr><th scope="row">${first}</th>${others.map((text) => html`<td>${text}</td>`)}</tr>\n`;
}

function columnHeader({ name, align }: Column): Html {
  return html`<th scope="col" role="columnheader"${alignment(align)}>${name}</th>`;
}

function tableRow(cells: readonly Cell[], columns: readonly Column[]): Html {
  return html`<tr role="row">${cells.map((cell, index) => tableCell(cell, columns[index], index === 0))}</tr>\n`;
}

function tableCell(cell: Cell, column: Column | undefined, isHeader: boolean): Html {
  const content = contentOf(cell);
  if (isHeader) return html`<th scope="row" role="rowheader">${content}</th>`;
  return html`<td role="cell" data-column="${column?.name ?? ''}"${alignment(column?.align)}>${content}</td>`;
}

function contentOf(cell: Cell): Html {
  if (typeof cell === 'string') return html`<span class="cell">${cell}</span>`;
  const { text, detail, severity } = cell;
  const main = severity === undefined ? text : severityMark(severity, text);
  return html`<span class="cell">${main}${detail === undefined ? undefined : html`<small>${detail}</small>`}</span>`;
}

function alignment(align: Column['align']): Html | undefined {
  return align === undefined ? undefined : html` class="${align}"`;
}
