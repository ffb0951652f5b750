import type { DurableContext } from '@aws/durable-execution-sdk-js';
import type { RunInput } from '../../../shared/failover/run.ts';
import type { Outcome } from '../../../shared/lambda/outcome.ts';
import { byHand } from './by-hand.ts';
import { abandon, close, unsaved } from './close.ts';
import { Conductor, describe } from './conduct.ts';
import { takeOverDatabase } from './database.ts';
import type { RunDeps } from './deps.ts';
import { detect } from './detect.ts';
import { readyNodes } from './nodes.ts';
import { moveTraffic } from './traffic.ts';
import { validate } from './validate.ts';

/**
 * The runbook: moves the platform to its standby Region.
 *
 * Everything here runs again from the beginning whenever the execution is continued, and everything that was done is
 * then read from its checkpoint. So nothing outside of the conductor's operations may touch the world.
 */
export async function runFailover(input: RunInput, context: DurableContext, deps: RunDeps): Promise<Outcome> {
  const conductor = new Conductor(context, input, deps);
  try {
    const { end, frozen } = await detect(conductor, deps);
    // The run that is open is another one's, and so is the interlock.
    if (frozen === undefined) {
      await conductor.tell('stopped', `${end.reason}. Nothing was done`, byHand.detect);
      return outcomeOf(conductor, 'refused', end.reason);
    }

    const traffic = await moveTraffic(conductor, deps);
    if (traffic.outcome === 'stopped') return await stop(conductor, traffic.reason, deps);
    await readyNodes(conductor, deps);
    const { end: taken, database } = await takeOverDatabase(conductor, frozen, deps);
    if (database === undefined) return await stop(conductor, taken.reason, deps);
    await validate(conductor, database, frozen, deps);
    await close(conductor, deps);
  } catch (error) {
    return await stop(conductor, describe(error), deps);
  }
  const without = unsaved(deps);
  const lacks = without.length === 0 ? '' : ` Nothing brings these to it: ${without.join(', ')}.`;
  await conductor.tell('ended', `the platform runs in ${deps.region}.${lacks}`, byHand.close);
  return outcomeOf(conductor, 'done', `the platform runs in ${deps.region}`);
}

/** People go on by hand from here. */
async function stop(conductor: Conductor, reason: string, deps: RunDeps): Promise<Outcome> {
  try {
    await abandon(conductor, deps);
  } catch (error) {
    await conductor.hurt(`the run could not be closed, and none starts before it is (${describe(error)})`);
  }
  await conductor.tell('stopped', `${reason}. The run has ended`, byHand[conductor.present]);
  return outcomeOf(conductor, 'stopped', reason);
}

function outcomeOf({ run, shortfalls }: Conductor, outcome: string, reason: string): Outcome {
  return { outcome, reason, subject: run, facts: { shortfalls } };
}
