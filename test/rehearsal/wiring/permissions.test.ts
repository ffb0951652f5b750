import { beforeEach, describe, expect, it, test } from '@jest/globals';
import type { AuthorizationRequest, Principal } from '../../../rehearsal/kernel.ts';
import {
  account,
  allow,
  arn,
  events,
  type IamParts,
  iamParts,
  invoke,
  keyArn,
  permissionsOf,
  publish,
  put,
  queueArn,
  receive,
  role,
  roleArn,
  root,
  ruleArn,
  send,
  service,
  topicArn,
} from './iam-fixture.ts';

let p: IamParts;

beforeEach(() => {
  p = iamParts();
});

/** What IAM answers: nothing, or the text of the denial. */
function answerTo(request: AuthorizationRequest): string {
  try {
    permissionsOf(p).authorize(request);
    return 'allowed';
  } catch (error) {
    return String(error);
  }
}

function onKey(principal: Principal): AuthorizationRequest {
  return { principal, action: 'kms:GenerateDataKey', resource: keyArn };
}

describe('what is allowed', () => {
  const cases: readonly [string, () => AuthorizationRequest][] = [
    ['by an inline policy', () => receive],
    ['by an attached policy, under its condition', () => put],
    [
      'by a managed policy',
      () => ({ principal: role, action: 'logs:PutLogEvents', resource: arn('logs', 'log-group:x') }),
    ],
    ['by a key policy that leaves it to the account', () => onKey(role)],
    ['to a service, by the queue policy', () => send],
    ['to a service, by the topic policy', () => publish],
    ['to a service, by the function policy', () => invoke],
    ['to a service, by the key policy', () => onKey(events)],
    [
      'to the scenario, whatever it asks',
      () => ({ principal: { kind: 'scenario' }, action: 'x:y', resource: 'z' }),
    ],
    [
      'on a key outside the templates, by the role',
      () => ({ ...onKey(role), resource: arn('kms', 'key/other') }),
    ],
  ];
  test.each(cases)('%s', (_, request) => {
    expect(answerTo(request())).toBe('allowed');
  });

  it('in actions written in any case', () => {
    p.inline = [allow('SQS:receive*', queueArn)];
    expect(answerTo(receive)).toBe('allowed');
  });

  it('by wildcards in the resource', () => {
    p.inline = [allow('sqs:ReceiveMessage', 'arn:aws:sqs:*:alert?')];
    expect(answerTo(receive)).toBe('allowed');
  });

  it('by NotAction and NotResource', () => {
    p.inline = [{ Effect: 'Allow', NotAction: 'sqs:DeleteQueue', NotResource: topicArn }];
    expect(answerTo(receive)).toBe('allowed');
  });

  it('to a role that the resource policy names, without a policy of its own', () => {
    p.inline = [];
    p.queue.push(allow('sqs:ReceiveMessage', queueArn, { Principal: { AWS: roleArn } }));
    expect(answerTo(receive)).toBe('allowed');
  });

  it('to everyone under a condition, services included', () => {
    p.topic = [
      allow('sns:Publish', topicArn, {
        Principal: '*',
        Condition: { StringEquals: { 'AWS:SourceAccount': account } },
      }),
    ];
    expect(answerTo(publish)).toBe('allowed');
  });
});

