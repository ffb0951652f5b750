import { describe, expect, it } from '@jest/globals';
import { everyToldHasItsMessage } from '../../../rehearsal/invariants/every-told-has-its-message.ts';
import type { Checked, Invariant } from '../../../rehearsal/invariants/invariant.ts';
import { nothingFromOutsideIsMarkup } from '../../../rehearsal/invariants/nothing-from-outside-is-markup.ts';
import { nothingIsToldTwice } from '../../../rehearsal/invariants/nothing-is-told-twice.ts';
import { whatStandsIsWhatWasTold } from '../../../rehearsal/invariants/what-stands-is-what-was-told.ts';
import type { TraceEntry } from '../../../rehearsal/kernel.ts';
import type { Run } from '../../../rehearsal/rehearsal.ts';
import type { SlackPost } from '../../../rehearsal/sinks/slack.ts';
import type { VerdictRecord } from '../../../shared/domain/verdict-record.ts';
import { digest, policy, verdictRecord } from '../../builders.ts';

const at = (time: string): Date => new Date(`2026-03-02T${time}:00Z`);

/** What happened on a day, as far as people and these rules see it. */
interface Day {
  readonly posts?: readonly SlackPost[];
  readonly entries?: readonly { readonly at: Date; readonly entry: TraceEntry }[];
  readonly records?: readonly VerdictRecord[];
}

function check(invariant: Invariant, { posts = [], entries = [], records = [] }: Day): Checked {
  const peek = (_table: string, region: string) =>
    records
      .filter((record) => record.region === region)
      .map((record) => ({
        copy: { S: `${record.region}#${record.repository}` },
        record: { S: JSON.stringify(record) },
      }));
  return invariant.check({
    policy,
    scenario: { to: at('23:59') },
    slack: { posts },
    trace: { entries },
    account: { dynamodb: { peek } },
  } as unknown as Run);
}

const channels = { oncall: 'C0AEONCALL1', ops: 'C0AEONOPS01' };
const imageLink = (region: string): string =>
  `https://${region}.console.aws.amazon.com/ecr/repositories/private/123456789012/api/_/image/${encodeURIComponent(digest)}/details?region=${region}`;
const alarmLink = (name: string): string =>
  `https://us-east-1.console.aws.amazon.com/cloudwatch/home?region=us-east-1#alarmsV2:alarm/${encodeURIComponent(name)}`;

const post = (time: string, sink: keyof typeof channels, text: string, url: string): SlackPost => ({
  at: at(time),
  channel: channels[sink],
  text,
  blocks: [{ type: 'section', text: { text: `${text}\n<${url.replaceAll('&', '&amp;')}|Link>` } }],
});
const mail = (time: string, headline: string, url: string): { at: Date; entry: TraceEntry } => ({
  at: at(time),
  entry: {
    kind: 'message',
    region: 'us-east-1',
    sink: 'mail:oncall@example.com',
    text: `[CRITICAL production] it\n\n${headline}\n\nLink: ${url}`,
  },
});
const alarm = (time: string, name: string, to: string): { at: Date; entry: TraceEntry } => ({
  at: at(time),
  entry: { kind: 'alarm', region: 'us-east-1', name, from: 'OK', to, reason: '' },
});

describe('what stands is what was told', () => {
  const name = 'aeon-ops-lost';
  const fired = [
    post('08:01', 'oncall', `🔴 Alarm: ${name}`, alarmLink(name)),
    mail('08:01', `🔴 Alarm: ${name}`, alarmLink(name)),
  ] as const;
  const [posted, mailed] = fired;

  it.each<[string, Day, number]>([
    [
      'an alarm fires, and every sink of its route says so',
      { posts: [posted], entries: [alarm('08:00', name, 'ALARM'), mailed] },
      0,
    ],
    [
      'an alarm fires, and one sink never heard',
      { posts: [posted], entries: [alarm('08:00', name, 'ALARM')] },
      1,
    ],
    ['an alarm fires, and nobody heard', { entries: [alarm('08:00', name, 'ALARM')] }, 2],
    [
      'an alarm fired and is over, and one sink was not told of the end',
      {
        posts: [posted, post('09:01', 'oncall', `✅ Back to normal: ${name}`, alarmLink(name))],
        entries: [alarm('08:00', name, 'ALARM'), mailed, alarm('09:00', name, 'OK')],
      },
      1,
    ],
    ['an alarm was calm, and nobody heard of it', { entries: [alarm('08:00', name, 'OK')] }, 0],
    [
      'an alarm lost its data, which says nothing',
      { entries: [alarm('08:00', name, 'INSUFFICIENT_DATA')] },
      0,
    ],
    ['an alarm fires just before the end', { entries: [alarm('23:55', name, 'ALARM')] }, 0],
    [
      'another alarm fires, and this one is told',
      { posts: [posted], entries: [mailed, alarm('08:00', 'aeon-ops-other', 'ALARM')] },
      2,
    ],
  ])('%s', (_what, day, violations) => {
    expect(check(whatStandsIsWhatWasTold, day).violations).toHaveLength(violations);
  });

  const blocked = verdictRecord({ verdict: 'block' });
  const said = (text: string, region = 'us-east-1') => ({
    posts: [post('08:01', 'oncall', text, imageLink(region))],
    entries: [mail('08:01', text, imageLink(region))],
  });
  const block = '🔴 Image must not be deployed: api-prod';

  it.each<[string, Day, number]>([
    ['a block that was told', { records: [blocked], ...said(block) }, 0],
    ['a block that was not', { records: [blocked] }, 2],
    [
      'a block of which people heard that it may be deployed',
      { records: [blocked], ...said('✅ Image may be deployed again: api-prod') },
      2,
    ],
    [
      'a block of which people heard that it needs a review',
      { records: [blocked], ...said('🟠 Image needs a review: api-prod') },
      2,
    ],
    ['an image that is well, and was told to be blocked', { records: [verdictRecord()], ...said(block) }, 2],
    [
      'an image that is well, of which other things were told',
      { records: [verdictRecord()], ...said('🟠 Push is no good: api-prod') },
      0,
    ],
    ['an image that nobody can name', { records: [{ ...blocked, tags: [] }] }, 0],
    ['a scan that is awaited', { records: [verdictRecord({ verdict: 'unknown', pending: true })] }, 0],
    [
      'a replica that has what the primary told of',
      { records: [blocked, { ...blocked, region: 'eu-west-1' }], ...said(block) },
      0,
    ],
    [
      'a replica that has it alone, told of the primary',
      { records: [verdictRecord(), { ...blocked, region: 'eu-west-1' }], ...said(block) },
      4,
    ],
  ])('%s', (_what, day, violations) => {
    expect(check(whatStandsIsWhatWasTold, day).violations).toHaveLength(violations);
  });
});

