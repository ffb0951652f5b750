import { decideBackups } from '../../../shared/backups/decide.ts';
import type { BackupFinding } from '../../../shared/backups/finding.ts';
import { observeBackups } from '../../../shared/backups/observe.ts';
import type { UnreadSource } from '../../../shared/backups/source.ts';
import { eachOf } from '../../../shared/lambda/each-of.ts';
import type { Outcome } from '../../../shared/lambda/outcome.ts';
import { expiredGaps } from './accepted-gaps.ts';
import type { WatchDeps, WatchRun } from './deps.ts';
import type { Hint } from './hint.ts';
import { reconcile, type Situation } from './reconcile.ts';
import { subjectOf, theRegion, type WatchRecord } from './record.ts';
import { watchedResources } from './watched-resources.ts';

/** Subjects that are worked on at once. */
const atOnce = 4;

/**
 * The hourly look at everything, and so at what no event tells of: a backup that was never begun, a copy that is late.
 *
 * @throws what kept records from being read or written, or findings from being published
 */
export async function watchAll(run: WatchRun, deps: WatchDeps): Promise<Outcome> {
  const at = deps.now();
  const records = await deps.records.all();
  const situation = await lookAt(undefined, records, at, run, deps);
  const findings = [...situation.decision.findings, ...ofTheRegion(situation.unread, run, deps, at)];
  const decision = { ...situation.decision, findings };
  const subjects = new Set([
    theRegion,
    ...situation.tiers.keys(),
    ...records.keys(),
    ...findings.map(subjectOf),
  ]);
  await reconcileEach([...subjects].sort(), { ...situation, decision }, run, deps);
  return ended(
    'looked through',
    `${situation.tiers.size} resources, ${findings.length} findings`,
    situation,
    deps,
  );
}

/**
 * Looks at the resources that events are about: at those of which something ended well only where something stands.
 * What could not be read then is left to the hourly look, which tells of it.
 *
 * @throws what kept records from being read or written, or findings from being published
 */
export async function watchHinted(hints: readonly Hint[], run: WatchRun, deps: WatchDeps): Promise<Outcome> {
  const at = deps.now();
  const named = [...new Set(hints.map(({ resourceArn }) => resourceArn))];
  const records = await deps.records.of(named);
  const isBad = new Set(hints.flatMap((hint) => (hint.isBad ? [hint.resourceArn] : [])));
  const suspects = named.filter((arn) => isBad.has(arn) || (records.get(arn)?.open.length ?? 0) > 0);
  const subject = deps.region;
  if (suspects.length === 0) {
    return { outcome: 'nothing', reason: 'all ended well, and nothing stands that could be over', subject };
  }

  const [only] = suspects.length === 1 ? suspects : [];
  const situation = await lookAt(only, records, at, run, deps);
  const ours = suspects.filter((arn) => situation.tiers.has(arn));
  await reconcileEach(ours, situation, run, deps);
  return ended(
    'looked through',
    `${ours.length} of ${named.length} resources of which events told`,
    situation,
    deps,
  );
}

async function lookAt(
  resourceArn: string | undefined,
  records: ReadonlyMap<string, WatchRecord>,
  at: Date,
  { account, standing }: WatchRun,
  deps: WatchDeps,
): Promise<Situation> {
  const { policy, region, backupRole } = deps;
  const observation = await observeBackups(deps, {
    region,
    account,
    policy,
    now: at,
    ...(resourceArn !== undefined && { resourceArn }),
    ...(hasStuckPoints(records) && { since: new Date(0) }),
  });
  const { observed } = observation;
  const watched = watchedResources(observation, records, region, policy, at);
  const roleName = backupRole.slice(backupRole.lastIndexOf('/') + 1);
  return {
    at,
    decision: decideBackups({ observed, tagged: watched, policy, standing, roleName, now: at }),
    unread: observed.unread,
    tiers: new Map(watched.map(({ arn, tier }) => [arn, tier])),
    records,
  };
}

/** They may be of any age, and only where everything is looked at it is known that they have gone. */
function hasStuckPoints(records: ReadonlyMap<string, WatchRecord>): boolean {
  return [...records.values()].some(({ open }) => open.some(({ name }) => name === 'point-stuck'));
}

async function reconcileEach(
  subjects: readonly string[],
  situation: Situation,
  run: WatchRun,
  deps: WatchDeps,
): Promise<void> {
  await eachOf(subjects, atOnce, (subject) => reconcile(subject, situation, run, deps));
}

function ofTheRegion(
  unread: readonly UnreadSource[],
  { account }: WatchRun,
  { policy, region }: WatchDeps,
  now: Date,
): readonly BackupFinding[] {
  const gaps = region === policy.regions.primary ? expiredGaps(policy, now) : [];
  if (unread.length === 0) return gaps;
  const resourceArn = `arn:aws:backup:${region}:${account}:backup-vault:*`;
  const about = 'what backups are judged by';
  return [...gaps, { name: 'unread', resourceArn, region, about, reason: list(unread), restsOn: [] }];
}

/** @param reason what was done of it */
function ended(
  outcome: string,
  reason: string,
  { unread, decision }: Situation,
  { region }: WatchDeps,
): Outcome {
  const facts = { held: decision.held.length };
  if (unread.length === 0) return { outcome, reason, subject: region, facts };
  return {
    outcome: `${outcome} in part`,
    reason: `${reason}; not read: ${list(unread)}`,
    subject: region,
    facts,
  };
}

function list(unread: readonly UnreadSource[]): string {
  return unread.map(({ source, reason }) => `${source} (${reason})`).join('; ');
}
