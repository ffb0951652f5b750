import type { Construct } from 'constructs';
import { ImagePruning } from '../constructs/image-pruning.ts';
import { OpsDashboard } from '../constructs/ops-dashboard.ts';
import { SnapshotPruning } from '../constructs/snapshot-pruning.ts';
import { OpsStack, type OpsStackProps } from '../ops-stack.ts';

/** Lets go of what has aged out in one Region. */
export class RetentionStack extends OpsStack {
  constructor(scope: Construct, props: OpsStackProps) {
    super(scope, 'retention', 'Deletes what has aged out, and nothing that somebody needs.', props);
    const { primary, standby, registry } = props.policy.regions;

    const eventFunctions = [
      ...(registry.includes(props.region) ? [new ImagePruning(this, 'Images').eventFunction] : []),
      // Where the platform has volumes and databases.
      ...([primary, standby].includes(props.region)
        ? [new SnapshotPruning(this, 'Snapshots').eventFunction]
        : []),
    ];

    new OpsDashboard(this, 'Dashboard', {
      introduction: `What is deleted in ${props.region} because it is older than the policy asks for. Once a day each function plans, looks again right before it deletes, and writes a report to the ops bucket. All is well when each ran within a day and no alarm is red.`,
      functionNames: eventFunctions.map(({ opsFunction }) => opsFunction.name),
      queueNames: [],
      deadLetterQueueNames: eventFunctions.flatMap(({ deadLetterQueue, deliveryDeadLetterQueue }) => [
        deadLetterQueue.name,
        deliveryDeadLetterQueue.name,
      ]),
    });
  }
}
