import {
  type DBSnapshot,
  DBSnapshotNotFoundFault,
  DeleteDBSnapshotCommand,
  DescribeDBSnapshotAttributesCommand,
  DescribeDBSnapshotsCommand,
  InvalidDBSnapshotStateFault,
  type RDSClient,
  RDSServiceException,
} from '@aws-sdk/client-rds';
import type { Snapshot, SnapshotDeletion, SnapshotProtection, SnapshotStore } from '../domain/snapshot.ts';
import { asked } from './snapshots-asked.ts';

/** The longest page that RDS gives. */
const page = 100;

/**
 * The snapshots of RDS instances that people made by hand. RDS lets its automated ones expire itself, AWS Backup those
 * of its own type, and snapshots of Aurora clusters are things of another API.
 *
 * @param keepTag the key of the tag by which people keep a snapshot, whatever its value
 */
export function rdsSnapshots(rds: RDSClient, keepTag: string): SnapshotStore {
  const listing = (snapshots: readonly DBSnapshot[]): readonly Snapshot[] => {
    const copied = copiedNow(snapshots);
    return snapshots.map((snapshot) => snapshotOf(snapshot, copied, keepTag));
  };
  return {
    kind: 'database',

    list: () =>
      asked(async (ask) => listing((await ask('the manual DB snapshots', () => manualSnapshots(rds))) ?? [])),

    lookAgain: ({ source = '' }) =>
      asked(async (ask) => {
        const ofInstance = () => manualSnapshots(rds, source);
        return listing((await ask('the manual DB snapshots of the instance', ofInstance)) ?? []);
      }),

    async isShared({ id }) {
      const { DBSnapshotAttributesResult } = await rds.send(
        new DescribeDBSnapshotAttributesCommand({ DBSnapshotIdentifier: id }),
      );
      const attributes = DBSnapshotAttributesResult?.DBSnapshotAttributes ?? [];
      return attributes.some(
        ({ AttributeName, AttributeValues = [] }) =>
          AttributeName === 'restore' && AttributeValues.length > 0,
      );
    },

    async delete({ id }) {
      try {
        await rds.send(new DeleteDBSnapshotCommand({ DBSnapshotIdentifier: id }));
        return { end: 'deleted' };
      } catch (error) {
        if (error instanceof RDSServiceException) return endOf(error);
        throw error;
      }
    },
  };
}

async function manualSnapshots(rds: RDSClient, resourceId?: string): Promise<DBSnapshot[]> {
  const all: DBSnapshot[] = [];
  let marker: string | undefined;
  do {
    const { DBSnapshots = [], Marker } = await rds.send(
      new DescribeDBSnapshotsCommand({
        SnapshotType: 'manual',
        MaxRecords: page,
        ...(resourceId !== undefined && { DbiResourceId: resourceId }),
        ...(marker !== undefined && { Marker: marker }),
      }),
    );
    all.push(...DBSnapshots);
    marker = Marker === '' ? undefined : Marker;
  } while (marker !== undefined);
  return all;
}

function snapshotOf(snapshot: DBSnapshot, copied: ReadonlySet<string>, keepTag: string): Snapshot {
  const { DBSnapshotIdentifier: id = '', DBSnapshotArn: arn = '', DbiResourceId } = snapshot;
  const tags = Object.fromEntries((snapshot.TagList ?? []).map(({ Key = '', Value = '' }) => [Key, Value]));
  const protections: SnapshotProtection[] = [];
  if (isManagedByAws(snapshot, tags)) protections.push('managed-by-aws');
  if (keepTag in tags) protections.push('tagged');
  if (copied.has(arn) || copied.has(id)) protections.push('being-copied');
  const createdAt = bornAt(snapshot);
  return {
    id,
    arn,
    isOurs: snapshot.SnapshotType === 'manual',
    ...(DbiResourceId !== undefined && { source: DbiResourceId }),
    sourceName: snapshot.DBInstanceIdentifier ?? 'an unknown instance',
    ...(createdAt !== undefined && { createdAt }),
    isCompleted: snapshot.Status === 'available',
    sourceGib: snapshot.AllocatedStorage ?? 0,
    tags,
    protections,
  };
}

/** When the copy was made, of a copy: the later of the two moments that RDS knows. */
function bornAt({ SnapshotCreateTime, OriginalSnapshotCreateTime }: DBSnapshot): Date | undefined {
  const known = [SnapshotCreateTime, OriginalSnapshotCreateTime].filter((time) => time !== undefined);
  return known.length === 0 ? undefined : new Date(Math.max(...known.map((time) => time.getTime())));
}

/** AWS Backup names what it makes so, also where a copy of it is listed as manual. */
function isManagedByAws(
  { DBSnapshotIdentifier = '', SnapshotType }: DBSnapshot,
  tags: Readonly<Record<string, string>>,
): boolean {
  return (
    SnapshotType === 'awsbackup' ||
    DBSnapshotIdentifier.startsWith('awsbackup:') ||
    Object.keys(tags).some((key) => key.startsWith('aws:backup:'))
  );
}

/** Identifiers and ARNs of what unfinished snapshots are copies of. */
function copiedNow(snapshots: readonly DBSnapshot[]): ReadonlySet<string> {
  return new Set(
    snapshots
      .filter(({ Status }) => Status !== 'available')
      .flatMap(({ SourceDBSnapshotIdentifier }) => SourceDBSnapshotIdentifier ?? []),
  );
}

function endOf(error: RDSServiceException): SnapshotDeletion {
  if (error instanceof DBSnapshotNotFoundFault) return { end: 'gone' };
  if (error instanceof InvalidDBSnapshotStateFault || refusals.has(error.name)) {
    return { end: 'refused', reason: `${error.name}: ${error.message}` };
  }
  throw error;
}

const refusals: ReadonlySet<string> = new Set(['AccessDenied', 'InvalidParameterValue']);
