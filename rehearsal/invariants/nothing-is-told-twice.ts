import type { Invariant } from './invariant.ts';

const repeatNote = 'may be a repeat';

/** Posts are compared whole: when a condition fires anew, the moment at which it began differs. */
export const nothingIsToldTwice: Invariant = {
  name: 'nothing is told twice',
  rule: 'No channel gets the same message twice, unless the second says that it may be a repeat.',
  check({ slack }) {
    const seen = new Set<string>();
    const violations = slack.posts.flatMap(({ at, channel, text, blocks }) => {
      const body = JSON.stringify(blocks);
      const key = `${channel} ${body}`;
      if (!seen.has(key) || body.includes(repeatNote)) {
        seen.add(key);
        return [];
      }
      return [`${channel} got it again at ${at.toISOString()}: ${text}`];
    });
    return { checked: slack.posts.length, violations };
  },
};