describe('what is denied', () => {
  const because = (type: string, who: string, { action, resource }: AuthorizationRequest) =>
    `AccessDenied: User: ${who} is not authorized to perform: ${action} on resource: ${resource} because no ${type} policy allows the ${action} action`;
  const explicitly = (type: string, who: string, { action, resource }: AuthorizationRequest) =>
    `AccessDenied: User: ${who} is not authorized to perform: ${action} on resource: ${resource} with an explicit deny in ${type}`;

  it('no statement', () => {
    p.inline = [];
    expect(answerTo(receive)).toBe(because('identity-based', roleArn, receive));
  });

  it.each([
    ['another action', () => allow('sqs:DeleteMessage', queueArn)],
    ['another resource', () => allow('sqs:ReceiveMessage', `${queueArn}-dlq`)],
    ['a pattern that ends too early', () => allow('sqs:Receive', 'arn:aws:sqs:')],
    ['a question mark for nothing', () => allow('sqs:ReceiveMessage?', queueArn)],
    ['a resource in another case', () => allow('sqs:ReceiveMessage', queueArn.toUpperCase())],
    ['NotAction with the action', () => ({ Effect: 'Allow', NotAction: 'sqs:*', Resource: '*' })],
    ['NotResource with the resource', () => ({ Effect: 'Allow', Action: '*', NotResource: queueArn })],
  ])('a statement for %s', (_, statement) => {
    p.inline = [statement()];
    expect(answerTo(receive)).toBe(because('identity-based', roleArn, receive));
  });

  it('a request that the condition does not hold for', () => {
    const request = { ...put, context: { 'events:source': 'aeon.alerts' } };
    expect(answerTo(request)).toBe(because('identity-based', roleArn, request));
  });

  it('a role that only its account is named for', () => {
    p.attached = [];
    expect(answerTo(put)).toBe(because('identity-based', roleArn, put));
  });

  it('an explicit Deny of the role, in spite of an Allow', () => {
    p.attached.push({ Effect: 'Deny', Action: 'sqs:*', Resource: '*' });
    expect(answerTo(receive)).toBe(explicitly('an identity-based policy', roleArn, receive));
  });

  it('an explicit Deny of the resource, in spite of an Allow', () => {
    const request = { ...receive, context: { 'aws:securetransport': 'false' } };
    expect(answerTo(request)).toBe(explicitly('a resource-based policy', roleArn, request));
  });

  it('an explicit Deny of the whole account', () => {
    p.queue.push({ Effect: 'Deny', Action: 'sqs:*', Resource: queueArn, ...root });
    expect(answerTo(receive)).toBe(explicitly('a resource-based policy', roleArn, receive));
    expect(answerTo(send)).toBe('allowed');
  });

  it('a service that no policy lets in', () => {
    p.queue = [];
    expect(answerTo(send)).toBe(because('resource-based', 'events.amazonaws.com', send));
  });

  it('another service', () => {
    p.queue = [allow('sqs:SendMessage', queueArn, service('sns'))];
    expect(answerTo(send)).toBe(because('resource-based', 'events.amazonaws.com', send));
  });

  it.each([
    ['another rule', { ...events, sourceArn: arn('events', 'rule/other') }],
    ['nobody in particular', { kind: 'service' as const, name: 'events.amazonaws.com' }],
  ])('a service that acts for %s', (_, principal) => {
    expect(answerTo({ ...send, principal })).toContain('no resource-based policy');
    expect(answerTo({ ...invoke, principal })).toContain('no resource-based policy');
  });

  it('an invocation for an ARN that only looks alike across its parts', () => {
    p.permission = { ...p.permission, SourceArn: 'arn:aws:events:*' };
    expect(answerTo(invoke)).toBe(because('resource-based', 'events.amazonaws.com', invoke));
  });

  it('an invocation for another account', () => {
    p.permission = { ...p.permission, SourceAccount: '999999999999' };
    expect(answerTo(invoke)).toBe(because('resource-based', 'events.amazonaws.com', invoke));
  });

  it('use of a key whose policy does not leave it to the account, whatever the role may', () => {
    p.key = [allow('kms:GenerateDataKey*', '*', service('events'))];
    const request = onKey(role);
    expect(answerTo(request)).toBe(because('resource-based', roleArn, request));
  });

  it('use of a key that is left to the account, when the role may not', () => {
    p.attached = [];
    const request = onKey(role);
    expect(answerTo(request)).toBe(because('identity-based', roleArn, request));
  });
});

describe('the condition keys that every request has', () => {
  it.each([
    ['aws:SecureTransport', 'true'],
    ['aws:PrincipalArn', roleArn],
    ['aws:PrincipalAccount', account],
    ['aws:PrincipalIsAWSService', 'false'],
  ])('%s of a role', (key, value) => {
    p.inline = [allow('sqs:ReceiveMessage', queueArn, { Condition: { StringEquals: { [key]: value } } })];
    expect(answerTo(receive)).toBe('allowed');
  });

  it.each([
    ['aws:SecureTransport', 'true'],
    ['aws:SourceArn', ruleArn],
    ['aws:SourceAccount', account],
    ['aws:PrincipalIsAWSService', 'true'],
    ['aws:PrincipalServiceName', 'events.amazonaws.com'],
  ])('%s of a service', (key, value) => {
    const Condition = { StringEquals: { [key]: value } };
    p.queue = [allow('sqs:SendMessage', queueArn, { Principal: '*', Condition })];
    expect(answerTo(send)).toBe('allowed');
  });

  it.each(['aws:SourceArn', 'aws:SourceAccount'])('%s is not among those of a role', (key) => {
    p.inline = [allow('sqs:ReceiveMessage', queueArn, { Condition: { Null: { [key]: 'true' } } })];
    expect(answerTo(receive)).toBe('allowed');
  });
});

describe('assuming a role', () => {
  it('is for the service that the trust policy names', () => {
    expect(() => permissionsOf(p).assertAssumable(roleArn, 'lambda.amazonaws.com')).not.toThrow();
    expect(() => permissionsOf(p).assertAssumable(roleArn, 'events.amazonaws.com')).toThrow(
      `User: events.amazonaws.com is not authorized to perform: sts:AssumeRole on resource: ${roleArn} because no role trust policy allows the sts:AssumeRole action`,
    );
  });

  it('is refused by an explicit Deny', () => {
    p.trust.push({ Effect: 'Deny', Action: 'sts:*', Principal: '*' });
    expect(() => permissionsOf(p).assertAssumable(roleArn, 'lambda.amazonaws.com')).toThrow(
      'with an explicit deny in the role trust policy',
    );
  });

  it('may depend on whom the service acts for', () => {
    p.trust = [
      {
        Effect: 'Allow',
        Action: 'sts:AssumeRole',
        ...service('events'),
        Condition: { StringEquals: { 'aws:SourceAccount': account } },
      },
    ];
    expect(() => permissionsOf(p).assertAssumable(roleArn, 'events.amazonaws.com', ruleArn)).not.toThrow();
    expect(() => permissionsOf(p).assertAssumable(roleArn, 'events.amazonaws.com')).toThrow('AssumeRole');
  });

  it('needs a role that is in a template', () => {
    const other = `arn:aws:iam::${account}:role/other`;
    expect(() => permissionsOf(p).assertAssumable(other, 'lambda.amazonaws.com')).toThrow(
      `no template has the role ${other}`,
    );
    expect(() => permissionsOf(p).authorize({ ...receive, principal: { kind: 'role', arn: other } })).toThrow(
      other,
    );
  });
});
