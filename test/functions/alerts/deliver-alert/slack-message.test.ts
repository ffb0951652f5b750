import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Tell } from '../../../../functions/alerts/deliver-alert/sink.ts';
import { type SlackMessage, slackMessage } from '../../../../functions/alerts/deliver-alert/slack-message.ts';
import { alert } from '../../../builders.ts';
import { anyTelling, hostileAlert, hostilePieces } from './hostile.ts';

const asNew: Tell = { do: 'tell', as: 'new', mayRepeat: false, reason: 'it fires for the first time' };

/** Every text of a message that Slack reads as its markup, by where it stands. */
function textsOf({
  text,
  blocks,
}: SlackMessage): readonly { readonly where: string; readonly text: string }[] {
  return [
    { where: 'notification', text },
    ...blocks.flatMap((block) => {
      if (block.type === 'context')
        return block.elements.map((each) => ({ where: 'context', text: each.text }));
      if ('fields' in block) return block.fields.map((each) => ({ where: 'field', text: each.text }));
      return [{ where: 'section', text: block.text.text }];
    }),
  ];
}

const ownLink = /<https:\/\/[^<>|\s]+\|[^<>]*>/g;

/** https://docs.slack.dev/reference/block-kit/blocks and …/composition-objects/text-object */
function expectWithinLimits(message: SlackMessage): void {
  expect(message.blocks.length).toBeLessThanOrEqual(50);
  for (const block of message.blocks) {
    if ('fields' in block) expect(block.fields.length).toBeLessThanOrEqual(10);
    if ('elements' in block) {
      expect(block.elements.length).toBeGreaterThan(0);
      expect(block.elements.length).toBeLessThanOrEqual(10);
    }
  }
  for (const { where, text } of textsOf(message)) {
    expect(text.length).toBeGreaterThan(0);
    expect(text.length).toBeLessThanOrEqual(where === 'field' ? 2000 : 3000);
  }
}

