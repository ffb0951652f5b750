import { Stack } from 'aws-cdk-lib';
import type { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { contract } from '../../functions/backups/export-database/contract.ts';
import { resourceName } from '../../shared/policy/resource.ts';
import { acknowledgePattern } from '../acknowledge.ts';
import { anyKeyArn, backupVaultArn, busArn, tableArn } from '../arns.ts';
import { eventSourceOf, exportRoleNameOf, opsBusName, switchTableName } from '../names.ts';
import { OpsStack } from '../ops-stack.ts';
import { allow } from '../permissions.ts';
import { EventFunction } from './event-function.ts';

export interface DatabaseExportProps {
  /** The tiers whose archive is of exports. */
  readonly tierNames: readonly string[];
  /** What the files of an export are encrypted with. */
  readonly key: IKey;
}

/**
 * export-database. While the policy has backups observe, its role can only read and tell. It can never cancel or delete
 * an export, and hands RDS no role but those of the archives.
 */
export class DatabaseExport extends Construct {
  readonly eventFunction: EventFunction<typeof contract>;

  constructor(scope: Construct, id: string, { tierNames, key }: DatabaseExportProps) {
    super(scope, id);
    const { homeRegion, policy } = OpsStack.of(this);
    const { tiers, vaults, mode } = policy.backups;
    const read = new Set(tierNames.map((tierName) => tiers[tierName]?.vault));
    const vaultArns = Object.entries(vaults)
      .filter(([name]) => read.has(name))
      .map(([, { vault }]) => backupVaultArn(this, resourceName(vault), homeRegion));

    this.eventFunction = new EventFunction(this, 'Function', {
      contract,
      environment: {
        exportKey: key.keyArn,
        rolePrefix: this.roleArn(''),
        switchTable: switchTableName,
        opsBus: opsBusName,
      },
      permissions: [
        allow('FindDatabases', ['tag:GetResources'], ['*']),
        allow('ReadRecoveryPoints', ['backup:ListRecoveryPointsByBackupVault'], vaultArns),
        allow('WatchExports', ['rds:DescribeExportTasks'], ['*']),
        ...(mode === 'act' ? this.begin(tierNames) : []),
        allow('ReadSwitches', ['dynamodb:BatchGetItem'], [tableArn(this, switchTableName)]),
        allow('TellOfExports', ['events:PutEvents'], [busArn(this, opsBusName)], {
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
      'Neither Resource Groups nor RDS takes a resource for what lists things, nor RDS for the beginning of an export.',
    );
  }

  /**
   * RDS makes the export with grants on the keys of the snapshot and of the archive, in the name of the caller. That the
   * first is needed, too, is assumed: AWS documents the second.
   * @see https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_StartExportTask.html
   */
  private begin(tierNames: readonly string[]): PolicyStatement[] {
    const keys = anyKeyArn(this);
    const viaRds = { 'kms:ViaService': `rds.${OpsStack.of(this).homeRegion}.amazonaws.com` };
    acknowledgePattern(
      this,
      keys,
      'The key of a database is for its owner to choose. RDS alone can use it here, for what it makes itself.',
    );
    return [
      allow('BeginExports', ['rds:StartExportTask'], ['*']),
      allow(
        'PassExportRoles',
        ['iam:PassRole'],
        tierNames.map((name) => this.roleArn(name)),
        { StringEquals: { 'iam:PassedToService': 'export.rds.amazonaws.com' } },
      ),
      allow('LetRdsFindKeys', ['kms:DescribeKey'], [keys], { StringEquals: viaRds }),
      allow('LetRdsUseKeys', ['kms:CreateGrant'], [keys], {
        StringEquals: viaRds,
        Bool: { 'kms:GrantIsForAWSResource': 'true' },
      }),
    ];
  }

  private roleArn(tierName: string): string {
    return Stack.of(this).formatArn({
      service: 'iam',
      region: '',
      resource: 'role',
      resourceName: exportRoleNameOf(tierName),
    });
  }
}
