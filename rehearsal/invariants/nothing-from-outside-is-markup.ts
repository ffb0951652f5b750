import type { Run } from '../rehearsal.ts';
import { textsOf } from './heard.ts';
import type { Invariant } from './invariant.ts';

/**
 * Slack takes everything between angle brackets for a mention, a command or a link. Ours are links to AWS's consoles and
 * to the runbook, and nothing else.
 * @see https://docs.slack.dev/messaging/formatting-message-text
 */
export const nothingFromOutsideIsMarkup: Invariant = {
  name: 'nothing from outside is markup',
  rule: 'No post mentions anybody or holds a link but those to the consoles of AWS and to the runbook, whatever names and texts of others it repeats.',
  check(run) {
    const texts = run.slack.posts.flatMap(({ channel, text, blocks }) =>
      [text, ...textsOf(blocks)].map((one) => ({ channel, text: one })),
    );
    return {
      checked: texts.length,
      violations: texts.flatMap(({ channel, text }) =>
        liveIn(text, run).map((live) => `${channel} got ${live} in: ${text.slice(0, 120)}`),
      ),
    };
  },
};

function liveIn(text: string, run: Run): readonly string[] {
  const brackets = text.match(/<[^<>]*>|[<>]/g) ?? [];
  return brackets.filter((bracket) => !isOurs(bracket, run));
}

function isOurs(bracket: string, { policy }: Run): boolean {
  const [, url, label] = /^<(https:[^|<>]+)\|([^|<>]+)>$/.exec(bracket) ?? [];
  if (url === undefined || label === undefined) return false;
  const { host } = new URL(url);
  return host.endsWith('.console.aws.amazon.com') || url.startsWith(policy.alerts.runbookUrl);
}
