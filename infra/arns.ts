import { ArnFormat, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { opsBucketNameOf, switchBucketNameOf, workloadReaderRoleName } from './names.ts';

/*
 * ARNs of what another stack owns or what is there already, made from its name. Region and account are those of the
 * construct's own stack unless a Region is given.
 */

export function tableArn(scope: Construct, tableName: string): string {
  return Stack.of(scope).formatArn({ service: 'dynamodb', resource: 'table', resourceName: tableName });
}

/** The name of the ops bucket in the construct's account and Region. */
export function opsBucketName(scope: Construct): string {
  const { account, region } = Stack.of(scope);
  return opsBucketNameOf(account, region);
}

export function opsBucketArn(scope: Construct): string {
  return `arn:aws:s3:::${opsBucketName(scope)}`;
}

/** Every object of the ops bucket whose key begins so, as an ARN pattern. */
export function opsObjectsArn(scope: Construct, prefix: string): string {
  return `${opsBucketArn(scope)}/${prefix}*`;
}

export function indexArn(scope: Construct, tableName: string, indexName: string): string {
  return `${tableArn(scope, tableName)}/index/${indexName}`;
}

export function topicArn(scope: Construct, topicName: string): string {
  return Stack.of(scope).formatArn({ service: 'sns', resource: topicName });
}

export function busArn(scope: Construct, busName: string, region?: string): string {
  return Stack.of(scope).formatArn({
    service: 'events',
    resource: 'event-bus',
    resourceName: busName,
    ...(region === undefined ? {} : { region }),
  });
}

export function functionArn(scope: Construct, functionName: string): string {
  return Stack.of(scope).formatArn({
    service: 'lambda',
    resource: 'function',
    resourceName: functionName,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
}

/** Every alarm of the account in this Region, as an ARN pattern. */
export function anyAlarmArn(scope: Construct): string {
  return Stack.of(scope).formatArn({
    service: 'cloudwatch',
    resource: 'alarm',
    resourceName: '*',
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
}

/** @param name of a repository, or a pattern of names such as `team/*` */
export function repositoryArn(scope: Construct, name: string): string {
  return Stack.of(scope).formatArn({ service: 'ecr', resource: 'repository', resourceName: name });
}

/** Every ECR repository of the account in this Region, as an ARN pattern. */
export function anyRepositoryArn(scope: Construct): string {
  return repositoryArn(scope, '*');
}

/** Every KMS key of the account in this Region, as an ARN pattern. */
export function anyKeyArn(scope: Construct): string {
  return Stack.of(scope).formatArn({ service: 'kms', resource: 'key', resourceName: '*' });
}

/**
 * One secret by its name. Secrets Manager adds a hyphen and six characters of its own to the name in the ARN.
 * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/auth-and-access_examples.html
 */
export function secretArnPattern(scope: Construct, secretName: string): string {
  return Stack.of(scope).formatArn({
    service: 'secretsmanager',
    resource: 'secret',
    resourceName: `${secretName}-??????`,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
}

/** A role of this account, by its name. IAM has no Regions. */
export function roleArn(scope: Construct, roleName: string): string {
  return Stack.of(scope).formatArn({ service: 'iam', region: '', resource: 'role', resourceName: roleName });
}

/** The bucket of the switch in a Region, which need not be the construct's own. */
export function switchBucketArn(scope: Construct, region: string): string {
  return `arn:aws:s3:::${switchBucketNameOf(Stack.of(scope).account, region)}`;
}

/** Where that bucket answers HTTPS, by IPv4: health checks of a domain name use no other. */
export function switchBucketHost(scope: Construct, region: string): string {
  return `${switchBucketNameOf(Stack.of(scope).account, region)}.s3.${region}.amazonaws.com`;
}

/** The role of this account that may look what uses images. */
export function workloadReaderArn(scope: Construct): string {
  return Stack.of(scope).formatArn({
    service: 'iam',
    region: '',
    resource: 'role',
    resourceName: workloadReaderRoleName,
  });
}

export function backupVaultArn(scope: Construct, vaultName: string, region: string): string {
  return Stack.of(scope).formatArn({
    service: 'backup',
    region,
    resource: 'backup-vault',
    resourceName: vaultName,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
}
