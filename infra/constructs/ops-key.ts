import { RemovalPolicy } from 'aws-cdk-lib';
import { Alias, type IKey, Key } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import { keyAlias } from '../names.ts';
import { allowService, forThisAccount } from '../permissions.ts';

const actions = ['kms:Decrypt', 'kms:GenerateDataKey*'];

/**
 * The key of all queues and topics in a Region. The account decides by IAM who else may use it.
 *
 * It cannot be a key that AWS manages: those let no AWS service in, and EventBridge, CloudWatch and SNS would then
 * drop, silently, what they were to send.
 *
 * EventBridge's statement has no condition, because EventBridge does not say to KMS for which account or rule it acts:
 * with a condition on either, undelivered events would reach no dead-letter queue and be gone. That it puts nothing of
 * a stranger's into our queues is seen to by their own policies, which name our rules.
 * @see https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
 * @see https://github.com/awslabs/landing-zone-accelerator-on-aws/issues/407
 */
export class OpsKey extends Key {
  constructor(scope: Construct, id: string) {
    super(scope, id, {
      alias: keyAlias,
      description: 'Encrypts the queues and topics of the operations automation.',
      enableKeyRotation: true,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    const forUs = forThisAccount(this);
    this.addToResourcePolicy(allowService('UndeliveredEvents', 'events.amazonaws.com', actions, ['*'], {}));
    this.addToResourcePolicy(allowService('Alarms', 'cloudwatch.amazonaws.com', actions, ['*'], forUs));
    this.addToResourcePolicy(allowService('UndeliveredMessages', 'sns.amazonaws.com', actions, ['*'], forUs));
  }
}

/** The key of the Region as other stacks than its own know it: by its alias. */
export function opsKeyOf(scope: Construct, id: string): IKey {
  return Alias.fromAliasName(scope, id, keyAlias);
}
