import type { RestoreJob } from '../../../shared/backups/observed.ts';
import { RetryableError } from '../../../shared/lambda/errors.ts';
import type { Outcome } from '../../../shared/lambda/outcome.ts';
import { resourceName } from '../../../shared/policy/resource.ts';
import {
  newestDueTest,
  type RestoreTestPolicy,
  type ScheduledTest,
  scheduleOf,
} from '../../../shared/restores/scheduled-test.ts';
import type { VerifyDeps } from './deps.ts';
import { tierNamed } from './policy.ts';
import { missedEventOf } from './tell.ts';

/** Restore jobs of our tests that are known. */
export interface KnownJobs {
  /** From when on. */
  readonly since: Date;
  /** The newest first. */
  readonly jobs: readonly { readonly job: RestoreJob; readonly tier: string }[];
}

const aDay = 86_400_000;

/**
 * Tells of each test of this Region that had to begin by its schedule and has no job, and later that one has run. AWS
 * Backup tells nobody of a test that does not begin: there is no job to tell of. One for which there was nothing to
 * restore is not missed.
 *
 * @throws RetryableError when others wrote meanwhile
 */
export async function lookForMissedTests(known: KnownJobs, deps: VerifyDeps): Promise<readonly Outcome[]> {
  const { policy, region, tests } = deps;
  const outcomes: Outcome[] = [];
  const records = new Map((await tests.all()).map((test) => [test.tier, test]));
  for (const [tier, { restoreTest }] of Object.entries(policy.backups.tiers)) {
    if (restoreTest?.regions.includes(region) !== true) continue;
    const outcome = await lookAtTest(tier, restoreTest, records.get(tier), known, deps);
    records.delete(tier);
    if (outcome !== undefined) outcomes.push(outcome);
  }
  for (const gone of records.values()) {
    if (gone.missed !== undefined) outcomes.push(await close(gone, 'it is not tested here any more', deps));
    await tests.forget(gone.tier);
  }
  return outcomes;
}

async function lookAtTest(
  tier: string,
  test: RestoreTestPolicy,
  known: ScheduledTest | undefined,
  { since, jobs }: KnownJobs,
  deps: VerifyDeps,
): Promise<Outcome | undefined> {
  const now = deps.now();
  const schedule = scheduleOf(test);
  if (known?.schedule !== schedule) {
    const { missed, version = 0 } = known ?? {};
    const fresh = { tier, schedule, knownSince: now.toISOString(), version };
    await write({ ...fresh, ...(missed && { missed }) }, deps);
    return undefined;
  }
  const newest = jobs.find((each) => each.tier === tier)?.job;
  const hasRunSince = (due: Date): boolean => newest !== undefined && newest.createdAt >= due;
  if (known.missed !== undefined) {
    if (newest !== undefined && hasRunSince(new Date(known.missed.due))) {
      const outcome = await close(known, `it has run, as restore ${newest.id}`, deps);
      const { missed: _over, ...rest } = known;
      await write(rest, deps);
      return outcome;
    }
    return known.missed.isTold ? undefined : open(known, known.missed, deps);
  }
  const from = new Date(Math.max(since.getTime(), Date.parse(known.knownSince)));
  const due = newestDueTest(test, from, now);
  if (due === undefined || hasRunSince(due) || !(await hasSomething(tier, test, due, deps))) return undefined;
  const missed = {
    due: due.toISOString(),
    reason: `it had to begin within ${test.startWindowHours} h of ${due.toISOString()}, and there is no restore job`,
    since: now.toISOString(),
    isTold: false,
  };
  return open(await write({ ...known, missed }, deps), missed, deps);
}

/** Whether there was a recovery point that the test could take. */
async function hasSomething(
  tierName: string,
  { ofLastDays }: RestoreTestPolicy,
  due: Date,
  { policy, points }: VerifyDeps,
): Promise<boolean> {
  const { vault: key, resourceType } = tierNamed(tierName, policy);
  const vault = policy.backups.vaults[key];
  if (vault === undefined) throw new RangeError(`backups.vaults has no '${key}'`);
  const since = new Date(due.getTime() - ofLastDays * aDay);
  const found = await points.inVault(resourceName(vault.vault), { since, before: due, resourceType });
  return found.some(
    ({ status, completedAt }) => status === 'COMPLETED' && completedAt !== undefined && completedAt <= due,
  );
}

async function open(
  test: ScheduledTest,
  missed: NonNullable<ScheduledTest['missed']>,
  deps: VerifyDeps,
): Promise<Outcome> {
  const { reason } = missed;
  await deps.bus.publish({
    detailType: 'Restore Test Missed',
    detail: missedEventOf(deps.region, test.tier, missed.due, 'open', missed),
  });
  await write({ ...test, missed: { ...missed, isTold: true } }, deps);
  return { outcome: 'missed', reason, subject: `restore test ${test.tier}` };
}

async function close(
  { tier, missed }: ScheduledTest,
  reason: string,
  { bus, region, now }: VerifyDeps,
): Promise<Outcome> {
  const detail = missedEventOf(region, tier, missed?.due ?? '', 'closed', {
    reason,
    since: now().toISOString(),
  });
  await bus.publish({ detailType: 'Restore Test Missed', detail });
  return { outcome: 'not missed any more', reason, subject: `restore test ${tier}` };
}

/** @throws RetryableError when another run wrote it meanwhile: it told what there was to tell */
async function write(test: ScheduledTest, { tests }: VerifyDeps): Promise<ScheduledTest> {
  const written = await tests.write(test);
  if (written !== undefined) return written;
  throw new RetryableError(`another run has written the restore test of ${test.tier} meanwhile`);
}
