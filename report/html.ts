/** Markup that is safe to put into a page. Only this file makes any. */
export class Html {
  readonly markup: string;

  constructor(markup: string) {
    this.markup = markup;
  }
}

type Value = Html | string | number | undefined | readonly (Html | string)[];

/** Markup with values in it, each of which is escaped unless it is markup itself. Undefined is nothing. */
export function html(texts: TemplateStringsArray, ...values: readonly Value[]): Html {
  return new Html(
    texts.map((text, index) => (index === 0 ? text : `${markupOf(values[index - 1])}${text}`)).join(''),
  );
}

/** Text in an element, or in an attribute between quotes. */
export function escapeText(text: string): string {
  return plain(text).replace(/[&<>"']/g, (sign) => escapes[sign] ?? '');
}

/** The same without control characters, which have no place in HTML. */
export function plain(text: string): string {
  return text.replace(/(?![\t\n\r])\p{Cc}/gu, '\ufffd');
}

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function markupOf(value: Value): string {
  if (value === undefined) return '';
  if (value instanceof Html) return value.markup;
  if (typeof value === 'string' || typeof value === 'number') return escapeText(String(value));
  return value.map(markupOf).join('');
}
