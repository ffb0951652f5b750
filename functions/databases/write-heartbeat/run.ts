import type { Secrets } from '../../../shared/aws/secrets.ts';
import { readCredentials } from '../../../shared/database/credentials.ts';
import { type Connect, DatabaseError } from '../../../shared/database/session.ts';
import { logOutcome, type Outcome } from '../../../shared/lambda/outcome.ts';
import { within } from '../../../shared/lambda/within.ts';
import type { World } from '../../../shared/lambda/world.ts';
import type { PolicySlice } from '../../../shared/policy/slice.ts';
import { missedMessage } from './contract.ts';
import { type Written, writeBeat } from './heartbeat.ts';

export interface WriteHeartbeatDeps {
  readonly connect: Connect;
  readonly secrets: Secrets;
  readonly policy: PolicySlice<'databases.instances'>;
  /** The Region it runs in: the name it writes under. */
  readonly region: string;
  readonly now: () => Date;
  readonly log: World<unknown>['log'];
}

type Instance = WriteHeartbeatDeps['policy']['databases']['instances'][string];

/** Milliseconds for one database. The next heartbeat is due before a slow one would be worth waiting for. */
const beatMs = 15_000;

const statementTimeoutMs = 5000;

/**
 * Writes one heartbeat into each database, in all of them at once: one that does not answer keeps no other waiting. One
 * that is missed is told and not tried again, for the next one is due before that would help.
 */
export function writeHeartbeats(deps: WriteHeartbeatDeps): Promise<readonly Outcome[]> {
  const instances = Object.entries(deps.policy.databases.instances);
  return Promise.all(
    instances.map(async ([name, instance]) => {
      const outcome = await attempt(name, instance, deps);
      logOutcome(deps.log, outcome);
      return outcome;
    }),
  );
}

async function attempt(name: string, instance: Instance, deps: WriteHeartbeatDeps): Promise<Outcome> {
  try {
    const written = await within(beatMs, `the heartbeat of ${name}`, () => beat(instance, deps));
    return outcomeOf(name, written, deps.now());
  } catch (error) {
    const reason = Error.isError(error) ? error.message : String(error);
    deps.log('error', missedMessage, { database: name, reason });
    return { outcome: 'missed', reason, subject: name };
  }
}

async function beat(instance: Instance, deps: WriteHeartbeatDeps): Promise<Written> {
  const { host, port, database, heartbeatSecret } = instance;
  const { username, password } = await readCredentials(deps.secrets, heartbeatSecret);
  const access = { host, port, database, user: username, password, statementTimeoutMs };
  try {
    return await deps.connect({ ...access, mode: 'read-write' }, (session) =>
      writeBeat(session, { writer: deps.region, writerAt: deps.now() }),
    );
  } catch (error) {
    // It may have been rotated a moment ago: the next heartbeat reads it anew.
    if (error instanceof DatabaseError && error.kind === 'auth') deps.secrets.forget(heartbeatSecret);
    throw error;
  }
}

function outcomeOf(name: string, written: Written, now: Date): Outcome {
  if (written.outcome === 'fenced') {
    const { writer, epoch } = written;
    const reason = `its writer is ${writer} since epoch ${epoch}, so nothing was written`;
    return { outcome: 'fenced', reason, subject: name, facts: { writer, epoch } };
  }
  const { at, epoch } = written;
  const aheadMs = Date.parse(at) - now.getTime();
  return { outcome: 'written', reason: `it bears ${at}`, subject: name, facts: { epoch, aheadMs } };
}
