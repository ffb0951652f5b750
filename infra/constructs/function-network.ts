import { ArnFormat, Stack } from 'aws-cdk-lib';
import { Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { CfnFunction } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { acknowledgePattern } from '../acknowledge.ts';
import { allow } from '../permissions.ts';

/** Where in a VPC a function works. Subnets and security groups exist. */
export interface FunctionNetwork {
  readonly subnets: readonly string[];
  readonly securityGroups: readonly string[];
}

const onInterfaces = [
  'ec2:CreateNetworkInterface',
  'ec2:DeleteNetworkInterface',
  'ec2:AssignPrivateIpAddresses',
  'ec2:UnassignPrivateIpAddresses',
];

/** EC2 knows no resources for these. */
const onEverything = ['ec2:DescribeNetworkInterfaces', 'ec2:DescribeSubnets'];

/**
 * What Lambda needs in the name of a function's role to connect the function to a VPC. The function itself may do
 * none of it: its own calls, unlike those of Lambda, carry the function's ARN.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html#configuration-vpc-permissions
 */
export function networkPermissions(scope: Construct, functionName: string): readonly PolicyStatement[] {
  const functionArn = Stack.of(scope).formatArn({
    service: 'lambda',
    resource: 'function',
    resourceName: functionName,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
  return [
    allow('ConnectToNetwork', onInterfaces, [anyInterfaceArn(scope)]),
    allow('SeeNetwork', onEverything, ['*']),
    new PolicyStatement({
      sid: 'LambdaAlone',
      effect: Effect.DENY,
      actions: [...onInterfaces, ...onEverything],
      resources: ['*'],
      conditions: { ArnEquals: { 'lambda:SourceFunctionArn': functionArn } },
    }),
  ];
}

export function acknowledgeNetwork(scope: Construct): void {
  const reason =
    'Lambda makes network interfaces with ids that nobody knows before, and asks for this form. The function itself is denied all of it.';
  acknowledgePattern(scope, anyInterfaceArn(scope), reason);
  acknowledgePattern(scope, '*', `EC2 knows no resources for what only describes. ${reason}`);
}

export function connectToNetwork(lambda: CfnFunction, { subnets, securityGroups }: FunctionNetwork): void {
  lambda.vpcConfig = { subnetIds: [...subnets], securityGroupIds: [...securityGroups] };
}

function anyInterfaceArn(scope: Construct): string {
  return Stack.of(scope).formatArn({ service: 'ec2', resource: '*', resourceName: '*' });
}
