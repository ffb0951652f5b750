import { ArnFormat, Stack } from 'aws-cdk-lib';
import type { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { contract } from '../../functions/backups/watch-backups/contract.ts';
import { resourceName } from '../../shared/policy/resource.ts';
import { acknowledgePattern } from '../acknowledge.ts';
import { backupVaultArn, busArn, tableArn } from '../arns.ts';
import { backupRoleNameOf, backupTableName, eventSourceOf, opsBusName, switchTableName } from '../names.ts';
import { OpsStack } from '../ops-stack.ts';
import { allow } from '../permissions.ts';
import { EventFunction } from './event-function.ts';
import { OpsTable } from './ops-table.ts';

/**
 * watch-backups, with the table in which it keeps what stands in its Region. Its role reads, and while the policy has
 * backups observe it can do nothing else. Even then it can only ask for a backup or a copy, with the role of the plans,
 * and delete nothing.
 */
export class BackupWatching extends Construct {
  readonly eventFunction: EventFunction<typeof contract>;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    const { homeRegion, policy } = OpsStack.of(this);
    const { regions, backups } = policy;
    const isHome = homeRegion === regions.primary;
    const vaults = Object.values(backups.vaults).map(({ vault }) =>
      backupVaultArn(this, resourceName(vault), homeRegion),
    );
    // What stands is found anew; what would be lost is since when, and for how long a resource has been known.
    new OpsTable(this, 'Table', { name: backupTableName, partitionKey: 'kind', sortKey: 'id', keep: false });

    this.eventFunction = new EventFunction(this, 'Function', {
      contract,
      environment: {
        backupTable: backupTableName,
        switchTable: switchTableName,
        opsBus: opsBusName,
        backupRole: this.backupRole(),
      },
      permissions: [
        allow(
          'ReadBackups',
          [
            'tag:GetResources',
            ...(isHome
              ? ['backup:ListBackupJobs', 'backup:ListCopyJobs', 'backup:ListProtectedResources']
              : []),
          ],
          ['*'],
        ),
        allow('ReadRecoveryPoints', ['backup:ListRecoveryPointsByBackupVault'], vaults),
        ...(isHome && backups.mode === 'act' ? this.tryAgain(vaults) : []),
        allow(
          'KeepRecords',
          ['dynamodb:Query', 'dynamodb:BatchGetItem', 'dynamodb:PutItem', 'dynamodb:DeleteItem'],
          [tableArn(this, backupTableName)],
        ),
        allow('ReadSwitches', ['dynamodb:BatchGetItem'], [tableArn(this, switchTableName)]),
        allow('TellOfBackups', ['events:PutEvents'], [busArn(this, opsBusName)], {
          StringEquals: {
            'events:source': eventSourceOf(contract),
            'events:detail-type': 'Backup Finding',
          },
        }),
      ],
      alertPath: 'apart',
    });
    acknowledgePattern(
      this,
      '*',
      'AWS Backup and Resource Groups take no resource for what lists things. It is only read.',
    );
  }

  /** @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsbackup.html */
  private tryAgain(vaults: readonly string[]): PolicyStatement[] {
    const points = recoveryPoints.map(([service, resource]) =>
      Stack.of(this).formatArn({
        service,
        // Snapshots of EC2 belong to no account by their ARN.
        ...(service === 'ec2' && { account: '' }),
        resource,
        arnFormat: ArnFormat.COLON_RESOURCE_NAME,
      }),
    );
    for (const point of points) {
      acknowledgePattern(
        this,
        point,
        'Recovery points are made every hour. They can be copied, and no more.',
      );
    }
    return [
      allow('StartBackups', ['backup:StartBackupJob'], vaults),
      allow('StartCopies', ['backup:StartCopyJob'], points),
      allow('PassBackupRole', ['iam:PassRole'], [this.backupRole()], {
        StringEquals: { 'iam:PassedToService': 'backup.amazonaws.com' },
      }),
    ];
  }

  /** Of its own Region. Only the primary has one, since backups are made there. */
  private backupRole(): string {
    return Stack.of(this).formatArn({
      service: 'iam',
      region: '',
      resource: 'role',
      resourceName: backupRoleNameOf(OpsStack.of(this).homeRegion),
    });
  }
}

/** The forms of ARNs that the recovery points of the types of tiers have: service and resource. */
const recoveryPoints = [
  ['backup', 'recovery-point:*'],
  ['rds', 'snapshot:awsbackup:*'],
  ['ec2', 'snapshot/*'],
] as const;
