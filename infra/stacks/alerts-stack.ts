import type { Construct } from 'constructs';
import { contract as routeAlert } from '../../functions/alerts/route-alert/contract.ts';
import { EventFunction } from '../constructs/event-function.ts';
import { OpsDashboard } from '../constructs/ops-dashboard.ts';
import { opsKeyOf } from '../constructs/ops-key.ts';
import { OpsTable } from '../constructs/ops-table.ts';
import { OpsTopic } from '../constructs/ops-topic.ts';
import { SinkDelivery } from '../constructs/sink-delivery.ts';
import { alarmIntakeTopicName, conversationTableName } from '../names.ts';
import { OpsStack, type OpsStackProps } from '../ops-stack.ts';
import { allow } from '../permissions.ts';

/** Decides and delivers the alerts of one Region, complete in itself. */
export class AlertsStack extends OpsStack {
  constructor(scope: Construct, props: OpsStackProps) {
    super(scope, 'alerts', 'Tells people what the operations automation and CloudWatch have to say.', props);

    new OpsTable(this, 'Conversations', {
      name: conversationTableName,
      partitionKey: 'conversation',
      timeToLiveAttribute: 'expiresAt',
      keep: false,
    });

    const sinks = Object.entries(props.policy.alerts.sinks).map(
      ([name, sink]) => new SinkDelivery(this, `Sink-${name}`, { name, sink }),
    );

    const alarmIntake = new OpsTopic(this, 'AlarmIntake', {
      name: alarmIntakeTopicName,
      key: opsKeyOf(this, 'Key'),
    });
    alarmIntake.letAlarmsPublish();

    const routing = new EventFunction(this, 'RouteAlert', {
      contract: routeAlert,
      environment: {
        sinkQueues: this.toJsonString(
          Object.fromEntries(sinks.map(({ sink, queue }) => [sink, queue.queueUrl])),
        ),
      },
      permissions: [
        allow(
          'HandToSinks',
          ['sqs:SendMessage'],
          sinks.map(({ queue }) => queue.queueArn),
        ),
      ],
      alertPath: 'part',
      topics: { 'alarm-intake': alarmIntake },
    });
    routing.letAlarmsInvoke();

    new OpsDashboard(this, 'Dashboard', {
      introduction: [
        `Alerts of ${props.region}: route-alert turns verdicts and CloudWatch alarms into alerts and puts each into the queue of every sink that its route names; one deliver-alert function for each sink tells people.`,
        'All is well when no alarm is red and the queues are empty or draining. Alarms of this page also go out by mail through the last-resort topic, because these functions may not be able to tell of themselves.',
      ].join(' '),
      functionNames: [routing.opsFunction.name, ...sinks.map(({ functionName }) => functionName)],
      queueNames: sinks.map(({ queue }) => queue.name),
      deadLetterQueueNames: [
        routing.deadLetterQueue.name,
        routing.deliveryDeadLetterQueue.name,
        ...sinks.map(({ deadLetterQueue }) => deadLetterQueue.name),
      ],
    });
  }
}
