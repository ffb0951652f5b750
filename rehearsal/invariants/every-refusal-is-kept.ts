import { entriesOf, type Invariant, outcomesOf } from './invariant.ts';

const alarmWithinMs = 10 * 60_000;

export const everyRefusalIsKept: Invariant = {
  name: 'every refusal is kept and alarms',
  rule: 'What a function cannot understand ends in its dead-letter queue, and within ten minutes an alarm on that queue fires.',
  check(run) {
    const refusals = outcomesOf(run).filter(({ outcome }) => outcome === 'refused');
    const alarms = entriesOf(run, 'alarm').filter(
      ({ entry }) => entry.to === 'ALARM' && entry.name.endsWith('-dlq'),
    );
    const violations = refusals.flatMap(({ at, region, function: name, reason }) => {
      const queue = name.replace('aeon-ops-deliver-alert-', 'aeon-ops-sink-');
      const told = alarms.some(
        (alarm) =>
          alarm.entry.region === region &&
          alarm.entry.name === `${queue}-dlq` &&
          alarm.at.getTime() <= at.getTime() + alarmWithinMs,
      );
      return told
        ? []
        : [`${name} in ${region} refused at ${at.toISOString()} and no alarm fired: ${reason}`];
    });
    return { checked: refusals.length, violations };
  },
};