describe('every told has its message', () => {
  const told = (time: string, sink: string): { at: Date; entry: TraceEntry } => ({
    at: new Date(at(time).getTime() + 2000),
    entry: {
      kind: 'log',
      region: 'us-east-1',
      function: `aeon-ops-deliver-alert-${sink}`,
      requestId: 'one',
      level: 'info',
      message: 'outcome',
      facts: { outcome: 'told', reason: '', subject: 'it' },
    },
  });

  it.each<[string, Day, number]>([
    [
      'a post',
      { posts: [post('08:00', 'ops', 'it', imageLink('us-east-1'))], entries: [told('08:00', 'ops')] },
      0,
    ],
    ['no post', { entries: [told('08:00', 'ops')] }, 1],
    [
      'a post in another channel',
      { posts: [post('08:00', 'oncall', 'it', imageLink('us-east-1'))], entries: [told('08:00', 'ops')] },
      1,
    ],
    [
      'a post of another time',
      { posts: [post('07:00', 'ops', 'it', imageLink('us-east-1'))], entries: [told('08:00', 'ops')] },
      1,
    ],
    [
      'one post for two',
      {
        posts: [post('08:00', 'ops', 'it', imageLink('us-east-1'))],
        entries: [told('08:00', 'ops'), told('08:00', 'ops')],
      },
      1,
    ],
    ['a mail', { entries: [mail('08:00', 'it', imageLink('us-east-1')), told('08:00', 'mail')] }, 0],
    ['no mail', { entries: [told('08:00', 'mail')] }, 1],
  ])('%s', (_what, day, violations) => {
    expect(check(everyToldHasItsMessage, day).violations).toHaveLength(violations);
  });
});

describe('nothing from outside is markup', () => {
  const holding = (text: string): Day => ({
    posts: [
      {
        at: at('08:00'),
        channel: channels.ops,
        text: 'it',
        blocks: [{ type: 'context', elements: [{ text }] }],
      },
    ],
  });

  it.each([
    `<${imageLink('us-east-1')}|Image in ECR>`,
    `<${policy.alerts.runbookUrl}#aeon-ops-lost|Runbook>`,
    'a &lt;!channel&gt; that is only text',
  ])('lets %s be', (text) => {
    expect(check(nothingFromOutsideIsMarkup, holding(text)).violations).toEqual([]);
  });

  it.each([
    'hello <!channel>',
    'hello <@U012AB3CD>',
    '<https://evil.example|click here>',
    '<https://evil.example>',
    '<https://us-east-1.console.aws.amazon.com.evil.example|Image in ECR>',
    'a < b',
    'a > b',
  ])('finds %s', (text) => {
    expect(check(nothingFromOutsideIsMarkup, holding(text)).violations).toHaveLength(1);
  });
});

describe('nothing is told twice', () => {
  it('counts what came to a mailbox, too', () => {
    const one = mail('08:00', 'it', imageLink('us-east-1'));
    expect(
      check(nothingIsToldTwice, { entries: [one, mail('08:00', 'other', imageLink('us-east-1'))] }),
    ).toEqual({
      checked: 2,
      violations: [],
    });
    expect(check(nothingIsToldTwice, { entries: [one, one] }).violations).toHaveLength(1);
  });
});
