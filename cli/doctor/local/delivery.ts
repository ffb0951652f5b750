import { contract as deliverAlert } from '../../../functions/alerts/deliver-alert/contract.ts';
import { functionNameOf, sinkQueueNameOf } from '../../../infra/names.ts';
import type { Synthesized } from '../../../infra/synthesize.ts';
import { outcomesOf } from '../../../rehearsal/invariants/invariant.ts';
import { type Run, rehearse } from '../../../rehearsal/rehearsal.ts';
import type { Stage } from '../../../rehearsal/scenario.ts';
import type { Alert } from '../../../shared/domain/alert.ts';
import { writeAlertMessage } from '../../../shared/events/alert-message.ts';
import type { Policy } from '../../../shared/policy/schema.ts';
import { createGivenTopics } from '../../given-topics.ts';
import { type Finding, ok, problem } from '../finding.ts';

/** The moment of the test alerts. Any would do. */
const from = new Date('2026-01-01T09:00:00Z');

/**
 * Puts one test alert into the queue of each sink, in each Region that tells people, on the simulated AWS, and looks
 * whether it comes out at the other end.
 */
export async function rehearseDelivery(
  policy: Policy,
  templates: ReadonlyMap<string, Synthesized>,
): Promise<readonly Finding[]> {
  const run = await rehearse(
    {
      name: 'delivery',
      summary: 'one test alert for each sink',
      from,
      to: new Date(from.getTime() + 2 * 60_000),
      play(stage) {
        createGivenTopics(stage);
        eachSink(policy, (sink, region) => send(stage, sink, region));
      },
    },
    { seed: 1, policy, templates },
  );
  const findings: Finding[] = [];
  eachSink(policy, (sink, region) => findings.push(examine(run, sink, region)));
  return findings;
}

function eachSink({ alerts, regions }: Policy, what: (sink: string, region: string) => void): void {
  for (const region of regions.alerts) {
    for (const sink of Object.keys(alerts.sinks)) what(sink, region);
  }
}

function send({ account }: Stage, sink: string, region: string): void {
  const name = sinkQueueNameOf(sink);
  const queue = account.sqs.queues.find(
    ({ settings }) => settings.name === name && settings.region === region,
  );
  if (queue === undefined) return;
  account.sqs.operations.SendMessage(
    { QueueUrl: queue.settings.url, MessageBody: writeAlertMessage(testAlert(sink, region)) },
    { principal: { kind: 'scenario' }, region },
  );
}

function examine(run: Run, sink: string, region: string): Finding {
  const name = functionNameOf(deliverAlert, sink);
  const outcomes = outcomesOf(run).filter((logged) => logged.function === name && logged.region === region);
  if (outcomes.some(({ outcome }) => outcome === 'told')) {
    return ok(`${sink} told its test alert in ${region} (simulated)`);
  }
  const last = outcomes.at(-1);
  const end = last === undefined ? 'nothing took it out of the queue' : `${last.outcome}: ${last.reason}`;
  return problem(
    `${sink} did not tell its test alert in ${region} (simulated): ${end}`,
    'Alerts for this sink would reach nobody.',
    `Look at ${sinkQueueNameOf(sink)} and ${name} in the template aeon-ops-alerts-${region}.`,
  );
}

function testAlert(sink: string, region: string): Alert {
  return {
    fingerprint: `doctor/${sink}`,
    state: 'firing',
    condition: 'test',
    severity: 'info',
    environment: 'unknown',
    occurredAt: from.toISOString(),
    title: 'Test alert',
    meaning: 'ops doctor tries the way to this sink.',
    action: '',
    facts: [],
    links: [],
    subject: sink,
    region,
  };
}
