import type { App } from 'aws-cdk-lib';
import type { Policy } from '../shared/policy/schema.ts';
import type { CodeFor, OpsStack } from './ops-stack.ts';
import { AlertsStack } from './stacks/alerts-stack.ts';
import { BackupStack } from './stacks/backup-stack.ts';
import { BaseStack } from './stacks/base-stack.ts';
import { DatabaseStack, databaseStackRegions } from './stacks/database-stack.ts';
import { FailoverStack } from './stacks/failover-stack.ts';
import { FenceStack } from './stacks/fence-stack.ts';
import { ImagesStack } from './stacks/images-stack.ts';
import { RegistryStack, registryStackRegions } from './stacks/registry-stack.ts';
import { RestoreStack, restoreStackRegions } from './stacks/restore-stack.ts';
import { RetentionStack } from './stacks/retention-stack.ts';
import { WorkloadsStack, workloadsStackRegions } from './stacks/workloads-stack.ts';

/**
 * Adds to the app every stack that the policy asks for.
 *
 * Images and alerts stacks wait for the base stack of their own Region. The images stacks also wait for the primary's,
 * which makes their replicas of the verdict table, and a Region that forwards waits for the buses it forwards to. The
 * alerts stacks wait for no other Region, so each can be deployed while the others are down. The registry of the primary
 * Region waits for the others': ECR makes a replica's repository once, by the template it finds then. The access entries
 * of all Regions wait for the one role that they name: EKS takes none for a role that is not there. The backups of the
 * primary Region wait for the vaults that they are copied to, and retention for the verdicts of its own Region. Proofs of
 * restores wait for the primary's stack, which makes their replicas of the table.
 */
export function buildStacks(app: App, policy: Policy, code: CodeFor): void {
  const { primary, standby, registry, alerts } = policy.regions;
  const regions = [...new Set([...registry, ...alerts, standby, policy.failover.witness])];
  const bases = new Map(
    regions.map((region) => [region, new BaseStack(app, { region, policy, code })] as const),
  );

  const registries = new Map(
    registryStackRegions(policy).map(
      (region) => [region, new RegistryStack(app, { region, policy, code })] as const,
    ),
  );
  const primaryRegistry = registries.get(primary);
  for (const stack of registries.values()) {
    if (primaryRegistry !== undefined && stack !== primaryRegistry) waitFor(primaryRegistry, stack);
  }

  const workloads = new Map(
    workloadsStackRegions(policy).map(
      (region) => [region, new WorkloadsStack(app, { region, policy, code })] as const,
    ),
  );
  const reader = workloads.get(primary);
  for (const stack of workloads.values()) if (stack !== reader) waitFor(stack, reader);

  const images = new Map(
    registry.map((region) => [region, new ImagesStack(app, { region, policy, code })] as const),
  );
  for (const [region, stack] of images) {
    waitFor(stack, bases.get(region));
    if (region !== primary) waitFor(stack, images.get(primary));
    if (!alerts.includes(region)) waitFor(stack, bases.get(standby));
  }

  const copies = new BackupStack(app, { region: standby, policy, code });
  const backups = new BackupStack(app, { region: primary, policy, code });
  waitFor(backups, copies);
  waitFor(copies, bases.get(standby));
  waitFor(backups, bases.get(primary));

  for (const region of new Set([primary, standby, ...registry])) {
    const retention = new RetentionStack(app, { region, policy, code });
    waitFor(retention, bases.get(region));
    waitFor(retention, images.get(region));
  }

  const restores = new Map(
    restoreStackRegions(policy).map(
      (region) => [region, new RestoreStack(app, { region, policy, code })] as const,
    ),
  );
  for (const [region, stack] of restores) {
    waitFor(stack, bases.get(region));
    if (region !== primary) waitFor(stack, restores.get(primary));
  }

  for (const region of databaseStackRegions(policy)) {
    waitFor(new DatabaseStack(app, { region, policy, code }), bases.get(region));
  }

  const secondBucket = new FailoverStack(app, { region: policy.failover.witness, policy, code });
  const failover = new FailoverStack(app, { region: standby, policy, code });
  waitFor(secondBucket, bases.get(policy.failover.witness));
  waitFor(failover, bases.get(standby));
  waitFor(failover, secondBucket);
  waitFor(new FenceStack(app, { region: primary, policy, code }), bases.get(primary));

  for (const region of alerts) {
    waitFor(new AlertsStack(app, { region, policy, code }), bases.get(region));
  }
}

function waitFor(stack: OpsStack, other: OpsStack | undefined): void {
  if (other !== undefined) stack.addStackDependency(other);
}
