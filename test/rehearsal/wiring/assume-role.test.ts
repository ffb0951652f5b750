import { beforeEach, describe, expect, it } from '@jest/globals';
import {
  account,
  allow,
  document,
  type IamParts,
  iamParts,
  permissionsOf,
  role,
  root,
} from './iam-fixture.ts';

const reader = `arn:aws:iam::${account}:role/reader`;

let p: IamParts;

beforeEach(() => {
  p = iamParts();
});

/** Lets whom the trust policy names take on the role, which itself may do nothing. */
function trust(...statements: readonly object[]): void {
  p.others.Reader = {
    Type: 'AWS::IAM::Role',
    Properties: { RoleName: 'reader', AssumeRolePolicyDocument: document(...statements) },
  };
}

const trusting = (more: object) => ({ Effect: 'Allow', Action: 'sts:AssumeRole', ...more });

function answer(context: Readonly<Record<string, string>> = {}): string {
  try {
    permissionsOf(p).authorize({ principal: role, action: 'sts:AssumeRole', resource: reader, context });
    return 'allowed';
  } catch (error) {
    return String(error);
  }
}

describe('taking on a role', () => {
  it('needs both, where the trust policy leaves it to the account', () => {
    trust(trusting(root));
    expect(answer()).toMatch(/^AccessDenied/);
    p.attached = [allow('sts:AssumeRole', reader)];
    expect(answer()).toBe('allowed');
  });

  it('is not for whom the trust policy does not name, whatever their own policy says', () => {
    p.attached = [allow('sts:AssumeRole', '*')];
    trust(trusting({ Principal: { Service: 'lambda.amazonaws.com' } }));
    expect(answer()).toMatch(/^AccessDenied/);
  });

  it('is for whom the trust policy names in person', () => {
    trust(trusting({ Principal: { AWS: `arn:aws:iam::${account}:role/route` } }));
    expect(answer()).toBe('allowed');
  });

  it.each([
    ['route', 'allowed'],
    ['other', /^AccessDenied/],
  ])('is for roles of the name that is asked for: %s', (name, expected) => {
    p.attached = [allow('sts:AssumeRole', reader)];
    const PrincipalArn = `arn:aws:iam::${account}:role/${name}*`;
    trust(trusting({ ...root, Condition: { ArnLike: { 'aws:PrincipalArn': PrincipalArn } } }));
    expect(answer()).toEqual(typeof expected === 'string' ? expected : expect.stringMatching(expected));
  });

  it('needs the external id, where one was agreed', () => {
    p.attached = [allow('sts:AssumeRole', reader)];
    trust(trusting({ ...root, Condition: { StringEquals: { 'sts:ExternalId': 'agreed' } } }));
    expect(answer()).toMatch(/^AccessDenied/);
    expect(answer({ 'sts:externalid': 'guessed' })).toMatch(/^AccessDenied/);
    expect(answer({ 'sts:externalid': 'agreed' })).toBe('allowed');
  });
});
