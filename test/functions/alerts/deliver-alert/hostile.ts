import fc from 'fast-check';
import { alertSeverities } from '../../../../shared/domain/alert.ts';
import { alert } from '../../../builders.ts';

/** What somebody could write into a tag, a CVE's title or an alarm's name. */
export const hostilePieces = [
  '<!channel>',
  '<!here|here>',
  '<@U0123456789>',
  '<#C0123456789>',
  '<http://evil.example|https://good.example>',
  '<mailto:a@b.example|mail>',
  '>',
  '<',
  '&',
  '&lt;',
  '&amp;',
  '|',
  '*bold* _it_ ~s~ `code` ```',
  '> quote',
  'https://evil.example/?a=1&b=2',
  '\n',
  '\r\n',
  '\r',
  '\t',
  '\u0000',
  '\u001b[31m',
  '\u007f',
  '\u202e',
  '\u200f',
  '\u2066',
  '\u200b',
  '\ufeff',
  '\ud83d',
  '\ude00',
  '😀',
  '👩‍👩‍👧',
  'é',
  '汉字',
  '𝕏',
  ' ',
  'plain',
  '\u2028',
  '',
  'x'.repeat(2500),
  '&'.repeat(1200),
  '😀'.repeat(700),
] as const;

export const hostileText = fc.oneof(
  fc.array(fc.constantFrom(...hostilePieces), { maxLength: 12 }).map((pieces) => pieces.join('')),
  fc.string({ unit: 'binary', maxLength: 80 }),
  fc.constant('<!channel>'.repeat(1000)),
);

/** An alert all of whose text is from outside. */
export const hostileAlert = fc
  .record({
    state: fc.constantFrom('firing' as const, 'resolved' as const),
    severity: fc.constantFrom(...alertSeverities),
    environment: hostileText,
    title: hostileText,
    meaning: hostileText,
    action: hostileText,
    subject: hostileText,
    region: hostileText,
    facts: fc.array(fc.record({ name: hostileText, value: hostileText }), { maxLength: 15 }),
    links: fc.array(
      fc.record({
        label: hostileText,
        url: hostileText.map(
          (text) =>
            `https://example.com/${encodeURIComponent(text.toWellFormed()).slice(0, 300)}?a=1&b=<|>#${text.slice(0, 100)}`,
        ),
      }),
      { maxLength: 3 },
    ),
  })
  .map((over) => alert(over));

export const anyTelling = fc.record({
  do: fc.constant('tell' as const),
  as: fc.constantFrom('new' as const, 'escalated' as const, 'again' as const, 'resolved' as const),
  mayRepeat: fc.boolean(),
  reason: fc.constant('it fires for the first time'),
});
