import { Stack, Validations } from 'aws-cdk-lib';
import type { Construct } from 'constructs';

/**
 * Acknowledges cdk-nag's finding AwsSolutions-IAM5 for one ARN pattern in the roles below a construct.
 *
 * @param reason why AWS offers nothing narrower, or why nothing narrower would do
 */
export function acknowledgePattern(scope: Construct, arnPattern: string, reason: string): void {
  // cdk-nag names a finding by the ARN with each pseudo parameter in angle brackets.
  const written = arnPattern.replaceAll(Stack.of(scope).account, '<AWS::AccountId>');
  Validations.of(scope).acknowledge({ id: `AwsSolutions-IAM5[Resource::${written}]`, reason });
}
