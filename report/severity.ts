import type { Severity } from './document.ts';
import { type Html, html } from './html.ts';

const signs: Readonly<Record<Severity, string>> = { good: '✓', warning: '!', bad: '✗', unknown: '?' };

/** Severity by sign, word and colour: none of them is needed to understand the others. */
export function severityMark(severity: Severity, text: string = severity): Html {
  return html`<span class="badge ${severity}"><b aria-hidden="true">${signs[severity]}</b> ${text}</span>`;
}

export function severitySign(severity: Severity): Html {
  return html`<b class="sign ${severity}" role="img" aria-label="${severity}">${signs[severity]}</b>`;
}
