import type { Construct } from 'constructs';
import { OpsDashboard } from '../constructs/ops-dashboard.ts';
import { PrimaryFence } from '../constructs/primary-fence.ts';
import { OpsStack, type OpsStackProps } from '../ops-stack.ts';

/** What the primary Region does of itself once it is no longer the writer. The standby needs nothing of it. */
export class FenceStack extends OpsStack {
  constructor(scope: Construct, props: OpsStackProps) {
    super(scope, 'fence', 'Keeps the primary Region from writing once it is no longer the writer.', props);
    const { opsFunction, deadLetterQueue, deliveryDeadLetterQueue } = new PrimaryFence(this, 'Fence')
      .eventFunction;
    new OpsDashboard(this, 'Dashboard', {
      introduction: [
        'fence-primary asks the standby Region every minute who the writer is, and keeps everybody from the database here once it is no longer this Region.',
        'All is well when it runs every minute, and no alarm is red.',
      ].join(' '),
      functionNames: [opsFunction.name],
      queueNames: [],
      deadLetterQueueNames: [deadLetterQueue.name, deliveryDeadLetterQueue.name],
    });
  }
}
