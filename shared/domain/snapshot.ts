/** What may keep a snapshot from being deleted, whatever its age. The order is that in which people are told. */
export const snapshotProtections = [
  /** AWS Backup or another service of AWS made it, and lets it expire. */
  'managed-by-aws',
  /** It has the policy's tag. */
  'tagged',
  /** A registered AMI is started from it. */
  'backs-image',
  /** Other accounts may use it. */
  'shared',
  'locked',
  /** It is prepared for fast restores. */
  'fast-restore',
  /** It is being copied, and the copy would be broken off. */
  'being-copied',
  /** Somebody moved it into the archive tier, where it costs little. */
  'archived',
] as const;

export type SnapshotProtection = (typeof snapshotProtections)[number];

/** A snapshot of an EBS volume or of an RDS instance. */
export interface Snapshot {
  /** `snap-…`, or the identifier of the DB snapshot. */
  readonly id: string;
  readonly arn: string;
  /** True for one of those that retention looks after: made by the EBS CSI driver, or by hand in RDS. */
  readonly isOurs: boolean;
  /** The id of the volume or the resource id of the instance. Absent: it is not known of what it is, as of copies. */
  readonly source?: string;
  /** What people call the source. */
  readonly sourceName: string;
  /** Absent: AWS does not tell. */
  readonly createdAt?: Date;
  /** False while it is being made, and when that failed. */
  readonly isCompleted: boolean;
  /** Of the whole volume. A snapshot holds only what no other of the volume holds, so that less is freed. GiB. */
  readonly sourceGib: number;
  readonly tags: Readonly<Record<string, string>>;
  readonly protections: readonly SnapshotProtection[];
}

export const snapshotKinds = ['volume', 'database'] as const;

export type SnapshotKind = (typeof snapshotKinds)[number];

/** All snapshots of one kind in an account and Region, or all of one source. */
export interface SnapshotListing {
  readonly snapshots: readonly Snapshot[];
  /** What could not be found out, as phrases for people. Unless it is empty, nothing may be deleted. */
  readonly missing: readonly string[];
}

/** What AWS made of a deletion. */
export type SnapshotDeletion =
  | { readonly end: 'deleted' }
  /** It was gone already. */
  | { readonly end: 'gone' }
  /** AWS does not delete it, and would not if it were asked again. */
  | { readonly end: 'refused'; readonly reason: string };

/** The snapshots of one kind, in the function's own account and Region. */
export interface SnapshotStore {
  readonly kind: SnapshotKind;
  /** Never rejects: what could not be asked is said. Whether others may use a snapshot is not among it. */
  readonly list: () => Promise<SnapshotListing>;
  /** Those of the same source as they are now, with all that protects this one. Never rejects. */
  readonly lookAgain: (snapshot: Snapshot) => Promise<SnapshotListing>;
  /** Whether other accounts may use it. One call for each. */
  readonly isShared: (snapshot: Snapshot) => Promise<boolean>;
  readonly delete: (snapshot: Snapshot) => Promise<SnapshotDeletion>;
}