describe('slackMessage', () => {
  it('says what happened, what it means, what to do, and when and where', () => {
    const markdown = (text: string): object => ({ type: 'mrkdwn', text, verbatim: true });
    expect(slackMessage(alert({ severity: 'critical' }), asNew)).toEqual({
      text: '🔴 Image needs a review: api-prod-1.0.0-4f1c2ab',
      blocks: [
        {
          type: 'section',
          text: markdown('🔴 *Image needs a review: api-prod-1.0.0-4f1c2ab*\n1 HIGH finding: CVE-2026-0001.'),
        },
        { type: 'section', fields: [markdown('*Repository*\napi')] },
        { type: 'section', text: markdown('*What to do*\nLook at the findings.') },
        {
          type: 'context',
          elements: [
            markdown('critical · production · us-east-1'),
            markdown('began 2026-03-02 08:00:00 UTC'),
            markdown('<https://example.com/image|Image in ECR>'),
          ],
        },
      ],
      unfurl_links: false,
      unfurl_media: false,
    });
  });

  it('leaves out what there is none of', () => {
    const { blocks } = slackMessage(alert({ action: '', facts: [], links: [] }), asNew);
    expect(blocks.map(({ type }) => type)).toEqual(['section', 'context']);
  });

  it.each<[string, Partial<Tell>, 'firing' | 'resolved', string]>([
    ['a first firing', {}, 'firing', '🟠 Disk full'],
    ['one that fires again', { as: 'again' }, 'firing', '🟠 Again: Disk full'],
    ['one that became louder', { as: 'escalated' }, 'firing', '🟠 Worse: Disk full'],
    ['a resolve', { as: 'resolved' }, 'resolved', '✅ Disk full'],
    [
      'one that is over',
      { as: 'over', resolvedAt: '2026-03-02T08:30:00.000Z' },
      'firing',
      '✅ Over already: Disk full',
    ],
  ])('begins as it is told: %s', (_what, telling, state, text) => {
    expect(slackMessage(alert({ title: 'Disk full', state }), { ...asNew, ...telling }).text).toBe(text);
  });

  it.each<[string, Partial<Tell>, 'firing' | 'resolved', readonly string[]]>([
    ['a firing', {}, 'firing', ['warning · production · us-east-1', 'began 2026-03-02 08:00:00 UTC']],
    [
      'a resolve',
      { as: 'resolved' },
      'resolved',
      ['resolved · production · us-east-1', 'since 2026-03-02 08:00:00 UTC'],
    ],
    [
      'one that is over',
      { as: 'over', resolvedAt: '2026-03-02T08:30:00.000Z' },
      'firing',
      [
        'warning · production · us-east-1',
        'began 2026-03-02 08:00:00 UTC',
        'resolved 2026-03-02 08:30:00 UTC, before it could be told here',
      ],
    ],
    [
      'a possible repeat',
      { mayRepeat: true },
      'firing',
      [
        'warning · production · us-east-1',
        'began 2026-03-02 08:00:00 UTC',
        'may be a repeat: an earlier attempt ended without an answer',
      ],
    ],
  ])('says below what the reader should know of the message: %s', (_what, telling, state, notes) => {
    const message = slackMessage(alert({ state, links: [] }), { ...asNew, ...telling });
    const context = textsOf(message).filter(({ where }) => where === 'context');
    expect(context.map(({ text }) => text)).toEqual(notes);
  });

  it.each([
    ['<!channel>', '&lt;!channel&gt;'],
    ['<http://x|y>', '&lt;http://x|y&gt;'],
    ['a & b', 'a &amp; b'],
    ['&lt;', '&amp;lt;'],
    ['one\ntwo', 'one two'],
    ['a\u202eb\u0000c\td', 'a b c d'],
    ['\ud83d alone', '  alone'],
    ['😀', '😀'],
  ])('makes %j harmless in a title', (title, shown) => {
    expect(slackMessage(alert({ title }), asNew).text).toBe(`🟠 ${shown}`);
  });

  it('keeps the line breaks of a meaning', () => {
    const [first] = slackMessage(alert({ title: 'T', meaning: 'one\r\ntwo\nthree' }), asNew).blocks;
    expect(first).toMatchObject({ text: { text: '🟠 *T*\none\ntwo\nthree' } });
  });

  it('cuts what is long, and says that it did, without cutting an escape or a character in half', () => {
    for (const piece of ['&', '<', '😀', 'x']) {
      const message = slackMessage(alert({ title: piece.repeat(5000), meaning: '' }), asNew);
      expect(message.text).toMatch(/^🟠 (?:(?:&amp;)+|(?:&lt;)+|(?:😀)+|x+)…$/u);
      expect(message.text.length).toBeLessThan(600);
    }
  });

  it('shows a link’s address as it is, escaped for Slack and for nothing else', () => {
    const links = [{ label: 'a > b', url: 'https://example.com/x?a=1&b=2#c|d<e>' }];
    const texts = textsOf(slackMessage(alert({ links }), asNew));
    expect(texts.at(-1)?.text).toBe('<https://example.com/x?a=1&amp;b=2#c%7Cd%3Ce%3E|a &gt; b>');
  });

  it('keeps to Slack’s limits however long the links are', () => {
    const links = [1, 2].map((n) => ({
      label: 'Alarm',
      url: `https://example.com/${n}${'%20'.repeat(800)}`,
    }));
    expectWithinLimits(slackMessage(alert({ links }), asNew));
  });

  describe('for any text from outside', () => {
    it('keeps to Slack’s limits', () => {
      fc.assert(
        fc.property(hostileAlert, anyTelling, (given, telling) => {
          expectWithinLimits(slackMessage(given, telling));
        }),
      );
    });

    it('stays below the total at which Slack answers msg_blocks_too_long', () => {
      // About 13,000 characters, which no page of Slack says: https://github.com/slackapi/bolt-js/issues/2509
      const long = 'x'.repeat(5000);
      const facts = Array.from({ length: 10 }, () => ({ name: long, value: long }));
      const [, ...texts] = textsOf(
        slackMessage(alert({ title: long, meaning: long, action: long, facts }), asNew),
      );
      expect(texts.reduce((sum, { text }) => sum + text.length, 0)).toBeLessThan(13_000);
    });

    it('lets nothing through that Slack would read as a mention, a link or an entity', () => {
      fc.assert(
        fc.property(hostileAlert, anyTelling, (given, telling) => {
          for (const { where, text } of textsOf(slackMessage(given, telling))) {
            const foreign = where === 'context' ? text.replace(ownLink, '') : text;
            expect(foreign).not.toMatch(/[<>]/);
            expect(text).not.toMatch(/&(?!amp;|lt;|gt;)/);
          }
        }),
      );
    });

    it('shows no control character, no invisible one and no half of a character', () => {
      fc.assert(
        fc.property(hostileAlert, anyTelling, (given, telling) => {
          for (const { text } of textsOf(slackMessage(given, telling))) {
            expect(text).toMatch(/^[\P{C}\n]*$/u);
          }
        }),
      );
    });

    it('is valid JSON that says what the objects said', () => {
      const title = hostilePieces.join('');
      const message = slackMessage(
        alert({ title, meaning: title, facts: [{ name: title, value: title }] }),
        asNew,
      );
      expect(JSON.parse(JSON.stringify(message))).toEqual(message);
    });
  });
});
