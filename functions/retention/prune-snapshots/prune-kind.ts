import type { SnapshotListing, SnapshotStore } from '../../../shared/domain/snapshot.ts';
import { decideStanding, type Standing, switchesOf } from '../../../shared/domain/standing.ts';
import { type CapDecision, decideCap } from '../../../shared/retention/caps.ts';
import { deleteOne } from './delete-one.ts';
import type { PruneDeps, PruneRun } from './deps.ts';
import { type Journal, journal } from './journal.ts';
import { type PlannedSnapshot, planSnapshots, sayReason } from './plan.ts';
import { countEnds, countReasons, type KindReport, type SnapshotLine } from './report.ts';
import { withShares } from './shares.ts';
import { counted, describeError } from './wording.ts';

/** Deletions that fail one after the other before no more are tried. */
const patience = 3;

/** Plans for all snapshots of one kind, and deletes what the plan says where anything may be done. */
export async function pruneKind(
  store: SnapshotStore,
  standing: Standing,
  run: PruneRun,
  deps: PruneDeps,
): Promise<KindReport> {
  const { retention } = deps.policy;
  const days = store.kind === 'volume' ? retention.volumeSnapshots : retention.databaseSnapshots;
  const entries = journal(deps.objects, store.kind, run.due);
  const earlier = new Set(await entries.ids());

  const listed = await store.list();
  const ours = listed.snapshots.filter(({ isOurs }) => isOurs);
  const suspects = deletionsOf(planSnapshots(listed, days, deps.now()));
  const cap = await withinCaps(suspects.length, ours.length, store, deps);
  const listing = cap.within
    ? await withShares(
        listed,
        suspects.map(({ snapshot }) => snapshot),
        store,
      )
    : listed;
  const planned = planSnapshots(listing, days, deps.now());
  const deletions = deletionsOf(planned);

  const notNow = standing.may === 'tell' ? standing.reason : undefined;
  const untouched = cap.within ? notNow : cap.reason;
  const ended =
    untouched === undefined
      ? await deleteAll(deletions, { store, days, entries, earlier, run, deps })
      : deletions.map((deletion) => line(deletion, 'would-delete', untouched));
  const snapshots = [
    ...goneSince(earlier, listing, ended),
    ...ended,
    ...planned
      .filter(({ outcome, snapshot }) => outcome === 'keep' && snapshot.isOurs)
      .map((kept) => line(kept, 'keep', sayReason[kept.reason])),
  ];
  const result = {
    kind: store.kind,
    ...(cap.within && cap.approved !== undefined && { approved: cap.approved }),
    missing: listing.missing,
    kept: countReasons(planned),
    ends: countEnds(snapshots),
    snapshots,
  };
  return { ...result, ...judge(result, cap) };
}

/** Whether somebody has approved of more is only asked where it matters. */
async function withinCaps(
  acts: number,
  all: number,
  { kind }: SnapshotStore,
  { policy, approvals, now }: PruneDeps,
): Promise<CapDecision> {
  const demand = { acts, all, what: 'snapshots would be deleted' };
  const { caps } = policy.retention;
  const unasked = decideCap(demand, caps, undefined, now());
  return unasked.within ? unasked : decideCap(demand, caps, await approvals.of(kind), now());
}

/** The oldest first, whatever order AWS lists them in. */
function deletionsOf(planned: readonly PlannedSnapshot[]): readonly PlannedSnapshot[] {
  const age = ({ snapshot }: PlannedSnapshot): string =>
    `${snapshot.createdAt?.toISOString() ?? ''} ${snapshot.id}`;
  return planned
    .filter(({ outcome }) => outcome === 'delete')
    .toSorted((one, other) => Number(age(one) > age(other)) - Number(age(one) < age(other)));
}

interface Deleting {
  readonly store: SnapshotStore;
  readonly days: number;
  readonly entries: Journal;
  readonly earlier: ReadonlySet<string>;
  readonly run: PruneRun;
  readonly deps: PruneDeps;
}

/** One after the other, and the switches are read before each. */
async function deleteAll(
  deletions: readonly PlannedSnapshot[],
  { store, days, entries, earlier, run, deps }: Deleting,
): Promise<readonly SnapshotLine[]> {
  const lines: SnapshotLine[] = [];
  let failures = 0;
  let stopped: string | undefined;
  for (const deletion of deletions) {
    stopped ??= failures >= patience ? `${patience} deletions failed one after the other` : undefined;
    stopped ??= await whyStop(run, deps);
    if (stopped !== undefined) {
      lines.push(line(deletion, 'not-reached', stopped));
      continue;
    }
    try {
      const ended = await deleteOne(deletion.snapshot, days, { store, journal: entries, now: deps.now });
      const isOurs = ended.end === 'gone' && earlier.has(deletion.snapshot.id);
      const reason = 'reason' in ended ? ended.reason : sayReason[deletion.reason];
      lines.push(line(deletion, isOurs ? 'deleted' : ended.end, reason));
      failures = 0;
    } catch (error) {
      lines.push(line(deletion, 'failed', describeError(error)));
      failures += 1;
    }
  }
  return lines;
}

async function whyStop({ mayGoOn }: PruneRun, deps: PruneDeps): Promise<string | undefined> {
  if (!mayGoOn()) return 'time was running out';
  const reading = await deps.switches.read(switchesOf('retention'));
  const standing = decideStanding(deps.policy.retention.mode, reading, deps.now());
  return standing.may === 'act' ? undefined : standing.reason;
}

/** What an attempt of this run deleted that died before it could report it. */
function goneSince(
  earlier: ReadonlySet<string>,
  { snapshots, missing }: SnapshotListing,
  lines: readonly SnapshotLine[],
): readonly SnapshotLine[] {
  if (missing.length > 0) return [];
  const known = new Set([...snapshots, ...lines].map(({ id }) => id));
  return [...earlier]
    .filter((id) => !known.has(id))
    .map((id) => ({
      id,
      source: '',
      createdAt: '',
      sourceGib: 0,
      end: 'deleted',
      reason: 'an earlier attempt of this run deleted it; the journal says what it was',
    }));
}

function line({ snapshot }: PlannedSnapshot, end: SnapshotLine['end'], reason: string): SnapshotLine {
  const { id, sourceName: source, createdAt, sourceGib } = snapshot;
  return { id, source, createdAt: createdAt?.toISOString() ?? '', sourceGib, end, reason };
}

function judge(
  { missing, ends }: Pick<KindReport, 'missing' | 'ends'>,
  cap: CapDecision,
): Pick<KindReport, 'outcome' | 'reason'> {
  if (missing.length > 0) {
    return { outcome: 'incomplete', reason: `it could not be found out: ${missing.join('; ')}` };
  }
  if (!cap.within) return { outcome: 'over-cap', reason: cap.reason };
  const undone = ends.refused + ends.failed + ends['not-reached'];
  const deleted = `${counted(ends.deleted)} deleted`;
  if (undone > 0)
    return { outcome: 'unfinished', reason: `${deleted}, and ${undone} that should be were not` };
  if (ends['would-delete'] > 0) {
    return { outcome: 'observed', reason: `${counted(ends['would-delete'])} would be deleted` };
  }
  return { outcome: 'well', reason: deleted };
}
