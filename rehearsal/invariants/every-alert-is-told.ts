import type { Run } from '../rehearsal.ts';
import { type Invariant, outcomesOf } from './invariant.ts';

/** Counted per sink: what was put into its queue came out as told, held with a reason, or refused and kept. */
export const everyAlertIsTold: Invariant = {
  name: 'every alert is told',
  rule: 'Each alert that is routed to a sink is told there, or held back with a reason, or kept in a dead-letter queue; none waits when the story ends.',
  check(run) {
    const waiting = run.account.sqs.queues.flatMap((queue) => {
      const { name, region } = queue.settings;
      const { visible, notVisible, delayed } = queue.depth();
      const depth = visible + notVisible + delayed;
      return /^aeon-ops-sink-.*(?<!-dlq)$/.test(name) && depth > 0 ? [{ name, region, depth }] : [];
    });
    return {
      checked: [...routed(run).values()].reduce((sum, count) => sum + count, 0),
      violations: [
        ...undelivered(run),
        ...waiting.map(
          ({ region, name, depth }) => `${name} in ${region} still holds ${depth} alerts at the end`,
        ),
      ],
    };
  },
};

/** What was routed to a sink and ended nowhere, one sentence each. */
export function undelivered(run: Run): readonly string[] {
  const settled = new Map<string, number>();
  for (const { region, function: name, outcome, subject } of outcomesOf(run)) {
    if (outcome !== 'told' && outcome !== 'held' && outcome !== 'refused') continue;
    const key = `${name} in ${region}, ${subject}`;
    settled.set(key, (settled.get(key) ?? 0) + 1);
  }
  return [...routed(run)]
    .filter(([key, count]) => (settled.get(key) ?? 0) < count)
    .map(([key, count]) => `${key}: routed ${count} times, settled ${settled.get(key) ?? 0} times`);
}

/** How often each alert was given to each sink. */
function routed(run: Run): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { outcome, region, subject, facts } of outcomesOf(run)) {
    if (outcome !== 'routed' || !Array.isArray(facts.sinks)) continue;
    for (const sink of facts.sinks) {
      const key = `aeon-ops-deliver-alert-${sink} in ${region}, ${subject}`;
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
  }
  return counts;
}
