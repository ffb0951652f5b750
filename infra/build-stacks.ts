import type { App } from 'aws-cdk-lib';
import type { Policy } from '../shared/policy/schema.ts';
import type { CodeFor } from './ops-stack.ts';
import { AlertsStack } from './stacks/alerts-stack.ts';
import { BaseStack } from './stacks/base-stack.ts';
import { ImagesStack } from './stacks/images-stack.ts';

/**
 * Adds to the app every stack that the policy asks for.
 *
 * Each stack waits for the base stack of its own Region. The images stacks also wait for the primary's, which makes
 * their replicas of the verdict table, and a Region that forwards waits for the buses it forwards to. The alerts
 * stacks wait for no other Region, so each can be deployed while the others are down.
 */
export function buildStacks(app: App, policy: Policy, code: CodeFor): void {
  const { primary, standby, registry, alerts } = policy.regions;
  const regions = [...new Set([...registry, ...alerts, standby])];
  const bases = new Map(
    regions.map((region) => [region, new BaseStack(app, { region, policy, code })] as const),
  );

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

function waitFor(stack: ImagesStack | AlertsStack, other: BaseStack | ImagesStack | undefined): void {
  if (other !== undefined) stack.addStackDependency(other);
}
