import { EventBus } from 'aws-cdk-lib/aws-events';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { Construct } from 'constructs';
import { OpsKey } from '../constructs/ops-key.ts';
import { OpsTable } from '../constructs/ops-table.ts';
import { OpsTopic } from '../constructs/ops-topic.ts';
import { lastResortTopicName, opsBusName, switchTableName } from '../names.ts';
import { OpsStack, type OpsStackProps } from '../ops-stack.ts';

/** What every other stack of the Region stands on: the ops bus, the key, the switches and the last resort. */
export class BaseStack extends OpsStack {
  constructor(scope: Construct, props: OpsStackProps) {
    super(scope, 'base', 'The ground of the operations automation in this Region.', props);
    const key = new OpsKey(this, 'Key');

    // No bus policy: callers of this account need none beside their own, and nobody else may put events.
    new EventBus(this, 'OpsBus', {
      eventBusName: opsBusName,
      description: 'Events that functions of the operations automation publish.',
    });

    new OpsTable(this, 'Switches', { name: switchTableName, partitionKey: 'switch', keep: true });

    const lastResort = new OpsTopic(this, 'LastResort', { name: lastResortTopicName, key });
    lastResort.letAlarmsPublish();
    for (const address of props.policy.alerts.lastResort) {
      lastResort.addSubscription(new EmailSubscription(address));
    }
  }
}
