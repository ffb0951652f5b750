import type { BackupResource } from '../../aws/backup-resource.ts';
import type { Stage } from '../../scenario.ts';

/** What of the platform is backed up, one resource for each tier. */
export interface Platform {
  readonly database: BackupResource;
  readonly volume: BackupResource;
  readonly cluster: BackupResource;
  readonly bucket: BackupResource;
}

const bytesPerGb = 1_000_000_000;

/** Tagged from the beginning on, and each of an ordinary size. */
export function furnishPlatform({ account, kernel, policy }: Stage): Platform {
  const region = policy.regions.primary;
  const { tagKey, databases } = policy.backups;
  const keyArn = `arn:aws:kms:${region}:${kernel.account}:key/platform`;
  const put = (tier: string, resource: Pick<BackupResource, 'arn' | 'type' | 'windows'>, gb: number) => {
    const shared = { region, keyArn, tags: { [tagKey]: tier }, sizeInBytes: gb * bytesPerGb };
    const whole: BackupResource = { ...resource, ...shared };
    account.backup.resources.put(whole);
    return whole;
  };
  const [[name, windows] = ['', undefined]] = Object.entries(databases);
  const { maintenanceWindow = '', backupWindow } = windows ?? {};
  const arnOf = (service: string, rest: string) => `arn:aws:${service}:${region}:${kernel.account}:${rest}`;
  return {
    database: put(
      'databases',
      {
        arn: arnOf('rds', `db:${name}`),
        type: 'RDS',
        windows: {
          maintenance: maintenanceWindow,
          ...(backupWindow !== undefined && { backup: backupWindow }),
        },
      },
      40,
    ),
    volume: put('volumes', { arn: arnOf('ec2', 'volume/vol-0graph'), type: 'EBS' }, 80),
    cluster: put('cluster-state', { arn: arnOf('eks', 'cluster/aeon-dt-prod'), type: 'EKS' }, 1),
    bucket: put('application-data', { arn: 'arn:aws:s3:::aeon-dt-ontologies', type: 'S3' }, 5),
  };
}

/** The last part of its ARN, as messages have it. */
export function nameOf({ arn }: BackupResource): string {
  return arn.split(/[:/]/).at(-1) ?? arn;
}
