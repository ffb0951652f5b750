import type { Policy } from '../../shared/policy/schema.ts';
import type { SecretsManager } from '../aws/secrets-manager.ts';
import { filledDatabase } from './content.ts';
import type { Databases } from './databases.ts';

interface Place {
  readonly databases: Databases;
  readonly secrets: SecretsManager;
}

const username = 'aeon_ops_heartbeat';
const password = 'rehearsed';
const reader = 'aeon_ops_reader';

/** The databases of the policy, migrated, with the tables that it checks, and the credentials of their heartbeats and manifests. */
export function furnishDatabases({ databases, secrets }: Place, policy: Policy, now: Date): void {
  for (const [name, instance] of Object.entries(policy.databases.instances)) {
    const { host, database, heartbeatSecret, readerSecret, proof } = instance;
    const content = filledDatabase(`word of ${name}`, Object.keys(proof.tables), now);
    databases.create(host, { database, user: username, password, others: { [reader]: password }, content });
    secrets.createSecret(policy.regions.primary, heartbeatSecret, JSON.stringify({ username, password }));
    secrets.createSecret(
      policy.regions.primary,
      readerSecret,
      JSON.stringify({ username: reader, password }),
    );
  }
}
