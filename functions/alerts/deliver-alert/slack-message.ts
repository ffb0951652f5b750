import type { Alert, AlertLink } from '../../../shared/domain/alert.ts';
import type { Tell } from './sink.ts';
import { badge, footnotes, headline, plainText } from './wording.ts';

export interface SlackMessage {
  /** What notifications and screen readers show. */
  readonly text: string;
  readonly blocks: readonly SlackBlock[];
  readonly unfurl_links: false;
  readonly unfurl_media: false;
}

/** `verbatim` keeps Slack from making mentions and links of what looks like one. */
interface MarkdownText {
  readonly type: 'mrkdwn';
  readonly text: string;
  readonly verbatim: true;
}

type SlackBlock =
  | { readonly type: 'section'; readonly text: MarkdownText }
  | { readonly type: 'section'; readonly fields: readonly MarkdownText[] }
  | { readonly type: 'context'; readonly elements: readonly MarkdownText[] };

/**
 * Slack refuses a message whose section text exceeds 3,000 characters or a field 2,000, or that has more than 10
 * fields in a section; the whole stays far below the total at which it answers `msg_blocks_too_long`.
 * @see https://docs.slack.dev/reference/block-kit/blocks/section-block
 */
const most = { title: 400, text: 2000, label: 80, field: 500, fields: 10, note: 300, url: 1000 } as const;

/** An alert in Block Kit. */
export function slackMessage(alert: Alert, telling: Tell): SlackMessage {
  const title = escapeWithin(headline(alert, telling), most.title);
  const fields = alert.facts
    .slice(0, most.fields)
    .map(({ name, value }) =>
      markdown(`*${escapeWithin(name, most.label)}*\n${escapeWithin(value, most.field)}`),
    );
  const links = alert.links.flatMap(link).slice(0, 2).join(' · ');
  const notes = footnotes(alert, telling).map((note) => escapeWithin(note, most.note));

  const blocks: SlackBlock[] = [
    {
      type: 'section',
      text: markdown(`${badge(alert, telling)} *${title}*\n${escapeWithin(alert.meaning, most.text)}`),
    },
  ];
  if (fields.length > 0) blocks.push({ type: 'section', fields });
  if (alert.action !== '') {
    blocks.push({
      type: 'section',
      text: markdown(`*What to do*\n${escapeWithin(alert.action, most.text)}`),
    });
  }
  blocks.push({ type: 'context', elements: [...notes, ...(links === '' ? [] : [links])].map(markdown) });
  return {
    text: `${badge(alert, telling)} ${title}`,
    blocks,
    unfurl_links: false,
    unfurl_media: false,
  };
}

function markdown(text: string): MarkdownText {
  return { type: 'mrkdwn', text, verbatim: true };
}

/**
 * The three characters that begin or end something in Slack's markup. With them escaped, no mention, link or entity
 * can come from outside.
 * @see https://docs.slack.dev/messaging/formatting-message-text#escaping
 */
const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

/** Escapes, and cuts so that the escaped text has at most so many characters and no escape is cut in half. */
function escapeWithin(text: string, length: number): string {
  let escaped = '';
  for (const character of plainText(text)) {
    const next = entities[character] ?? character;
    if (escaped.length + next.length > length - 1) return `${escaped}…`;
    escaped += next;
  }
  return escaped;
}

/** A link that is too long to be shown is left out: the text does not depend on it. */
function link({ label, url }: AlertLink): readonly string[] {
  const target = new URL(url).href.replaceAll('|', '%7C').replaceAll('<', '%3C').replaceAll('>', '%3E');
  if (target.length > most.url) return [];
  return [`<${target.replaceAll('&', '&amp;')}|${escapeWithin(label, most.label)}>`];
}
