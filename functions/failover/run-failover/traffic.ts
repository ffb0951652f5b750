import { SwitchError } from '../../../shared/aws/switch-objects.ts';
import { ttlOf } from '../../../shared/failover/budget.ts';
import type { Conductor, Look, StepEnd } from './conduct.ts';
import type { RunDeps } from './deps.ts';
import { raiseNodes } from './nodes.ts';

/** Nothing else can be done without it, so that it is tried for as long as people take to do it by hand. Seconds. */
const longestWait = 3600;

/** What a turn of the switch came to. One token is enough to move traffic. */
interface Turned {
  /** The Regions in which a token was written. */
  readonly changed: readonly string[];
  /** Why there is none in a Region. */
  readonly failed: readonly string[];
}

/**
 * Takes the primary out of DNS: turns the switch, and waits until our own lookups lead to the standby and whoever asked
 * before has forgotten the answer. Nodes come up meanwhile. Route 53's control plane is not asked for anything.
 */
export function moveTraffic(conductor: Conductor, deps: RunDeps): Promise<StepEnd> {
  return conductor.step('traffic', async () => {
    const because = `${conductor.run}: ${conductor.input.reason}`;
    const turned = await conductor.until('turn the switch', {
      every: 5,
      until: longestWait,
      look: () => turn(because, deps),
    });
    if ('givenUp' in turned)
      return { outcome: 'stopped', reason: `the switch was not turned: ${turned.givenUp}` };
    const { changed, failed } = turned.found;
    if (failed.length > 0) {
      await conductor.hurt(
        `one bucket alone holds the traffic with the standby: there is no token ${failed.join(' and ')}`,
      );
    }
    await conductor.until('raise nodes meanwhile', { every: 1, until: 0, look: () => raiseNodes(deps) });

    const seen = await conductor.until('ask DNS', { every: 5, until: longestWait, look: () => askDns(deps) });
    if ('givenUp' in seen)
      return { outcome: 'stopped', reason: `DNS does not lead to the standby: ${seen.givenUp}` };
    const ttl = ttlOf(deps.policy.failover.records.targets);
    await conductor.pause('one TTL', ttl);
    return {
      outcome: changed.length === 0 ? 'unchanged' : 'done',
      reason: `DNS leads to the standby, for longer than the ${ttl} s that answers are kept`,
      facts: { changed, failed, addresses: seen.found },
    };
  });
}

/** Also writes the token that is missing where one was written before: a switch on one leg turns back with its loss. */
export async function turn(
  because: string,
  { switchObjects }: Pick<RunDeps, 'switchObjects'>,
): Promise<Look<Turned>> {
  try {
    const { changed } = await switchObjects.toStandby('service', because);
    return { found: { changed, failed: [] } };
  } catch (error) {
    if (!(error instanceof SwitchError) || !error.turned) throw error;
    const failed = error.failed.map(
      ({ region, error: { name, message } }) => `in ${region} (${name}: ${message})`,
    );
    return { found: { changed: error.changed, failed } };
  }
}

/** Compares addresses, which an alias and a CNAME have in common. */
async function askDns({ resolve, policy }: RunDeps): Promise<Look<readonly string[]>> {
  const { service, targets } = policy.failover.records;
  const host = targets.type === 'alias' ? targets.standby.dnsName : targets.standby;
  const [answers, standby] = await Promise.all([resolve(service, 'A'), resolve(host, 'A')]);
  if (answers.length > 0 && answers.every((address) => standby.includes(address))) return { found: answers };
  return {
    waiting: `${service} leads to ${answers.join(', ') || 'nothing'}, and the standby is at ${standby.join(', ') || 'no address'}`,
  };
}
