import type { BackupContents } from '../aws/backup-contents.ts';
import type { RestoredResource } from '../aws/backup-restore.ts';
import type { Ec2 } from '../aws/ec2.ts';
import type { Ec2Volumes } from '../aws/ec2-volumes.ts';
import type { RdsInstances } from '../aws/rds-instances.ts';
import type { Kernel } from '../kernel.ts';
import { copyOf, type DatabaseContent } from './content.ts';
import type { Databases } from './databases.ts';

interface Place {
  readonly databases: Databases;
  readonly instances: RdsInstances;
  readonly volumes: Ec2Volumes;
  readonly ec2: Ec2;
}

const masterUser = 'aeon_dt_admin';

const bytesOfGib = 1_073_741_824;

/**
 * Backups take along what is in the databases, and what is restored of them stands there like any other: an instance
 * with an endpoint, tags, and a password that nobody knows. Of volumes there is the shape, and of buckets nothing. EC2
 * knows the snapshot of a volume here once something is restored from it.
 */
export function restoredContents(
  kernel: Kernel,
  { databases, instances, volumes, ec2 }: Place,
): BackupContents {
  const idOf = ({ arn }: { readonly arn: string }): string => arn.split(/[:/]/).at(-1) ?? '';
  const hostOf = (created: RestoredResource): string =>
    `${idOf(created)}.c0aeonexampl.${created.region}.rds.amazonaws.com`;

  function restoreDatabase(created: RestoredResource, content: DatabaseContent): void {
    const { region, tags, point } = created;
    const host = hostOf(created);
    const database = databases.ofInstance(idOf({ arn: point.resourceArn }))?.database ?? 'postgres';
    const server = { database, user: masterUser, password: kernel.uuid(), content };
    databases.create(host, server);
    const onPassword = (password: string): void => databases.create(host, { ...server, password });
    instances.create(region, { id: idOf(created), host, masterUser, tags, onPassword });
  }

  function restoreVolume(created: RestoredResource): void {
    const { region, tags, point } = created;
    const shape = {
      sizeGib: Math.ceil(point.sizeInBytes / bytesOfGib),
      isEncrypted: point.keyArn !== undefined,
    };
    const volume = idOf({ arn: point.resourceArn });
    const snapshot = { id: idOf(point), volume, startedAt: point.createdAt, ...shape };
    ec2.createSnapshot(region, { ...snapshot, tags: { 'aws:backup:source-resource': point.resourceArn } });
    volumes.create(region, { id: idOf(created), tags, ...shape });
  }

  return {
    take(resource) {
      const server = resource.type === 'RDS' ? databases.ofInstance(idOf(resource)) : undefined;
      return server && copyOf(server.content);
    },
    restored(created, content) {
      if (content !== undefined) restoreDatabase(created, content);
      else if (created.point.type === 'EBS') restoreVolume(created);
    },
    deleted(created) {
      databases.delete(hostOf(created));
      instances.delete(created.arn);
      volumes.delete(idOf(created));
    },
  };
}
