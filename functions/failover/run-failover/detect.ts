import { opening } from '../../../shared/failover/fence.ts';
import type { StandbyReadiness } from '../../../shared/failover/standby.ts';
import { type Conductor, describe, type StepEnd } from './conduct.ts';
import type { RunDeps } from './deps.ts';

/** What was the case when the run began, and is not asked again: it only gets worse. */
export interface Frozen {
  /** When the primary stopped taking changes, at the latest. Milliseconds since 1970. */
  readonly ended: number;
  /** Absent: it could not be read. */
  readonly readiness?: StandbyReadiness;
}

/**
 * Wins the run's epoch, has the other automations stand still, and keeps what was last known of the replica. Nothing of
 * it touches the primary Region, where fence-primary sets the interlock by itself.
 *
 * @returns undefined when this run may not do anything
 */
export async function detect(
  conductor: Conductor,
  deps: RunDeps,
): Promise<{ readonly end: StepEnd; readonly frozen?: Frozen }> {
  let frozen: Frozen | undefined;
  const end = await conductor.step('detect', async () => {
    if (deps.policy.failover.mode === 'observe') {
      return { outcome: 'stopped', reason: 'the policy has the failover observe, and nothing was done' };
    }
    const { run: name, execution, input } = conductor;
    const refusal = await conductor.once('fence', async () => {
      const reason = await deps.fence.change((state) => opening(state, input, { name, execution }));
      return reason === undefined ? {} : { reason };
    });
    if (refusal.reason !== undefined) return { outcome: 'stopped', reason: refusal.reason };

    for (const { region, set } of deps.interlocks) {
      try {
        await conductor.once(`interlock ${region}`, () => set(name, input.reason));
      } catch (error) {
        await conductor.hurt(`the interlock could not be set in ${region} (${describe(error)})`);
      }
    }
    frozen = await conductor.once('freeze', () => freeze(conductor, deps));
    return {
      outcome: 'done',
      reason: 'this run alone acts, and the other automations stand still',
      facts: { frozen },
    };
  });
  return frozen === undefined ? { end } : { end, frozen };
}

async function freeze({ input }: Conductor, { readiness, now, log }: RunDeps): Promise<Frozen> {
  const ended = input.downSince === undefined ? now().getTime() : Date.parse(input.downSince);
  try {
    const seen = await readiness.read();
    return { ended, ...(seen !== undefined && { readiness: seen }) };
  } catch (error) {
    log('error', 'the readiness of the standby could not be read', { reason: describe(error) });
    return { ended };
  }
}
