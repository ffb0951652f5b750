import type { Snapshot, SnapshotListing, SnapshotProtection } from '../../../shared/domain/snapshot.ts';

/** Why a snapshot is kept, or is not. */
export type SnapshotReason =
  /** Neither the EBS CSI driver made it, nor a person by hand in RDS. */
  | 'not-ours'
  | SnapshotProtection
  | 'not-completed'
  /** It is not known of what it is, so that nobody knows whether anything newer is kept. */
  | 'source-unknown'
  /** Its age, or that of another of the same source, is not known, nor which is the newest. */
  | 'age-unknown'
  | 'newest'
  | 'young'
  /** Something that could protect it could not be asked. */
  | 'incomplete'
  | 'aged-out';

export interface PlannedSnapshot {
  readonly snapshot: Snapshot;
  readonly outcome: 'keep' | 'delete';
  readonly reason: SnapshotReason;
}

const dayMs = 24 * 60 * 60 * 1000;

/**
 * What becomes of each snapshot, in the order given. The newest that is completed of each source is kept for ever, by
 * whatever else it is protected: more protection of one never means that another goes.
 *
 * @param days after which what nothing keeps is deleted
 */
export function planSnapshots(
  { snapshots, missing }: SnapshotListing,
  days: number,
  now: Date,
): readonly PlannedSnapshot[] {
  const newest = newestOf(snapshots);
  return snapshots.map((snapshot) => {
    const reason = reasonFor(snapshot, newest, missing.length === 0, now.getTime() - days * dayMs);
    return { snapshot, outcome: reason === 'aged-out' ? 'delete' : 'keep', reason };
  });
}

function reasonFor(
  { isOurs, protections, isCompleted, source, createdAt }: Snapshot,
  newest: ReadonlyMap<string, number>,
  isComplete: boolean,
  oldest: number,
): SnapshotReason {
  if (!isOurs) return 'not-ours';
  const [protection] = protections;
  if (protection !== undefined) return protection;
  if (!isCompleted) return 'not-completed';
  if (source === undefined) return 'source-unknown';
  const newestOfSource = newest.get(source);
  if (createdAt === undefined || newestOfSource === undefined || Number.isNaN(newestOfSource)) {
    return 'age-unknown';
  }
  if (createdAt.getTime() >= newestOfSource) return 'newest';
  if (createdAt.getTime() > oldest) return 'young';
  return isComplete ? 'aged-out' : 'incomplete';
}

/** By source, when the newest of ours was made that is completed: not a number, where the age of one is not known. */
function newestOf(snapshots: readonly Snapshot[]): ReadonlyMap<string, number> {
  const newest = new Map<string, number>();
  for (const { isOurs, isCompleted, source, createdAt } of snapshots) {
    if (!isOurs || !isCompleted || source === undefined) continue;
    const at = createdAt?.getTime() ?? Number.NaN;
    newest.set(source, Math.max(newest.get(source) ?? at, at));
  }
  return newest;
}

/** The reason as a phrase for people, after "because". */
export const sayReason: Readonly<Record<SnapshotReason, string>> = {
  'not-ours': 'it was made neither by the EBS CSI driver nor by hand in RDS',
  'managed-by-aws': 'AWS Backup or another service of AWS lets it expire',
  tagged: "it has the policy's tag",
  'backs-image': 'an AMI is started from it',
  shared: 'other accounts may use it',
  locked: 'it is locked',
  'fast-restore': 'it is prepared for fast restores',
  'being-copied': 'it is being copied',
  archived: 'it is in the archive tier',
  'not-completed': 'it is not completed',
  'source-unknown': 'it is not known of what it is',
  'age-unknown': 'it is not known which is the newest of its source',
  newest: 'it is the newest of its source',
  young: 'it is younger than the policy asks for',
  incomplete: 'not everything that could protect it could be asked',
  'aged-out': 'it is older than the policy asks for, and there is a newer one',
};
