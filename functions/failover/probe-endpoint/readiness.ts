import type { InstanceSeen } from '../../../shared/aws/database-instances.ts';
import type { DatabaseQuestions } from '../../../shared/aws/database-questions.ts';
import type { SweptCopies } from '../../../shared/aws/missing-copies.ts';
import type { Secrets } from '../../../shared/aws/secrets.ts';
import { readAnswer } from '../../../shared/database/answers.ts';
import { readCredentials } from '../../../shared/database/credentials.ts';
import { unknownEnvironment } from '../../../shared/domain/alert.ts';
import { lookAt } from '../../../shared/failover/look.ts';
import type { StandbyReadiness } from '../../../shared/failover/standby.ts';
import { within } from '../../../shared/lambda/within.ts';
import type { HttpsGet, World } from '../../../shared/lambda/world.ts';
import type { ProbePolicy } from './policy.ts';

export interface ReadinessDeps {
  readonly clusterStatus: (cluster: string) => Promise<string>;
  readonly instance: (id: string) => Promise<InstanceSeen>;
  readonly questions: DatabaseQuestions;
  readonly secrets: Secrets;
  readonly sweptCopies: () => Promise<SweptCopies | undefined>;
  readonly get: HttpsGet;
  readonly policy: ProbePolicy;
  readonly now: () => Date;
  readonly log: World<unknown>['log'];
}

/** Milliseconds for each of the questions. Together with a look they leave the next mark alone. */
const questionMs = 4000;

/** A sweep of the images that is older than this says nothing of the newest ones. It runs every hour. Milliseconds. */
const sweepCountsForMs = 150 * 60_000;

/**
 * Looks at what would take over. Nothing outside of the standby Region is asked, and what gives no answer is not known.
 *
 * The lag is the age of the newest heartbeat that the replica has replayed: write-heartbeat writes one every minute, so
 * it is up to two minutes when nothing lags. Unlike the lag that CloudWatch shows it needs no other change to be made.
 */
export async function lookAtStandby(deps: ReadinessDeps): Promise<StandbyReadiness> {
  const { policy, get, now, log } = deps;
  const { endpoints, standby } = policy.failover;
  const at = now().getTime();
  const attempt = async <Value>(what: string, ask: () => Promise<Value>): Promise<Value | undefined> => {
    try {
      return await within(questionMs, what, ask);
    } catch (error) {
      log('warn', 'not known of the standby', {
        what,
        reason: Error.isError(error) ? error.message : String(error),
      });
      return undefined;
    }
  };
  const [cluster, pods, replica, missing] = await Promise.all([
    attempt('the status of the cluster', () => deps.clusterStatus(standby.cluster)),
    lookAt({ url: `https://${endpoints.standby}${endpoints.healthPath}` }, get),
    attempt('the status of the replica', () => deps.instance(standby.replica.id)),
    attempt('the copies of images', async () => missingImages(await deps.sweptCopies(), policy, now())),
  ]);
  const lagSeconds =
    replica === undefined ? undefined : await attempt('the lag of the replica', () => lagOf(replica, deps));
  return {
    at,
    cluster: cluster ?? 'in no known state',
    pods: pods.isUp ? 'answer' : 'silent',
    ...(replica !== undefined && {
      replica: { status: replica.status, ...(lagSeconds !== undefined && { lagSeconds }) },
    }),
    imagesMissing: missing ?? 'unknown',
  };
}

async function lagOf(
  { host, port }: InstanceSeen,
  { questions, secrets, policy, now }: ReadinessDeps,
): Promise<number> {
  const { replica } = policy.failover.standby;
  const source = policy.databases.instances[replica.of];
  if (source === undefined) throw new Error(`databases.instances has no ${replica.of}`);
  if (host === undefined) throw new Error('it has no address');
  const { username: user, password } = await readCredentials(secrets, source.readerSecret);
  const request = {
    target: { host, port, database: source.database },
    credentials: { user, password },
    questions: [{ name: 'heartbeat' as const }],
  };
  const { failure, answers } = await questions.ask(request, questionMs);
  if (failure?.kind === 'auth') secrets.forget(source.readerSecret);
  if (failure) throw new Error(failure.reason);
  const heartbeat = readAnswer(answers, 'heartbeat');
  if ('unknown' in heartbeat) throw new Error(heartbeat.unknown);
  const [row] = heartbeat.rows;
  if (row === undefined) throw new Error('it bears no heartbeat');
  return Math.max(0, (now().getTime() - Date.parse(row.at)) / 1000);
}

/** Those of environments whose blocked images wake somebody: nobody fails over for the others. */
function missingImages(
  swept: SweptCopies | undefined,
  { environments }: ProbePolicy,
  now: Date,
): StandbyReadiness['imagesMissing'] {
  if (swept === undefined || now.getTime() - swept.sweptAt > sweepCountsForMs) return 'unknown';
  return swept.missing
    .filter(
      ({ environment }) =>
        environment === unknownEnvironment || environments[environment]?.verdictAlerts.block === 'critical',
    )
    .map(({ image }) => image);
}
