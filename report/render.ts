import type { Block, Chart, Fact, KeyFigure, Notes, ReportDocument, Section } from './document.ts';
import { figure } from './figure.ts';
import { Html, html } from './html.ts';
import { severitySign } from './severity.ts';
import { style } from './style.ts';
import { table } from './table.ts';

/**
 * What the page may do: nothing but show what is in it. A browser holds it to that, whatever has found its way in.
 * @see https://developer.mozilla.org/docs/Web/HTTP/Guides/CSP
 */
const contentSecurityPolicy =
  "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

/**
 * A page of HTML that is complete in itself: it loads nothing and runs nothing. The same document gives the same page,
 * byte for byte.
 */
export function renderReport({
  title,
  subtitle,
  headline,
  figures,
  sections,
  provenance,
}: ReportDocument): string {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${contentSecurityPolicy}">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${title}: ${headline.text}</title>
<style>${new Html(style)}</style>
</head>
<body>
<a class="skip" href="#main">To the content</a>
<header><h1>${title}</h1><p>${subtitle}</p></header>
<main id="main" tabindex="-1">
<div class="headline ${headline.severity}">${severitySign(headline.severity)}<p><strong>${headline.text}</strong>${headline.detail === undefined ? undefined : html`<span>${headline.detail}</span>`}</p></div>
${figures.length === 0 ? undefined : html`<dl class="figures">${figures.map(keyFigure)}</dl>`}
${contents(sections)}
${sections.map(section)}
</main>
<footer><dl>${provenance.map(fact)}</dl></footer>
</body>
</html>
`.markup;
}

function keyFigure({ name, value, detail, severity }: KeyFigure): Html {
  return html`<div><dt>${name}</dt><dd class="value${severity === undefined ? '' : ` ${severity}`}">${value}</dd>${detail === undefined ? undefined : html`<dd class="detail">${detail}</dd>`}</div>`;
}

function contents(sections: readonly Section[]): Html {
  const entries = sections.map(({ title }, index) => html`<li><a href="#section-${index}">${title}</a></li>`);
  return html`<nav aria-label="Sections"><ul>${entries}</ul></nav>`;
}

function section({ title, intro, blocks }: Section, index: number): Html {
  const id = `section-${index}`;
  return html`<section id="${id}" aria-labelledby="${id}-title"><h2 id="${id}-title">${title}</h2>
${intro === undefined ? undefined : html`<p class="intro">${intro}</p>`}
${rowsOf(blocks).map((row, place) => blockRow(row, `${id}-${place}`))}
</section>
`;
}

type Row = Exclude<Block, Chart> | { readonly kind: 'charts'; readonly charts: readonly Chart[] };

/** Charts that follow each other are one row. */
function rowsOf(blocks: readonly Block[]): readonly Row[] {
  const rows: Row[] = [];
  let charts: Chart[] | undefined;
  for (const block of blocks) {
    if (block.kind === 'table' || block.kind === 'notes') {
      rows.push(block);
      charts = undefined;
    } else if (charts === undefined) {
      charts = [block];
      rows.push({ kind: 'charts', charts });
    } else charts.push(block);
  }
  return rows;
}

function blockRow(row: Row, id: string): Html {
  switch (row.kind) {
    case 'table':
      return table(row);
    case 'notes':
      return notes(row);
    case 'charts':
      return html`<div class="row">${row.charts.map((chart, index) => figure(chart, `${id}-${index}`))}</div>`;
  }
}

function notes({ items }: Notes): Html {
  const entries = items.map(
    ({ severity, title, text }) =>
      html`<li>${severitySign(severity)}<div><h3>${title}</h3><p>${text}</p></div></li>`,
  );
  return html`<ul class="notes">${entries}</ul>`;
}

function fact({ name, value }: Fact): Html {
  return html`<dt>${name}</dt><dd>${value}</dd>`;
}
