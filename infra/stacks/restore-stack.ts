import type { Construct } from 'constructs';
import type { Policy } from '../../shared/policy/schema.ts';
import { OpsDashboard } from '../constructs/ops-dashboard.ts';
import { OpsTable } from '../constructs/ops-table.ts';
import { RestoreProof } from '../constructs/restore-proof.ts';
import { restoreTableName } from '../names.ts';
import { OpsStack, type OpsStackProps } from '../ops-stack.ts';

/** The Regions in which backups are restored to be proven. The primary is one of them: it owns the table of all. */
export function restoreStackRegions({ regions, backups }: Policy): readonly string[] {
  const tested = Object.values(backups.tiers).flatMap(({ restoreTest }) => restoreTest?.regions ?? []);
  return tested.length === 0 ? [] : [...new Set([regions.primary, ...tested])];
}

/**
 * Proves the restores of one Region. The primary's stack owns the table: each Region writes its own proofs, and finds in
 * its replica the manifests of the databases, which are taken in the primary.
 */
export class RestoreStack extends OpsStack {
  constructor(scope: Construct, props: OpsStackProps) {
    super(scope, 'restores', 'Proves that what is backed up can be restored in this Region.', props);
    const { primary } = props.policy.regions;
    if (props.region === primary) {
      new OpsTable(this, 'Restores', {
        name: restoreTableName,
        partitionKey: 'of',
        sortKey: 'at',
        timeToLiveAttribute: 'expiresAt',
        replicaRegions: restoreStackRegions(props.policy).filter((region) => region !== primary),
        keep: true,
      });
    }
    const { opsFunction, deadLetterQueue, deliveryDeadLetterQueue } = new RestoreProof(this, 'Proof')
      .eventFunction;
    new OpsDashboard(this, 'Dashboard', {
      introduction: [
        `Restore tests in ${props.region}: AWS Backup restores what the policy says, verify-restore asks it whether it is what was backed up, spoils it on purpose to see whether that is noticed, and tells AWS Backup the result.`,
        'All is well when each test is proven within its validation window, and no alarm is red.',
      ].join(' '),
      functionNames: [opsFunction.name],
      queueNames: [],
      deadLetterQueueNames: [deadLetterQueue.name, deliveryDeadLetterQueue.name],
    });
  }
}
