import type { Run } from '../rehearsal.ts';
import { type Heard, heardIn } from './heard.ts';
import { type Invariant, outcomesOf } from './invariant.ts';

/** Between a message and the function's word on it, whichever comes first: SNS mails in its own time. */
const longestMs = 10_000;

export const everyToldHasItsMessage: Invariant = {
  name: 'every told has its message',
  rule: 'For each alert that a function says it has told, a message of that moment is there at the sink, in Slack or in the mailbox, and no message counts for two.',
  check(run) {
    const told = outcomesOf(run).filter(
      ({ function: name, outcome }) => outcome === 'told' && name.startsWith(deliverer),
    );
    const left = new Map<string, Heard[]>();
    for (const heard of oncePerSink(run)) {
      left.set(heard.sink, [...(left.get(heard.sink) ?? []), heard]);
    }
    const violations = told.flatMap(({ at, function: name, region, subject }) => {
      const sink = name.slice(deliverer.length);
      const messages = left.get(sink) ?? [];
      const index = messages.findIndex(
        (message) => Math.abs(at.getTime() - message.at.getTime()) <= longestMs,
      );
      if (index !== -1) messages.splice(index, 1);
      return index === -1
        ? [
            `${name} in ${region} says at ${at.toISOString()} that it told ${subject}, and ${sink} has no message of it`,
          ]
        : [];
    });
    return { checked: told.length, violations };
  },
};

const deliverer = 'aeon-ops-deliver-alert-';

/** A topic with several addresses mails one message to each: the first stands for it. */
function oncePerSink(run: Run): readonly Heard[] {
  const addresses = new Map(
    Object.entries(run.policy.alerts.sinks).map(([sink, settings]) => [
      sink,
      settings.type === 'sns' ? (settings.mail?.length ?? 1) : 1,
    ]),
  );
  const seen = new Map<string, number>();
  return heardIn(run).filter(({ sink }) => {
    const count = seen.get(sink) ?? 0;
    seen.set(sink, count + 1);
    return count % (addresses.get(sink) ?? 1) === 0;
  });
}
