import * as z from 'zod';
import type { Run } from '../rehearsal.ts';
import { entriesOf } from './invariant.ts';

/** What a message is about, as its own link tells. */
export type About =
  | { readonly kind: 'alarm'; readonly region: string; readonly name: string }
  | {
      readonly kind: 'image';
      readonly region: string;
      readonly repository: string;
      readonly digest: string;
    };

/** A message as people at a sink have it before them. */
export interface Heard {
  readonly at: Date;
  /** The sink's name in the policy. */
  readonly sink: string;
  /** Its first line. */
  readonly headline: string;
  /** All its text. */
  readonly body: string;
  /** True when it says that something is over. */
  readonly isOver: boolean;
  readonly about: About | undefined;
}

/** Everything that people were told, sink by sink in the order in which they heard it. */
export function heardIn(run: Run): readonly Heard[] {
  const sinks = Object.entries(run.policy.alerts.sinks);
  const slack = run.slack.posts.flatMap(({ at, channel, text, blocks }) =>
    sinks.flatMap(([sink, settings]) =>
      settings.type === 'slack' && settings.channel === channel
        ? [heard(at, sink, unescaped(text), unescaped(textsOf(blocks).join('\n')))]
        : [],
    ),
  );
  const mail = entriesOf(run, 'message').flatMap(({ at, entry }) =>
    sinks.flatMap(([sink, settings]) => {
      // CloudWatch's own mails, from the last resort, may come to the same mailbox.
      const isHere =
        entry.text.startsWith('[') &&
        settings.type === 'sns' &&
        settings.mail?.some((address) => entry.sink === `mail:${address}`);
      const [, headline = ''] = entry.text.split('\n\n');
      return isHere ? [heard(at, sink, headline, entry.text)] : [];
    }),
  );
  return [...slack, ...mail];
}

function heard(at: Date, sink: string, headline: string, body: string): Heard {
  return { at, sink, headline, body, isOver: headline.startsWith('✅'), about: aboutOf(body) };
}

const links = {
  alarm: /cloudwatch\/home\?region=([a-z0-9-]+)#alarmsV2:alarm\/([^\s|>]+)/,
  image: /ecr\/repositories\/private\/\d+\/([^/\s]+)\/_\/image\/([^/\s]+)\/details\?region=([a-z0-9-]+)/,
};

function aboutOf(body: string): About | undefined {
  const [, alarmRegion, name] = links.alarm.exec(body) ?? [];
  if (alarmRegion !== undefined && name !== undefined) {
    return { kind: 'alarm', region: alarmRegion, name: decodeURIComponent(name) };
  }
  const [, repository, digest, region] = links.image.exec(body) ?? [];
  if (repository === undefined || digest === undefined || region === undefined) return undefined;
  return {
    kind: 'image',
    region,
    repository: decodeURIComponent(repository),
    digest: decodeURIComponent(digest),
  };
}

const Text = z.object({ text: z.string() });
const Block = z.object({
  text: z.optional(Text),
  fields: z.optional(z.array(Text)),
  elements: z.optional(z.array(Text)),
});

/** Every text of a message of Block Kit. */
export function textsOf(blocks: readonly unknown[]): readonly string[] {
  return blocks.flatMap((block) => {
    const { text, fields = [], elements = [] } = Block.parse(block);
    return [...(text === undefined ? [] : [text]), ...fields, ...elements].map((one) => one.text);
  });
}

/** As Slack shows it. */
function unescaped(text: string): string {
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
}
