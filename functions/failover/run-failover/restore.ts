import type { Conductor, Look } from './conduct.ts';
import type { Database } from './database.ts';
import type { RunDeps } from './deps.ts';
import type { GoodPoint, NewestPoints } from './points.ts';

/** A restore job under way, or why there is none. */
type Begun = { readonly jobId: string } | { readonly refused: string };

/** AWS promises no time for a restore. Seconds. */
const longestRestore = 4 * 3600;

/**
 * Restores the newest recovery points of the database and of the volumes, beside all that is there. The database has to
 * come back; a volume that does not is told of, and keeps nothing else from it.
 */
export async function restore(
  conductor: Conductor,
  { database, volumes }: NewestPoints,
  deps: RunDeps,
): Promise<{ readonly found: Database } | { readonly givenUp: string }> {
  if (database === undefined) return { givenUp: 'there is no good recovery point any more' };
  const id = `${deps.policy.failover.standby.replica.id}-${conductor.run}`;
  const ofDatabase = await begin(conductor, database, databaseChanges(id, deps), deps);
  const ofVolumes = await Promise.all(
    volumes.map(async (point) => ({
      point,
      begun: await begin(conductor, point, volumeChanges(deps), deps),
    })),
  );
  if ('refused' in ofDatabase) return { givenUp: ofDatabase.refused };
  const ended = await finish(conductor, database, ofDatabase.jobId, deps);
  if ('givenUp' in ended) return ended;
  const found = await conductor.until<Database>('find what was restored', {
    every: 10,
    until: longestRestore,
    look: async () => {
      const seen = await deps.replica.find(id);
      return seen?.endpoint === undefined
        ? { waiting: `${id} has no endpoint yet` }
        : { found: seen.endpoint };
    },
  });
  for (const { point, begun } of ofVolumes) {
    const end =
      'refused' in begun ? { givenUp: begun.refused } : await finish(conductor, point, begun.jobId, deps);
    if ('givenUp' in end) await conductor.hurt(`${point.resourceArn} was not restored: ${end.givenUp}`);
  }
  await conductor.hurt(`the platform has to be pointed at ${id}, which was restored, by hand`);
  return found;
}

async function begin(
  conductor: Conductor,
  point: GoodPoint,
  changes: Readonly<Record<string, string>>,
  { restores }: RunDeps,
): Promise<Begun> {
  const { arn: pointArn, vaultName } = point;
  const token = `${conductor.run}/${pointArn}`.slice(0, 128);
  const started = await conductor.once(`restore ${nameOf(point)}`, () =>
    restores.start({ pointArn, vaultName, changes, token }),
  );
  return started.end === 'started' ? { jobId: started.jobId } : { refused: started.reason };
}

async function finish(
  conductor: Conductor,
  point: GoodPoint,
  jobId: string,
  { restores }: RunDeps,
): Promise<{ readonly found: string } | { readonly givenUp: string }> {
  const waited = await conductor.until<{ readonly status: string; readonly made: string }>(
    `restored ${nameOf(point)}`,
    {
      every: 30,
      until: longestRestore,
      look: async (): Promise<Look<{ readonly status: string; readonly made: string }>> => {
        const { status, message = '', createdArn = '' } = await restores.find(jobId);
        const isOver = status === 'COMPLETED' || status === 'FAILED' || status === 'ABORTED';
        if (!isOver) return { waiting: `the restore of ${nameOf(point)} is ${status}` };
        return { found: { status: `${status} ${message}`.trim(), made: createdArn } };
      },
    },
  );
  if ('givenUp' in waited) return waited;
  const { status, made } = waited.found;
  return status.startsWith('COMPLETED') ? { found: made } : { givenUp: `the restore is ${status}` };
}

/**
 * AWS Backup's names for what GetRecoveryPointRestoreMetadata tells of an RDS instance: assumed to be those of the API
 * of RDS, as in its examples.
 * @see https://docs.aws.amazon.com/aws-backup/latest/devguide/restoring-rds.html
 */
function databaseChanges(id: string, { policy }: RunDeps): Readonly<Record<string, string>> {
  const { dbSubnetGroup, securityGroups } = policy.failover.standby.restore;
  return {
    DBInstanceIdentifier: id,
    DBSubnetGroupName: dbSubnetGroup,
    VpcSecurityGroupIds: JSON.stringify(securityGroups),
    PubliclyAccessible: 'false',
  };
}

/** @see https://docs.aws.amazon.com/aws-backup/latest/devguide/restoring-ebs.html */
function volumeChanges({ policy }: RunDeps): Readonly<Record<string, string>> {
  return { availabilityZone: policy.failover.standby.restore.availabilityZone };
}

function nameOf({ resourceArn }: GoodPoint): string {
  return resourceArn.split(/[:/]/).at(-1) ?? resourceArn;
}
