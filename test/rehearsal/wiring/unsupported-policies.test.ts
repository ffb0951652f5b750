import { beforeEach, describe, expect, test } from '@jest/globals';
import { allow, document, type IamParts, iamParts, permissionsOf, queueArn, roleArn } from './iam-fixture.ts';

let p: IamParts;

beforeEach(() => {
  p = iamParts();
});

describe('policies that cannot be evaluated', () => {
  const statement = (more: object) => () => {
    p.inline = [{ ...allow('sqs:ReceiveMessage', queueArn), ...more }];
  };
  const resource = (Type: string, Properties: object) => () => {
    p.others.Other = { Type, Properties };
  };
  const cases: readonly [string, () => void, RegExp][] = [
    [
      'an unknown condition operator',
      statement({ Condition: { DateLessThan: { 'aws:CurrentTime': 'x' } } }),
      /'DateLessThan' is not supported/,
    ],
    ['a policy variable', statement({ Resource: `arn:aws:s3:::\${aws:username}` }), /policy variables/],
    ['an unknown element', statement({ NotPrincipal: '*' }), /element 'NotPrincipal'/],
    ['an unknown effect', statement({ Effect: 'Maybe' }), /Effect: must be Allow or Deny/],
    [
      'a statement with neither Action nor NotAction',
      statement({ Action: undefined }),
      /either Action or NotAction/,
    ],
    ['a principal in an identity policy', statement({ Principal: '*' }), /identity policy may not have one/],
    [
      'a federated principal',
      () => p.trust.push({ Effect: 'Allow', Action: '*', Principal: { Federated: 'x' } }),
      /'Federated'/,
    ],
    [
      'a wildcard in a principal',
      () => p.trust.push({ Effect: 'Allow', Action: '*', Principal: { AWS: `${roleArn}*` } }),
      /no ARN of a role/,
    ],
    [
      'a managed policy it does not know',
      () => p.managed.push('arn:aws:iam::aws:policy/AdministratorAccess'),
      /AdministratorAccess/,
    ],
    ['a customer managed policy', resource('AWS::IAM::ManagedPolicy', {}), /AWS::IAM::ManagedPolicy Other/],
    ['a bucket policy', resource('AWS::S3::BucketPolicy', {}), /AWS::S3::BucketPolicy Other/],
    [
      'a policy of a table',
      resource('AWS::DynamoDB::Table', { ResourcePolicy: {} }),
      /AWS::DynamoDB::Table Other/,
    ],
    [
      'a permissions boundary',
      resource('AWS::IAM::Role', { PermissionsBoundary: 'x' }),
      /permissions boundary/,
    ],
    [
      'a policy of a role that is not there',
      resource('AWS::IAM::Policy', { Roles: ['gone'], PolicyDocument: document() }),
      /role named 'gone'/,
    ],
    [
      'two roles of one name',
      resource('AWS::IAM::Role', { RoleName: 'route', AssumeRolePolicyDocument: document() }),
      /role named 'route'/,
    ],
    [
      'two policies of one queue',
      resource('AWS::SQS::QueuePolicy', { Queues: [{ Ref: 'Queue' }], PolicyDocument: document() }),
      /has a policy already/,
    ],
    [
      'an organisation in a function policy',
      () => {
        p.permission = { ...p.permission, PrincipalOrgID: 'o-x' };
      },
      /'PrincipalOrgID'/,
    ],
  ];
  test.each(cases)('%s', (_, spoil, reason) => {
    spoil();
    expect(() => permissionsOf(p)).toThrow(reason);
  });
});
