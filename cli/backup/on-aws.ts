import { BackupClient } from '@aws-sdk/client-backup';
import { ResourceGroupsTaggingAPIClient } from '@aws-sdk/client-resource-groups-tagging-api';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { watchTable } from '../../functions/backups/watch-backups/watch-table.ts';
import { backupRoleNameOf, backupTableName, restoreTableName } from '../../infra/names.ts';
import { copyJobs } from '../../shared/aws/backup-copies.ts';
import { backupJobs } from '../../shared/aws/backup-jobs.ts';
import { recoveryPoints } from '../../shared/aws/backup-points.ts';
import { restoreProofs } from '../../shared/aws/restore-table.ts';
import { taggedResources } from '../../shared/aws/tagged-resources.ts';
import { observeBackups, together } from '../../shared/backups/observe.ts';
import type { UnreadSource } from '../../shared/backups/source.ts';
import type { Policy } from '../../shared/policy/schema.ts';
import type { Proof } from '../../shared/restores/proof.ts';
import type { ClientsOf } from '../aws/clients.ts';
import type { BackupFacts } from './assess.ts';

/** A year of weekly tests makes a trend. */
const proofsMs = 366 * 86_400_000;

/**
 * What is there in the account of whoever is signed in, in both Regions, read with their own credentials. What could
 * not be read is named, and does not keep the rest from being told.
 */
export async function liveFacts(policy: Policy, clientsOf: ClientsOf, now: Date): Promise<BackupFacts> {
  const { primary, standby } = policy.regions;
  const home = clientsOf(primary);
  const { Account: account = '' } = await home.client(STSClient).send(new GetCallerIdentityCommand({}));
  const tagged = taggedResources(home.client(ResourceGroupsTaggingAPIClient));
  const unread: UnreadSource[] = [];
  const read = async <Thing>(source: string, list: () => Promise<Thing>, nothing: Thing): Promise<Thing> => {
    try {
      return await list();
    } catch (error) {
      unread.push({
        source,
        reason: Error.isError(error) ? `${error.name}: ${error.message}` : String(error),
      });
      return nothing;
    }
  };

  const regions = [primary, standby];
  const observations = await Promise.all(
    regions.map((region) => {
      const backup = clientsOf(region).client(BackupClient);
      const readers = {
        jobs: backupJobs(backup),
        copies: copyJobs(backup),
        points: recoveryPoints(backup, region),
        tagged,
      };
      return observeBackups(readers, { region, account, policy, now });
    }),
  );
  const since = new Date(now.getTime() - proofsMs);
  const proofs = await Promise.all(
    regions.map((region) => {
      const { dynamodb } = clientsOf(region);
      const table = restoreProofs(dynamodb, restoreTableName, region, policy.retention.evidence);
      return read<readonly Proof[]>(`proofs of restores in ${region}`, () => table.since(since), []);
    }),
  );
  const watched = await read(
    'since when resources are watched',
    () => watchTable(home.dynamodb, backupTableName).all(),
    new Map(),
  );

  const observed = together(observations.map((observation) => observation.observed));
  return {
    observed: { ...observed, unread: [...observed.unread, ...unread] },
    // Nothing is missed that should have been there before a resource was first seen.
    tagged: (observations[0]?.tagged ?? []).map(({ arn, tier }) => ({
      arn,
      tier,
      knownSince: new Date(watched.get(arn)?.knownSince ?? now),
    })),
    proofs: proofs.flat(),
    roleName: backupRoleNameOf(primary),
    now,
  };
}
