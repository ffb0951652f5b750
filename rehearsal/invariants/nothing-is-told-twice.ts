import type { Run } from '../rehearsal.ts';
import { entriesOf, type Invariant } from './invariant.ts';

const repeatNote = 'may be a repeat';

/** Messages are compared whole: when a condition fires anew, the moment at which it began differs. */
export const nothingIsToldTwice: Invariant = {
  name: 'nothing is told twice',
  rule: 'No channel and no mailbox gets the same message twice, unless the second says that it may be a repeat.',
  check(run) {
    const messages = [...postsOf(run), ...mailOf(run)];
    const seen = new Set<string>();
    const violations = messages.flatMap(({ at, to, text, body }) => {
      const key = `${to} ${body}`;
      if (!seen.has(key) || body.includes(repeatNote)) {
        seen.add(key);
        return [];
      }
      return [`${to} got it again at ${at.toISOString()}: ${text}`];
    });
    return { checked: messages.length, violations };
  },
};

interface Message {
  readonly at: Date;
  readonly to: string;
  readonly text: string;
  readonly body: string;
}

function postsOf({ slack }: Run): readonly Message[] {
  return slack.posts.map(({ at, channel, text, blocks }) => ({
    at,
    to: channel,
    text,
    body: JSON.stringify(blocks),
  }));
}

function mailOf(run: Run): readonly Message[] {
  return entriesOf(run, 'message').flatMap(({ at, entry: { sink, text } }) =>
    sink.startsWith('mail:') ? [{ at, to: sink, text: text.split('\n')[0] ?? '', body: text }] : [],
  );
}
