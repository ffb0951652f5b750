import { ArnFormat, Duration, Stack } from 'aws-cdk-lib';
import type { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { CfnAlias } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { contract as askDatabase } from '../../functions/databases/ask-database/contract.ts';
import {
  aliasName,
  contract,
  executionTimeoutHours,
  retentionDays,
} from '../../functions/failover/run-failover/contract.ts';
import { switchRegions } from '../../shared/failover/names.ts';
import { tokenKeyOf } from '../../shared/failover/switch.ts';
import { resourceName } from '../../shared/policy/resource.ts';
import { acknowledgePattern } from '../acknowledge.ts';
import {
  backupVaultArn,
  busArn,
  functionArn,
  roleArn,
  secretArnPattern,
  switchBucketArn,
  tableArn,
} from '../arns.ts';
import {
  eventSourceOf,
  evidenceBucketNameOf,
  failoverTableName,
  functionNameOf,
  opsBusName,
  replicaVariant,
  restoreRoleNameOf,
  restoreTableName,
  switchBucketNameOf,
  switchRoleNames,
  switchTableName,
} from '../names.ts';
import { OpsStack } from '../ops-stack.ts';
import { allow } from '../permissions.ts';
import { OpsFunction } from './ops-function.ts';

/**
 * run-failover: a durable function, which AWS makes of no function that is there already, and which is started by its
 * alias alone. Its role bears the name that the buckets of the switch let in. While the policy has the failover observe
 * it can tell and record, and nothing else.
 */
export class FailoverRun extends Construct {
  readonly opsFunction: OpsFunction<typeof contract>;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    const { account } = Stack.of(this);
    const { policy, homeRegion } = OpsStack.of(this);
    const regions = Object.values(switchRegions(policy));
    this.opsFunction = new OpsFunction(this, 'Function', {
      contract,
      roleName: switchRoleNames.runbook,
      environment: {
        failoverTable: failoverTableName,
        restoreTable: restoreTableName,
        switchTable: switchTableName,
        standbyBucket: switchBucketNameOf(account, homeRegion),
        witnessBucket: switchBucketNameOf(account, policy.failover.witness),
        evidenceBucket: evidenceBucketNameOf(account, homeRegion),
        askDatabase: functionNameOf(askDatabase, replicaVariant),
        restoreRole: roleArn(this, restoreRoleNameOf(homeRegion)),
        opsBus: opsBusName,
      },
      permissions: [
        ...this.records(),
        ...(policy.failover.mode === 'act' ? [...this.moves(regions), ...this.recovers()] : []),
      ],
      durable: {
        executionTimeout: Duration.hours(executionTimeoutHours),
        retentionPeriod: Duration.days(retentionDays),
      },
      alertPath: 'apart',
    });
    // What is under way goes on with the version that it began with.
    const { function: code } = this.opsFunction;
    new CfnAlias(this, 'Alias', {
      name: aliasName,
      functionName: code.functionName,
      functionVersion: code.currentVersion.version,
    });
  }

  private records(): PolicyStatement[] {
    const { account } = Stack.of(this);
    const { homeRegion } = OpsStack.of(this);
    const evidence = `arn:aws:s3:::${evidenceBucketNameOf(account, homeRegion)}/failover/*`;
    acknowledgePattern(this, evidence, 'Each step of a run has an object of its own, which is written once.');
    const own = `${functionArn(this, functionNameOf(contract))}:*`;
    acknowledgePattern(
      this,
      own,
      'Checkpoints belong to executions, whose ARNs begin with that of a version.',
    );
    return [
      allow('Checkpoint', ['lambda:CheckpointDurableExecution', 'lambda:GetDurableExecutionState'], [own]),
      allow('WriteEvidence', ['s3:PutObject'], [evidence]),
      allow('TellOfRuns', ['events:PutEvents'], [busArn(this, opsBusName)], {
        StringEquals: { 'events:source': eventSourceOf(contract), 'events:detail-type': 'Failover Run' },
      }),
    ];
  }

  private moves(regions: readonly string[]): PolicyStatement[] {
    const { failover } = OpsStack.of(this).policy;
    const { cluster, nodeGroups } = failover.standby;
    const buckets = regions.map((region) => switchBucketArn(this, region));
    const groups = Object.keys(nodeGroups).map((name) =>
      this.arn('eks', 'nodegroup', `${cluster}/${name}/*`),
    );
    for (const arn of groups) {
      acknowledgePattern(this, arn, 'The ARN of a node group ends in an id that EKS gives it.');
    }
    const switches = regions.map((region) =>
      Stack.of(this).formatArn({
        service: 'dynamodb',
        region,
        resource: 'table',
        resourceName: switchTableName,
      }),
    );
    return [
      // Without it S3 does not say that an object is not there.
      allow('FindTokens', ['s3:ListBucket'], buckets),
      allow(
        'TurnSwitch',
        ['s3:GetObject', 's3:PutObject'],
        buckets.map((bucket) => `${bucket}/${tokenKeyOf('service')}`),
      ),
      allow(
        'KeepState',
        ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:Query'],
        [tableArn(this, failoverTableName)],
      ),
      allow('SetInterlock', ['dynamodb:PutItem', 'dynamodb:DeleteItem'], switches),
      allow('RaiseNodes', ['eks:DescribeNodegroup', 'eks:UpdateNodegroupConfig'], groups),
    ];
  }

  private recovers(): PolicyStatement[] {
    const { policy, homeRegion } = OpsStack.of(this);
    const { replica } = policy.failover.standby;
    const secret = policy.databases.instances[replica.of]?.readerSecret;
    const vaults = [...new Set(Object.values(policy.backups.tiers).map(({ vault }) => vault))].flatMap(
      (name) => {
        const vault = policy.backups.vaults[name]?.vault;
        return vault === undefined ? [] : [backupVaultArn(this, resourceName(vault), homeRegion)];
      },
    );
    const restored = this.arn('rds', 'db', `${replica.id}-failover-*`, ArnFormat.COLON_RESOURCE_NAME);
    const points = [
      this.arn('backup', 'recovery-point', '*', ArnFormat.COLON_RESOURCE_NAME),
      this.arn('rds', 'snapshot', 'awsbackup:*', ArnFormat.COLON_RESOURCE_NAME),
      `arn:aws:ec2:${homeRegion}::snapshot/*`,
    ];
    for (const arn of [restored, ...points]) {
      acknowledgePattern(this, arn, 'What is restored, and from what, is known only once it has to be.');
    }
    acknowledgePattern(this, '*', 'AWS Backup knows no resource for its restore jobs. They are only read.');
    return [
      allow('ReadProofs', ['dynamodb:Query'], [tableArn(this, restoreTableName)]),
      allow('FindPoints', ['backup:ListRecoveryPointsByBackupVault'], vaults),
      allow('Restore', ['backup:GetRecoveryPointRestoreMetadata', 'backup:StartRestoreJob'], points),
      allow('FollowRestores', ['backup:DescribeRestoreJob'], ['*']),
      allow('HandOverRestoreRole', ['iam:PassRole'], [roleArn(this, restoreRoleNameOf(homeRegion))], {
        StringEquals: { 'iam:PassedToService': 'backup.amazonaws.com' },
      }),
      allow(
        'SeeDatabase',
        ['rds:DescribeDBInstances'],
        [this.arn('rds', 'db', replica.id, ArnFormat.COLON_RESOURCE_NAME), restored],
      ),
      allow(
        'Promote',
        ['rds:PromoteReadReplica'],
        [this.arn('rds', 'db', replica.id, ArnFormat.COLON_RESOURCE_NAME)],
      ),
      allow(
        'AskDatabase',
        ['lambda:InvokeFunction'],
        [functionArn(this, functionNameOf(askDatabase, replicaVariant))],
      ),
      ...(secret === undefined
        ? []
        : [allow('ReadCredentials', ['secretsmanager:GetSecretValue'], [secretArnPattern(this, secret)])]),
    ];
  }

  private arn(service: string, resource: string, name: string, arnFormat?: ArnFormat): string {
    return Stack.of(this).formatArn({
      service,
      resource,
      resourceName: name,
      ...(arnFormat === undefined ? {} : { arnFormat }),
    });
  }
}
