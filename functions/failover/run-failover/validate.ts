import { readAnswer } from '../../../shared/database/answers.ts';
import { readCredentials } from '../../../shared/database/credentials.ts';
import { lookAt } from '../../../shared/failover/look.ts';
import type { Conductor, Look, StepEnd } from './conduct.ts';
import type { Database } from './database.ts';
import type { RunDeps } from './deps.ts';
import type { Frozen } from './detect.ts';

/** Milliseconds that one asking of the database may take. */
const askMs = 60_000;

/** How often the budget of the step is waited before the run ends without an answer. */
const patience = 10;

/** Asks the database what it holds, and the endpoint whether it is ready. Neither is a reason to go back. */
export function validate(
  conductor: Conductor,
  database: Database,
  frozen: Frozen,
  deps: RunDeps,
): Promise<StepEnd> {
  return conductor.step('validate', async () => {
    const until = conductor.budget * patience;
    const asked = await conductor.until('ask the database', {
      every: 10,
      until,
      look: () => askDatabase(database, deps),
    });
    if ('givenUp' in asked) await conductor.hurt(`the database has not answered: ${asked.givenUp}`);
    const ready = await conductor.until('ask the endpoint', {
      every: 5,
      until,
      look: () => askEndpoint(deps),
    });
    if ('givenUp' in ready) await conductor.hurt(`the standby endpoint is not ready: ${ready.givenUp}`);
    const lost =
      'found' in asked ? Math.round((frozen.ended - Date.parse(asked.found.heartbeat)) / 1000) : undefined;
    const facts = { ...('found' in asked && { ...asked.found, lostSeconds: Math.max(0, lost ?? 0) }) };
    if ('givenUp' in asked || 'givenUp' in ready) {
      return { outcome: 'partial', reason: 'the standby does not prove that it serves users', facts };
    }
    return {
      outcome: 'done',
      reason: `the endpoint is ready, and the last heartbeat in the database is of ${asked.found.heartbeat}`,
      facts,
    };
  });
}

async function askDatabase(
  { host, port }: Database,
  { questions, secrets, policy }: RunDeps,
): Promise<Look<{ readonly heartbeat: string; readonly tables: number }>> {
  const { of } = policy.failover.standby.replica;
  const instance = policy.databases.instances[of];
  if (instance === undefined) return { waiting: `databases.instances does not have ${of}` };
  const { username: user, password } = await readCredentials(secrets, instance.readerSecret);
  const reply = await questions.ask(
    {
      target: { host, port, database: instance.database },
      credentials: { user, password },
      questions: [{ name: 'heartbeat' }, { name: 'tables' }],
    },
    askMs,
  );
  if (reply.failure) return { waiting: reply.failure.reason };
  const heartbeat = readAnswer(reply.answers, 'heartbeat');
  const tables = readAnswer(reply.answers, 'tables');
  if ('unknown' in heartbeat) return { waiting: `the heartbeat is unknown: ${heartbeat.unknown}` };
  if ('unknown' in tables) return { waiting: `the tables are unknown: ${tables.unknown}` };
  const [beat] = heartbeat.rows;
  if (beat === undefined) return { waiting: 'there is no heartbeat in it' };
  if (tables.rows.length === 0) return { waiting: 'there are no tables in it' };
  return { found: { heartbeat: beat.at, tables: tables.rows.length } };
}

async function askEndpoint({ get, policy }: RunDeps): Promise<Look<string>> {
  const { standby, readyPath, body } = policy.failover.endpoints;
  const { isUp, saw } = await lookAt({ url: `https://${standby}${readyPath}`, body }, get);
  return isUp ? { found: saw } : { waiting: saw };
}
