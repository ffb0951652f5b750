import {
  DescribeFastSnapshotRestoresCommand,
  DescribeImagesCommand,
  DescribeLockedSnapshotsCommand,
  DescribeSnapshotsCommand,
  type Snapshot as EbsSnapshot,
  type EC2Client,
  type Filter,
} from '@aws-sdk/client-ec2';

/** The longest page that EC2 gives of what is asked for here, but for the states of fast restores. */
const page = 1000;
const fastRestorePage = 200;

/** Snapshots that the account owns. EC2 may still show one that was just deleted, and not yet one that was just made. */
export function ownSnapshots(ec2: EC2Client, filters: readonly Filter[] = []): Promise<EbsSnapshot[]> {
  return pages(async (token) => {
    const { Snapshots = [], NextToken } = await ec2.send(
      new DescribeSnapshotsCommand({ OwnerIds: ['self'], MaxResults: page, ...filtered(filters), ...token }),
    );
    return [Snapshots, NextToken];
  });
}

/** The ids of the snapshots that AMIs of the account are started from, deprecated and disabled ones among them. */
export async function snapshotsOfImages(
  ec2: EC2Client,
  filters: readonly Filter[] = [],
): Promise<ReadonlySet<string>> {
  const images = await pages(async (token) => {
    const { Images = [], NextToken } = await ec2.send(
      new DescribeImagesCommand({
        Owners: ['self'],
        IncludeDeprecated: true,
        IncludeDisabled: true,
        MaxResults: page,
        ...filtered(filters),
        ...token,
      }),
    );
    return [Images, NextToken];
  });
  return new Set(
    images.flatMap(({ BlockDeviceMappings = [] }) =>
      BlockDeviceMappings.flatMap(({ Ebs }) => Ebs?.SnapshotId ?? []),
    ),
  );
}

/** The ids of the snapshots that nobody may delete yet. A lock that has ended is still listed, as `expired`. */
export async function lockedSnapshots(ec2: EC2Client): Promise<ReadonlySet<string>> {
  const locks = await pages(async (token) => {
    const { Snapshots = [], NextToken } = await ec2.send(
      new DescribeLockedSnapshotsCommand({ MaxResults: page, ...token }),
    );
    return [Snapshots, NextToken];
  });
  return new Set(
    locks.flatMap(({ SnapshotId, LockState }) =>
      SnapshotId === undefined || LockState === 'expired' ? [] : SnapshotId,
    ),
  );
}

/** The ids of the snapshots that are prepared for fast restores in some zone, or are about to be. */
export async function fastRestoredSnapshots(
  ec2: EC2Client,
  filters: readonly Filter[] = [],
): Promise<ReadonlySet<string>> {
  const restores = await pages(async (token) => {
    const { FastSnapshotRestores = [], NextToken } = await ec2.send(
      new DescribeFastSnapshotRestoresCommand({
        MaxResults: fastRestorePage,
        ...filtered(filters),
        ...token,
      }),
    );
    return [FastSnapshotRestores, NextToken];
  });
  return new Set(
    restores.flatMap(({ SnapshotId, State }) =>
      SnapshotId === undefined || State === 'disabled' ? [] : SnapshotId,
    ),
  );
}

async function pages<Thing>(
  ask: (token: { NextToken?: string }) => Promise<[readonly Thing[], string | undefined]>,
): Promise<Thing[]> {
  const all: Thing[] = [];
  let token: string | undefined;
  do {
    const [things, next] = await ask(token === undefined ? {} : { NextToken: token });
    all.push(...things);
    // EC2 ends some of its lists with an empty token.
    token = next === '' ? undefined : next;
  } while (token !== undefined);
  return all;
}

function filtered(filters: readonly Filter[]): { Filters?: Filter[] } {
  return filters.length === 0 ? {} : { Filters: [...filters] };
}
