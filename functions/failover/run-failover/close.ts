import { closing } from '../../../shared/failover/fence.ts';
import { type Conductor, describe, type StepEnd } from './conduct.ts';
import type { RunDeps } from './deps.ts';
import { turn } from './traffic.ts';

/**
 * Ends a run that has moved the writer. The interlock stays: what is backed up, kept and pruned is meant for a platform
 * in the primary Region, and stands still until it is there again.
 */
export function close(conductor: Conductor, deps: RunDeps): Promise<StepEnd> {
  return conductor.step('close', async () => {
    const because = `${conductor.run}: ${conductor.input.reason}`;
    const both = await conductor.until('both tokens', {
      every: 5,
      until: conductor.budget,
      look: async () => {
        const turned = await turn(because, deps);
        if ('found' in turned && turned.found.failed.length > 0)
          return { waiting: turned.found.failed.join(' and ') };
        return turned;
      },
    });
    if ('givenUp' in both) await conductor.hurt(`the switch stands on one leg: ${both.givenUp}`);
    await end(conductor, false, deps);
    const lost = unsaved(deps);
    return {
      outcome: 'done',
      reason: 'the standby Region is the writer',
      facts: { shortfalls: conductor.shortfalls, withoutMechanism: lost },
    };
  });
}

/** What the platform holds that nothing brings into the standby Region. */
export function unsaved({ policy }: Pick<RunDeps, 'policy'>): readonly string[] {
  return Object.entries(policy.backups.components)
    .filter(([, { mechanism }]) => mechanism === undefined)
    .map(([name]) => name);
}

/**
 * Ends a run that stopped. The other automations go on where nothing was moved. Once the switch may have been turned they
 * stand still: users are led to a Region that is not the writer, until people have brought the two together.
 */
export async function abandon(conductor: Conductor, deps: RunDeps): Promise<void> {
  const { writer } = await conductor.once('who writes', () => deps.fence.read());
  const isHalfway = writer === 'primary' && conductor.present !== 'detect';
  if (writer === 'primary' && !isHalfway) {
    for (const { region, release } of deps.interlocks) {
      try {
        await conductor.once(`release ${region}`, () => release(conductor.run));
      } catch (error) {
        await conductor.hurt(`the interlock in ${region} was not released (${describe(error)})`);
      }
    }
  }
  await end(conductor, isHalfway, deps);
}

async function end(conductor: Conductor, isHalfway: boolean, { fence, now }: RunDeps): Promise<void> {
  const run = { name: conductor.run, execution: conductor.execution };
  await conductor.once('end', () => fence.change((state) => closing(state, run, now(), isHalfway)));
}
