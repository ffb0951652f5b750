import { beforeEach, describe, expect, it } from '@jest/globals';
import {
  allow,
  busArn,
  cloudwatch,
  type IamParts,
  iamParts,
  keyArn,
  permissionsOf,
  queueArn,
  receive,
  role,
  send,
} from './iam-fixture.ts';

let p: IamParts;

beforeEach(() => {
  p = iamParts();
});

describe('the report', () => {
  it('lists what the role was granted and did not use, in order, without managed policies', () => {
    const iam = permissionsOf(p);
    iam.authorize(receive);
    iam.authorize({ principal: role, action: 'kms:GenerateDataKeyWithoutPlaintext', resource: keyArn });
    expect(iam.report()).toEqual({
      granted: 4,
      unused: [
        { role: 'route', action: 'events:PutEvents', resource: busArn },
        { role: 'route', action: 'kms:Decrypt', resource: '*' },
      ],
    });
  });

  it('counts each pair of action and resource of a statement', () => {
    p.inline = [allow(['sqs:ReceiveMessage', 'sqs:DeleteMessage'], [queueArn, `${queueArn}-dlq`])];
    p.attached = [];
    const iam = permissionsOf(p);
    iam.authorize(receive);
    expect(iam.report()).toEqual({
      granted: 4,
      unused: [
        { role: 'route', action: 'sqs:DeleteMessage', resource: queueArn },
        { role: 'route', action: 'sqs:DeleteMessage', resource: `${queueArn}-dlq` },
        { role: 'route', action: 'sqs:ReceiveMessage', resource: `${queueArn}-dlq` },
      ],
    });
  });

  it('does not take a Deny for a grant, nor a denied request for a use', () => {
    p.inline = [
      allow('sqs:ReceiveMessage', queueArn),
      { Effect: 'Deny', Action: 'sqs:*', Resource: queueArn },
    ];
    p.attached = [];
    const iam = permissionsOf(p);
    expect(() => iam.authorize(receive)).toThrow('explicit deny');
    expect(iam.report()).toEqual({
      granted: 1,
      unused: [{ role: 'route', action: 'sqs:ReceiveMessage', resource: queueArn }],
    });
  });

  it('counts denials', () => {
    const iam = permissionsOf(p);
    iam.authorize(receive);
    expect(() => iam.authorize({ ...receive, action: 'sqs:PurgeQueue' })).toThrow();
    expect(() => iam.authorize({ ...send, principal: cloudwatch })).toThrow();
    expect(iam.denied()).toBe(2);
  });
});
