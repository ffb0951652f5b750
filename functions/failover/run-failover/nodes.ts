import type { Conductor, Look, StepEnd } from './conduct.ts';
import type { RunDeps } from './deps.ts';

/**
 * Has the standby's node groups carry the platform. It does not wait for them for ever: a database that takes writes and
 * too few nodes are better than neither.
 */
export function readyNodes(conductor: Conductor, deps: RunDeps): Promise<StepEnd> {
  return conductor.step('nodes', async () => {
    const waited = await conductor.until('nodes ready', {
      every: 10,
      until: conductor.budget,
      look: () => raiseNodes(deps),
    });
    if ('found' in waited)
      return { outcome: 'done', reason: 'the node groups have their nodes', facts: waited.found };
    await conductor.hurt(`the node groups are not ready: ${waited.givenUp}`);
    return { outcome: 'partial', reason: `the run goes on with the nodes there are: ${waited.givenUp}` };
  });
}

/**
 * Raises what is too small, one group after the other, and looks whether all are ready. A group that EKS does not raise
 * keeps none of the others from it.
 *
 * EKS has applied a scaling once the group is `ACTIVE` again; that its nodes are ready shows at the endpoint.
 */
export async function raiseNodes({
  nodeGroups,
  policy,
}: RunDeps): Promise<Look<Readonly<Record<string, number>>>> {
  const sizes: Record<string, number> = {};
  const failures: Error[] = [];
  const waiting: string[] = [];
  for (const [name, { minSize }] of Object.entries(policy.failover.standby.nodeGroups)) {
    try {
      const present = await nodeGroups.size(name);
      if (present.minSize < minSize) {
        if (present.status === 'ACTIVE') await nodeGroups.setMinimum(name, minSize, present);
        waiting.push(`${name} is being raised from ${present.minSize} to ${minSize}`);
      } else if (present.status !== 'ACTIVE') waiting.push(`${name} is ${present.status}`);
      else sizes[name] = present.desiredSize;
    } catch (error) {
      failures.push(Error.isError(error) ? error : new Error(String(error)));
    }
  }
  const [failure] = failures;
  if (failure !== undefined) throw failure;
  return waiting.length === 0 ? { found: sizes } : { waiting: waiting.join('; ') };
}
