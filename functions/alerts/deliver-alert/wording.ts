import type { Alert } from '../../../shared/domain/alert.ts';
import type { Tell } from './sink.ts';

/*
 * What every sink says in the same words. Text from outside is made harmless here only so far as it is for every
 * sink; each sink then escapes it its own way.
 */

/** Severity at a glance, readable without colours too. */
export function badge(alert: Alert, telling: Tell): string {
  if (alert.state === 'resolved' || telling.as === 'over') return '✅';
  return { critical: '🔴', warning: '🟠', info: '🔵' }[alert.severity];
}

export function headline(alert: Alert, telling: Tell): string {
  const title = plainText(alert.title).replaceAll('\n', ' ');
  switch (telling.as) {
    case 'new':
    case 'resolved':
      return title;
    case 'again':
      return `Again: ${title}`;
    case 'changed':
      return `Now: ${title}`;
    case 'escalated':
      return `Worse: ${title}`;
    case 'over':
      return `Over already: ${title}`;
    default:
      return telling.as satisfies never;
  }
}

/** When and where, and what the reader should know about this message itself. */
export function footnotes(alert: Alert, telling: Tell): readonly string[] {
  return [
    `${alert.state === 'resolved' ? 'resolved' : alert.severity} · ${alert.environment} · ${alert.region}`,
    `${alert.state === 'resolved' ? 'since' : 'began'} ${sayTime(alert.occurredAt)}`,
    telling.resolvedAt === undefined
      ? ''
      : `resolved ${sayTime(telling.resolvedAt)}, before it could be told here`,
    telling.mayRepeat ? 'may be a repeat: an earlier attempt ended without an answer' : '',
  ].filter((note) => note !== '');
}

/** `2026-11-24 03:04:05 UTC` */
function sayTime(iso: string): string {
  return `${new Date(iso).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

/**
 * Without control characters and invisible ones, among them those that turn the direction of text; line breaks stay.
 */
export function plainText(text: string): string {
  return text.replaceAll('\r\n', '\n').replace(/[^\P{C}\n]/gu, ' ');
}

/** At most so many characters; what is cut off is replaced by an ellipsis, and no character is cut in half. */
export function cut(text: string, most: number): string {
  if (text.length <= most) return text;
  const kept = text.slice(0, most - 1);
  return `${kept.isWellFormed() ? kept : kept.slice(0, -1)}…`;
}
