import { ArnFormat, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';

/*
 * ARNs of what another stack owns or what is there already, made from its name. Region and account are those of the
 * construct's own stack unless a Region is given.
 */

export function tableArn(scope: Construct, tableName: string): string {
  return Stack.of(scope).formatArn({ service: 'dynamodb', resource: 'table', resourceName: tableName });
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
