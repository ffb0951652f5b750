import { ArnPrincipal, CompositePrincipal, PolicyDocument, Role } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { canaryKey, switchNames, tokenKeyOf } from '../../shared/failover/switch.ts';
import { switchBucketArn } from '../arns.ts';
import { switchRoleNames } from '../names.ts';
import { OpsStack } from '../ops-stack.ts';
import { allow } from '../permissions.ts';

/**
 * What people move traffic with when the automation itself fails, and what they put the canaries there with. It can read,
 * write and delete the objects of the switch, and do nothing else.
 *
 * Made beforehand, since IAM takes no change while us-east-1 is down. To take it on takes AWS STS in another Region.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/disaster-recovery-resiliency.html
 */
export class BreakGlassRole extends Role {
  /** @param regions of the switch's buckets */
  constructor(scope: Construct, id: string, regions: readonly string[]) {
    const { policy } = OpsStack.of(scope);
    const buckets = regions.map((region) => switchBucketArn(scope, region));
    const keys = [...switchNames.map(tokenKeyOf), canaryKey];
    super(scope, id, {
      roleName: switchRoleNames.breakGlass,
      description: 'People move traffic between the Regions with it when the automation fails.',
      assumedBy: new CompositePrincipal(...policy.failover.breakGlass.map((arn) => new ArnPrincipal(arn))),
      inlinePolicies: {
        switch: new PolicyDocument({
          statements: [
            // Without it S3 does not say that an object is not there.
            allow('FindObjects', ['s3:ListBucket'], buckets),
            allow(
              'TurnSwitch',
              ['s3:GetObject', 's3:PutObject', 's3:DeleteObject'],
              buckets.flatMap((bucket) => keys.map((key) => `${bucket}/${key}`)),
            ),
          ],
        }),
      },
    });
  }
}
