import { EventBus } from 'aws-cdk-lib/aws-events';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { Construct } from 'constructs';
import { OpsBucket } from '../constructs/ops-bucket.ts';
import { OpsKey } from '../constructs/ops-key.ts';
import { OpsTable } from '../constructs/ops-table.ts';
import { OpsTopic } from '../constructs/ops-topic.ts';
import { lastResortTopicName, opsBusName, switchTableName } from '../names.ts';
import { OpsStack, type OpsStackProps } from '../ops-stack.ts';

/** What every other stack of the Region stands on: the ops bus, the key, the switches, the bucket and the last resort. */
export class BaseStack extends OpsStack {
  constructor(scope: Construct, props: OpsStackProps) {
    super(scope, 'base', 'The ground of the operations automation in this Region.', props);
    new OpsKey(this, 'Key');

    // No bus policy: callers of this account need none beside their own, and nobody else may put events.
    new EventBus(this, 'OpsBus', {
      eventBusName: opsBusName,
      description: 'Events that functions of the operations automation publish.',
    });

    new OpsTable(this, 'Switches', { name: switchTableName, partitionKey: 'switch', keep: true });

    new OpsBucket(this, 'Bucket');

    /*
     * Without a key of ours: one that is disabled, or whose policy is spoiled, would silence the alert queues and what
     * tells of their silence at once. The key that AWS manages for SNS is none to take, for it does not let CloudWatch
     * in. What alarms say is no secret.
     * https://repost.aws/knowledge-center/cloudwatch-configure-alarm-sns
     */
    const lastResort = new OpsTopic(this, 'LastResort', { name: lastResortTopicName });
    lastResort.letAlarmsPublish();
    for (const address of props.policy.alerts.lastResort) {
      lastResort.addSubscription(new EmailSubscription(address));
    }
  }
}
