import { ArnFormat, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { contract } from '../../functions/backups/verify-restore/contract.ts';
import { contract as askDatabase } from '../../functions/databases/ask-database/contract.ts';
import { resourceName } from '../../shared/policy/resource.ts';
import { restoreTestTag } from '../../shared/restores/testing-plan.ts';
import { acknowledgePattern } from '../acknowledge.ts';
import { backupVaultArn, busArn, functionArn, secretArnPattern, tableArn } from '../arns.ts';
import {
  eventSourceOf,
  evidenceBucketNameOf,
  functionNameOf,
  opsBusName,
  restorePasswordSecretName,
  restoreTableName,
  switchTableName,
} from '../names.ts';
import { OpsStack } from '../ops-stack.ts';
import { allow } from '../permissions.ts';
import { EventFunction } from './event-function.ts';
import { EvidenceBucket } from './evidence-bucket.ts';

/**
 * verify-restore, with the secret that passwords of copies are made from and the bucket for its evidence. Its role
 * reaches no database but those that a restore test has made: by their names, which AWS Backup alone gives, and of those
 * only the ones that bear its tag. It can delete nothing, and while the policy has backups observed it can give no
 * verdict.
 */
export class RestoreProof extends Construct {
  readonly eventFunction: EventFunction<typeof contract>;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    const { homeRegion, policy } = OpsStack.of(this);
    new EvidenceBucket(this, 'Evidence');
    const evidence = evidenceBucketNameOf(Stack.of(this).account, homeRegion);
    this.createPasswordSecret();
    const copies = this.rdsArn('db', `${restoreTestTag}-*`);
    const points = [
      this.rdsArn('snapshot', 'awsbackup:*'),
      Stack.of(this).formatArn({
        service: 'backup',
        resource: 'recovery-point',
        resourceName: '*',
        arnFormat: ArnFormat.COLON_RESOURCE_NAME,
      }),
    ];
    const ask = functionNameOf(askDatabase);
    const objects = `arn:aws:s3:::${evidence}/restores/*`;

    this.eventFunction = new EventFunction(this, 'VerifyRestore', {
      contract,
      environment: {
        restoreTable: restoreTableName,
        switchTable: switchTableName,
        opsBus: opsBusName,
        evidenceBucket: evidence,
        askDatabase: ask,
        passwordSecret: restorePasswordSecretName,
      },
      permissions: [
        allow('ReadRestores', ['backup:ListRestoreJobs', 'backup:DescribeRestoreJob'], ['*']),
        allow('ReadRecoveryPoints', ['backup:DescribeRecoveryPoint'], points),
        allow('FindRecoveryPoints', ['backup:ListRecoveryPointsByBackupVault'], this.testedVaults()),
        ...(policy.backups.mode === 'act'
          ? [allow('JudgeRestores', ['backup:PutRestoreValidationResult'], ['*'])]
          : []),
        allow('FindCopies', ['rds:DescribeDBInstances'], [copies]),
        allow('OpenCopies', ['rds:ModifyDBInstance'], [copies], {
          Null: { [`aws:ResourceTag/${restoreTestTag}`]: 'false' },
        }),
        allow('ReadVolumes', ['ec2:DescribeVolumes', 'ec2:DescribeSnapshots'], ['*']),
        allow('AskCopies', ['lambda:InvokeFunction'], [functionArn(this, ask)]),
        allow(
          'ReadPasswordSecret',
          ['secretsmanager:GetSecretValue'],
          [secretArnPattern(this, restorePasswordSecretName)],
        ),
        allow('WriteEvidence', ['s3:PutObject'], [objects]),
        allow(
          'KeepProofs',
          ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:DeleteItem', 'dynamodb:Query'],
          [tableArn(this, restoreTableName)],
        ),
        allow('ReadSwitches', ['dynamodb:BatchGetItem'], [tableArn(this, switchTableName)]),
        allow('TellOfRestores', ['events:PutEvents'], [busArn(this, opsBusName)], {
          StringEquals: {
            'events:source': eventSourceOf(contract),
            'events:detail-type': ['Restore Judged', 'Restore Leftover', 'Restore Test Missed'],
          },
        }),
      ],
      alertPath: 'apart',
    });
    this.acknowledge(copies, points, objects);
  }

  /** Those that the tests of this Region restore from. */
  private testedVaults(): string[] {
    const { homeRegion, policy } = OpsStack.of(this);
    const tested = Object.values(policy.backups.tiers).filter(({ restoreTest }) =>
      restoreTest?.regions.includes(homeRegion),
    );
    const keys = new Set(tested.map(({ vault }) => vault));
    return Object.entries(policy.backups.vaults).flatMap(([key, { vault }]) =>
      keys.has(key) ? [backupVaultArn(this, resourceName(vault), homeRegion)] : [],
    );
  }

  private createPasswordSecret(): void {
    const secret = new Secret(this, 'Passwords', {
      secretName: restorePasswordSecretName,
      description: 'The passwords of restored copies are made from it. Nothing else is.',
      generateSecretString: { passwordLength: 64, excludePunctuation: true },
      removalPolicy: RemovalPolicy.DESTROY,
    });
    Validations.of(secret).acknowledge({
      id: 'AwsSolutions-SMG4',
      reason:
        'What is made from it opens copies that stand for hours in a network without a way out. A rotation would lock them while they are being asked.',
    });
  }

  private acknowledge(copies: string, points: readonly string[], objects: string): void {
    acknowledgePattern(
      this,
      '*',
      'AWS Backup knows no resource for its jobs, and EC2 none for what lists things. But for the verdict on a restore it is only read.',
    );
    acknowledgePattern(this, copies, 'AWS Backup gives each copy a name that it makes up, which begins so.');
    for (const point of points) {
      acknowledgePattern(this, point, 'Ids of recovery points are not known before. They are only read.');
    }
    acknowledgePattern(this, objects, 'Each restore has an object of its own, which is written once.');
  }

  private rdsArn(resource: 'db' | 'snapshot', resourceName: string): string {
    return Stack.of(this).formatArn({
      service: 'rds',
      resource,
      resourceName,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
  }
}
