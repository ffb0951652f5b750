import type { AuthorizationRequest, Principal } from '../../../rehearsal/kernel.ts';
import { IamPermissions } from '../../../rehearsal/wiring/permissions.ts';
import { type ResolvedResource, resolveTemplate } from '../../../rehearsal/wiring/template.ts';

export const account = '111122223333';
const region = 'us-east-1';
export const arn = (service: string, resource: string) =>
  `arn:aws:${service}:${region}:${account}:${resource}`;
export const queueArn = arn('sqs', 'alerts');
export const topicArn = arn('sns', 'oncall');
export const busArn = arn('events', 'event-bus/ops');
const functionArn = arn('lambda', 'function:route');
export const ruleArn = arn('events', 'rule/ops/judged');
export const roleArn = `arn:aws:iam::${account}:role/route`;

export const allow = (Action: unknown, Resource: unknown, more: object = {}) => ({
  Effect: 'Allow',
  Action,
  Resource,
  ...more,
});
export const service = (name: string) => ({ Principal: { Service: `${name}.amazonaws.com` } });
export const root = { Principal: { AWS: `arn:aws:iam::${account}:root` } };
export const document = (...Statement: object[]) => ({ Version: '2012-10-17', Statement });

/** A function that reads a queue, writes to a bus and publishes to a topic, and services that may reach them. */
export function iamParts() {
  return {
    trust: [{ Effect: 'Allow', Action: 'sts:AssumeRole', ...service('lambda') }] as object[],
    managed: ['arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole'],
    inline: [allow('sqs:ReceiveMessage', queueArn)] as object[],
    attached: [
      allow(['kms:Decrypt', 'kms:GenerateDataKey*'], '*'),
      allow('events:PutEvents', busArn, { Condition: { StringEquals: { 'events:source': 'aeon.images' } } }),
    ] as object[],
    queue: [
      allow('sqs:SendMessage', queueArn, {
        ...service('events'),
        Condition: { ArnEquals: { 'aws:SourceArn': ruleArn } },
      }),
      {
        Effect: 'Deny',
        Principal: '*',
        Action: 'sqs:*',
        Resource: queueArn,
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      },
    ] as object[],
    topic: [allow('sns:Publish', topicArn, service('cloudwatch'))] as object[],
    bus: { Sid: 'Ours', ...allow('events:PutEvents', busArn, root) } as object,
    permission: {
      Action: 'lambda:InvokeFunction',
      Principal: 'events.amazonaws.com',
      SourceArn: ruleArn,
    } as object,
    key: [allow('kms:*', '*', root), allow('kms:GenerateDataKey*', '*', service('events'))] as object[],
    others: {} as Record<string, object>,
  };
}

export type IamParts = ReturnType<typeof iamParts>;

/** @throws Error as the evaluator does, for parts that it cannot evaluate */
export function permissionsOf(parts: IamParts): IamPermissions {
  return new IamPermissions(resolved(parts), account);
}

function resolved(p: IamParts): ResolvedResource[] {
  const Resources = {
    Role: {
      Type: 'AWS::IAM::Role',
      Properties: {
        RoleName: 'route',
        AssumeRolePolicyDocument: document(...p.trust),
        ManagedPolicyArns: p.managed,
        Policies: [{ PolicyName: 'inline', PolicyDocument: document(...p.inline) }],
      },
    },
    Attached: {
      Type: 'AWS::IAM::Policy',
      Properties: { Roles: [{ Ref: 'Role' }], PolicyDocument: document(...p.attached) },
    },
    Queue: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'alerts' } },
    QueuePolicy: {
      Type: 'AWS::SQS::QueuePolicy',
      Properties: { Queues: [{ Ref: 'Queue' }], PolicyDocument: document(...p.queue) },
    },
    TopicPolicy: {
      Type: 'AWS::SNS::TopicPolicy',
      Properties: { Topics: [topicArn], PolicyDocument: document(...p.topic) },
    },
    BusPolicy: {
      Type: 'AWS::Events::EventBusPolicy',
      Properties: { EventBusName: 'ops', StatementId: 'Ours', Statement: p.bus },
    },
    Permission: { Type: 'AWS::Lambda::Permission', Properties: { FunctionName: 'route', ...p.permission } },
    Key: { Type: 'AWS::KMS::Key', Properties: { KeyPolicy: document(...p.key) } },
    ...p.others,
  };
  return resolveTemplate({ Resources }, { region, account, stack: 'ops' });
}

export const keyArn = resolved(iamParts()).find(({ logicalId }) => logicalId === 'Key')?.arn ?? '';

export const role: Principal = { kind: 'role', arn: roleArn };
export const events: Principal = { kind: 'service', name: 'events.amazonaws.com', sourceArn: ruleArn };
export const cloudwatch: Principal = {
  kind: 'service',
  name: 'cloudwatch.amazonaws.com',
  sourceArn: arn('cloudwatch', 'alarm:x'),
};

export const receive: AuthorizationRequest = {
  principal: role,
  action: 'sqs:ReceiveMessage',
  resource: queueArn,
};
export const send: AuthorizationRequest = {
  principal: events,
  action: 'sqs:SendMessage',
  resource: queueArn,
};
export const publish: AuthorizationRequest = {
  principal: cloudwatch,
  action: 'sns:Publish',
  resource: topicArn,
};
export const put: AuthorizationRequest = {
  principal: role,
  action: 'events:PutEvents',
  resource: busArn,
  context: { 'events:source': 'aeon.images' },
};
export const invoke: AuthorizationRequest = {
  principal: events,
  action: 'lambda:InvokeFunction',
  resource: functionArn,
};
