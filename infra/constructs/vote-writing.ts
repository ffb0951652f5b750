import { Stack } from 'aws-cdk-lib';
import type { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { failoverTableName } from '../names.ts';
import { OpsStack } from '../ops-stack.ts';
import { allow } from '../permissions.ts';

/**
 * Invocations of a voice that run at once at most. One lasts 75 seconds and starts up to a minute late, so that three can
 * overlap; more come only of retries, which wait.
 */
export const mostVoicesAtOnce = 3;

/**
 * To write rows of the failover table, which is in the standby Region, under these partition keys and no others. Where a
 * request names no key, nothing is allowed.
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/specifying-conditions.html
 */
export function writeRowsOf(scope: Construct, keys: readonly string[]): PolicyStatement {
  const table = Stack.of(scope).formatArn({
    service: 'dynamodb',
    region: OpsStack.of(scope).policy.regions.standby,
    resource: 'table',
    resourceName: failoverTableName,
  });
  return allow('WriteOwnRows', ['dynamodb:PutItem'], [table], {
    'ForAnyValue:StringEquals': { 'dynamodb:LeadingKeys': keys },
  });
}
