import type { Policy } from '../shared/policy/schema.ts';
import type { Account } from './account.ts';

/** How large the node groups of the standby are while nobody needs them. */
export const idleNodes = { minSize: 1, desiredSize: 1, maxSize: 12 } as const;

/** Where the replica of a database answers. */
export function replicaHostOf({ regions, failover }: Policy): string {
  return `${failover.standby.replica.id}.c0aeonexampl.${regions.standby}.rds.amazonaws.com`;
}

/**
 * What would take over, as people have made it: node groups, and a replica of the database that has replayed all there is.
 * Whoever wants it to lag gives it a content of its own.
 */
export function furnishStandby(account: Account, policy: Policy): void {
  const { regions, failover, databases } = policy;
  const { cluster, nodeGroups, replica } = failover.standby;
  for (const name of Object.keys(nodeGroups)) {
    account.nodeGroups.create(regions.standby, cluster, name, idleNodes);
  }
  const source = databases.instances[replica.of];
  if (source === undefined) return;
  const host = replicaHostOf(policy);
  const server = account.databases.at(source.host);
  account.databases.create(host, server);
  account.rdsInstances.create(regions.standby, {
    id: replica.id,
    host,
    masterUser: 'aeon_dt_admin',
    tags: {},
    onPassword: () => undefined,
  });
  const { readerSecret } = source;
  const [username, password] = Object.entries(server.others ?? {})[0] ?? ['', ''];
  account.secrets.createSecret(regions.standby, readerSecret, JSON.stringify({ username, password }));
}
