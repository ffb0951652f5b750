import { Stack } from 'aws-cdk-lib';
import { type Conditions, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { anyKeyArn, workloadReaderArn } from './arns.ts';
import { keyAlias } from './names.ts';
import { OpsStack } from './ops-stack.ts';

/** An Allow statement for a role's own policy. */
export function allow(
  sid: string,
  actions: readonly string[],
  resources: readonly string[],
  conditions: Conditions = {},
): PolicyStatement {
  return new PolicyStatement({ sid, actions: [...actions], resources: [...resources], conditions });
}

/** An Allow statement for a resource's policy, letting one AWS service in. */
export function allowService(
  sid: string,
  service: string,
  actions: readonly string[],
  resources: readonly string[],
  conditions: Conditions,
): PolicyStatement {
  return new PolicyStatement({
    sid,
    principals: [new ServicePrincipal(service)],
    actions: [...actions],
    resources: [...resources],
    conditions,
  });
}

/**
 * Use of the ops key, which is known here by its alias alone: its ARN holds an id that only its own stack knows.
 * Sending to an encrypted queue or topic takes GenerateDataKey and Decrypt, receiving takes Decrypt.
 * @see https://docs.aws.amazon.com/kms/latest/developerguide/alias-authorization.html
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html
 */
export function useOpsKey(scope: Construct): PolicyStatement {
  return allow('UseOpsKey', ['kms:Decrypt', 'kms:GenerateDataKey'], [anyKeyArn(scope)], {
    'ForAnyValue:StringEquals': { 'kms:ResourceAliases': keyAlias },
  });
}

/** To look what uses images: as the reader of each account that the policy names a source in, and as nobody else. */
export function readWorkloads(scope: Construct): PolicyStatement[] {
  const { sources, readers } = OpsStack.of(scope).policy.workloads;
  const own = sources.some(({ account }) => account === undefined) ? [workloadReaderArn(scope)] : [];
  const roles = [...own, ...Object.values(readers).map(({ role }) => role)];
  return roles.length === 0 ? [] : [allow('ReadWorkloads', ['sts:AssumeRole'], roles)];
}

/** Condition: the service acts for this account, not for a stranger's resource. */
export function forThisAccount(scope: Construct): Conditions {
  return { StringEquals: { 'aws:SourceAccount': Stack.of(scope).account } };
}
