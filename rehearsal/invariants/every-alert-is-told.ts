import { type Invariant, outcomesOf } from './invariant.ts';

/** Counted per sink: what was put into its queue came out as told, held with a reason, or refused and kept. */
export const everyAlertIsTold: Invariant = {
  name: 'every alert is told',
  rule: 'Each alert that is routed to a sink is told there, or held back with a reason, or kept in a dead-letter queue; none waits when the day ends.',
  check(run) {
    const outcomes = outcomesOf(run);
    const routed = outcomes.filter(({ outcome }) => outcome === 'routed');
    const settled = new Map<string, number>();
    for (const { region, function: name, outcome, subject } of outcomes) {
      if (outcome !== 'told' && outcome !== 'held' && outcome !== 'refused') continue;
      const key = `${region}/${name}/${subject}`;
      settled.set(key, (settled.get(key) ?? 0) + 1);
    }
    const wanted = new Map<string, number>();
    for (const { region, subject, facts } of routed) {
      for (const sink of Array.isArray(facts.sinks) ? facts.sinks : []) {
        const key = `${region}/aeon-ops-deliver-alert-${sink}/${subject}`;
        wanted.set(key, (wanted.get(key) ?? 0) + 1);
      }
    }
    const missing = [...wanted].filter(([key, count]) => (settled.get(key) ?? 0) < count);
    const waiting = run.account.sqs.queues.flatMap((queue) => {
      const { name, region } = queue.settings;
      const { visible, notVisible, delayed } = queue.depth();
      const depth = visible + notVisible + delayed;
      return /^aeon-ops-sink-.*(?<!-dlq)$/.test(name) && depth > 0 ? [{ name, region, depth }] : [];
    });
    return {
      checked: [...wanted.values()].reduce((sum, count) => sum + count, 0),
      violations: [
        ...missing.map(([key, count]) => `${key}: ${count} routed, ${settled.get(key) ?? 0} settled`),
        ...waiting.map(
          ({ region, name, depth }) => `${name} in ${region} still holds ${depth} alerts at the end`,
        ),
      ],
    };
  },
};
