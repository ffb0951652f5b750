import { ArnFormat, Stack } from 'aws-cdk-lib';
import { type Conditions, Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { contract } from '../../functions/retention/prune-snapshots/contract.ts';
import { acknowledgePattern } from '../acknowledge.ts';
import { busArn, opsBucketArn, opsBucketName, opsObjectsArn, tableArn } from '../arns.ts';
import { eventSourceOf, opsBusName, switchTableName } from '../names.ts';
import { OpsStack } from '../ops-stack.ts';
import { allow } from '../permissions.ts';
import { EventFunction } from './event-function.ts';

/**
 * prune-snapshots. Its role alone keeps it from what is not for it: it may delete snapshots that bear the tag of the EBS
 * CSI driver, and no snapshot that AWS Backup or Amazon Data Lifecycle Manager has marked as its own or that people have
 * tagged to be kept. While the policy has retention observe, the role cannot delete a snapshot at all.
 */
export class SnapshotPruning extends Construct {
  readonly eventFunction: EventFunction<typeof contract>;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    const { keepTag, mode } = OpsStack.of(this).policy.retention;
    const volumes = Stack.of(this).formatArn({
      service: 'ec2',
      account: '',
      resource: 'snapshot',
      resourceName: '*',
    });
    const databases = this.databaseSnapshots('*');
    const reports = opsObjectsArn(this, 'reports/prune-snapshots/');
    const journals = opsObjectsArn(this, 'journal/prune-snapshots/');

    this.eventFunction = new EventFunction(this, 'Function', {
      contract,
      environment: { bucket: opsBucketName(this), switchTable: switchTableName, opsBus: opsBusName },
      permissions: [
        allow(
          'ReadVolumeSnapshots',
          [
            'ec2:DescribeSnapshots',
            'ec2:DescribeImages',
            'ec2:DescribeLockedSnapshots',
            'ec2:DescribeFastSnapshotRestores',
            'ec2:DescribeSnapshotAttribute',
          ],
          ['*'],
        ),
        allow(
          'ReadDatabaseSnapshots',
          ['rds:DescribeDBSnapshots', 'rds:DescribeDBSnapshotAttributes'],
          [databases],
        ),
        ...(mode === 'act'
          ? [
              allow('DeleteVolumeSnapshots', ['ec2:DeleteSnapshot'], [volumes], {
                StringEquals: { 'aws:ResourceTag/ebs.csi.aws.com/cluster': 'true' },
              }),
              allow('DeleteDatabaseSnapshots', ['rds:DeleteDBSnapshot'], [databases]),
            ]
          : []),
        deny('NeverWhatIsKept', [volumes, databases], { Null: { [`aws:ResourceTag/${keepTag}`]: 'false' } }),
        deny('NeverWhatAwsBackupMarked', [volumes, databases], {
          Null: { 'aws:ResourceTag/aws:backup:source-resource': 'false' },
        }),
        deny('NeverWhatLifecycleManagerMarked', [volumes, databases], {
          Null: { 'aws:ResourceTag/aws:dlm:lifecycle-policy-id': 'false' },
        }),
        deny(
          'NeverWhatAwsNamed',
          ['awsbackup:*', 'rds:*'].map((of) => this.databaseSnapshots(of)),
        ),
        allow('WriteReports', ['s3:PutObject'], [reports, journals]),
        allow('ReadJournal', ['s3:ListBucket'], [opsBucketArn(this)], {
          StringLike: { 's3:prefix': 'journal/prune-snapshots/*' },
        }),
        allow(
          'ReadSwitchesAndApprovals',
          ['dynamodb:BatchGetItem', 'dynamodb:GetItem'],
          [tableArn(this, switchTableName)],
        ),
        allow('PublishReports', ['events:PutEvents'], [busArn(this, opsBusName)], {
          StringEquals: {
            'events:source': eventSourceOf(contract),
            'events:detail-type': 'Snapshots Pruned',
          },
        }),
      ],
      alertPath: 'apart',
    });
    this.acknowledge({ volumes, databases, reports, journals });
  }

  private acknowledge({
    volumes,
    databases,
    reports,
    journals,
  }: Record<'volumes' | 'databases' | 'reports' | 'journals', string>): void {
    acknowledgePattern(
      this,
      '*',
      'EC2 takes no resource for what lists things, and all snapshots have to be known to know the newest. It is only read.',
    );
    acknowledgePattern(
      this,
      volumes,
      'Ids of snapshots are not known before. The condition leaves those that the EBS CSI driver made.',
    );
    acknowledgePattern(
      this,
      databases,
      'People name manual snapshots as they like. What AWS Backup and RDS itself make is denied by its name.',
    );
    for (const objects of [reports, journals]) {
      acknowledgePattern(this, objects, 'Each run writes objects of its own, below its own prefix.');
    }
  }

  private databaseSnapshots(resourceName: string): string {
    return Stack.of(this).formatArn({
      service: 'rds',
      resource: 'snapshot',
      resourceName,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
  }
}

/**
 * Keys of tags that AWS reserves are seen in conditions as any other: AWS Backup's own managed policies use this one.
 * @see https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AWSBackupServiceRolePolicyForBackup.html
 */
function deny(sid: string, resources: readonly string[], conditions: Conditions = {}): PolicyStatement {
  return new PolicyStatement({
    sid,
    effect: Effect.DENY,
    actions: ['ec2:DeleteSnapshot', 'rds:DeleteDBSnapshot'],
    resources: [...resources],
    conditions,
  });
}
