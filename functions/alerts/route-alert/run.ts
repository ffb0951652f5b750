import type { OutgoingQueue } from '../../../shared/aws/queue.ts';
import { writeAlertMessage } from '../../../shared/events/alert-message.ts';
import type { Outcome } from '../../../shared/lambda/outcome.ts';
import { decideAlarmAlert } from './alarm-alert.ts';
import { decideAllowedAlert } from './allowed-alert.ts';
import { decideBackupAlert } from './backup-finding-alert.ts';
import { decideFailoverAlert } from './failover-alert.ts';
import { decideRunAlert } from './failover-run-alert.ts';
import { decideFencedAlert } from './fenced-alert.ts';
import { decideGapAlert } from './gap-alert.ts';
import { type AlertDecision, decideImageAlert } from './image-alert.ts';
import { decideImagesPrunedAlert } from './images-pruned-alert.ts';
import { decideInspectionAlert } from './inspection-alert.ts';
import type { Signal } from './intake.ts';
import { decideQuarantineAlert } from './quarantine-alert.ts';
import { decideLeftoverAlert, decideMissedTestAlert, decideRestoreAlert } from './restore-alert.ts';
import { decideSinks, type RoutePolicy } from './route.ts';
import { decideSnapshotsAlert } from './snapshots-alert.ts';

export interface RouteDeps {
  /** Each sink's queue, by the sink's name. */
  readonly queues: ReadonlyMap<string, OutgoingQueue>;
  readonly policy: RoutePolicy;
}

/**
 * Makes an alert of a signal and puts it into the queue of every sink that its route names.
 *
 * When one queue does not take it, the whole signal is tried again. The other sinks then get it twice, which they hold
 * back: telling once is the sink's own business.
 */
export async function routeSignal(signal: Signal, { queues, policy }: RouteDeps): Promise<Outcome> {
  const decision = decideAlert(signal, policy);
  if ('held' in decision) return { outcome: 'held', reason: decision.held, subject: subjectOf(signal) };

  const { alert } = decision;
  const sinks = decideSinks(alert, policy);
  const body = writeAlertMessage(alert);
  await Promise.all(sinks.map((sink) => queueOf(sink, queues).send(body)));
  return {
    outcome: 'routed',
    reason: `${alert.state} ${alert.severity} in ${alert.environment} to ${sinks.join(', ')}`,
    subject: alert.fingerprint,
    facts: { severity: alert.severity, state: alert.state, environment: alert.environment, sinks },
  };
}

function decideAlert(signal: Signal, policy: RoutePolicy): AlertDecision {
  switch (signal.kind) {
    case 'image-judged':
      return decideImageAlert(signal.event, policy);
    case 'image-allowed':
      return decideAllowedAlert(signal.event);
    case 'image-inspected':
      return decideInspectionAlert(signal.event, policy);
    case 'image-quarantine':
      return decideQuarantineAlert(signal.event, policy);
    case 'image-gap':
      return decideGapAlert(signal.event, policy);
    case 'images-pruned':
      return decideImagesPrunedAlert(signal.event);
    case 'snapshots-pruned':
      return decideSnapshotsAlert(signal.event);
    case 'restore-judged':
      return decideRestoreAlert(signal.event);
    case 'restore-leftover':
      return decideLeftoverAlert(signal.event);
    case 'restore-test-missed':
      return decideMissedTestAlert(signal.event);
    case 'backup-finding':
      return decideBackupAlert(signal.event, policy);
    case 'primary-fenced':
      return decideFencedAlert(signal.event);
    case 'failover-run':
      return decideRunAlert(signal.event, policy);
    case 'failover-condition':
      return decideFailoverAlert(signal.event, policy);
    case 'alarm':
      return decideAlarmAlert(signal.change, policy);
    default:
      return signal satisfies never;
  }
}

function subjectOf(signal: Signal): string {
  return signal.kind === 'alarm' ? (signal.change.arn ?? signal.change.name) : signal.event.subject;
}

function queueOf(sink: string, queues: RouteDeps['queues']): OutgoingQueue {
  const queue = queues.get(sink);
  if (queue === undefined)
    throw new Error(
      `A route names the sink '${sink}', whose queue is not among ${[...queues.keys()].join(', ')}.`,
    );
  return queue;
}
