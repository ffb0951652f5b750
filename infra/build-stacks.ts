import type { App } from 'aws-cdk-lib';
import type { Policy } from '../shared/policy/schema.ts';
import type { CodeFor, OpsStack } from './ops-stack.ts';
import { AlertsStack } from './stacks/alerts-stack.ts';
import { BaseStack } from './stacks/base-stack.ts';
import { ImagesStack } from './stacks/images-stack.ts';
import { RegistryStack, registryStackRegions } from './stacks/registry-stack.ts';

/**
 * Adds to the app every stack that the policy asks for.
 *
 * Images and alerts stacks wait for the base stack of their own Region. The images stacks also wait for the primary's,
 * which makes their replicas of the verdict table, and a Region that forwards waits for the buses it forwards to. The
 * alerts stacks wait for no other Region, so each can be deployed while the others are down. The registry of the primary
 * Region waits for the others': ECR makes a replica's repository once, by the template it finds then.
 */
export function buildStacks(app: App, policy: Policy, code: CodeFor): void {
  const { primary, standby, registry, alerts } = policy.regions;
  const regions = [...new Set([...registry, ...alerts, standby])];
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

  const images = new Map(
    registry.map((region) => [region, new ImagesStack(app, { region, policy, code })] as const),
  );
  for (const [region, stack] of images) {
    waitFor(stack, bases.get(region));
    if (region !== primary) waitFor(stack, images.get(primary));
    if (!alerts.includes(region)) waitFor(stack, bases.get(standby));
  }

  for (const region of alerts) {
    waitFor(new AlertsStack(app, { region, policy, code }), bases.get(region));
  }
}

function waitFor(stack: OpsStack, other: OpsStack | undefined): void {
  if (other !== undefined) stack.addStackDependency(other);
}
