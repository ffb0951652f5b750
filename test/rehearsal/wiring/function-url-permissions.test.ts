import { beforeEach, describe, expect, it } from '@jest/globals';
import type { AuthorizationRequest } from '../../../rehearsal/kernel.ts';
import { arn, type IamParts, iamParts, permissionsOf, receive } from './iam-fixture.ts';

let p: IamParts;

const permission = (properties: object) => ({
  Type: 'AWS::Lambda::Permission',
  Properties: { FunctionName: 'route', Principal: '*', ...properties },
});

/** What CDK writes for a URL that asks nobody who they are. */
beforeEach(() => {
  p = iamParts();
  p.others = {
    Url: permission({ Action: 'lambda:InvokeFunctionUrl', FunctionUrlAuthType: 'NONE' }),
    ViaUrl: permission({ Action: 'lambda:InvokeFunction', InvokedViaFunctionUrl: true }),
  };
});

const ask = (action: string, context?: Record<string, string>): AuthorizationRequest => ({
  principal: { kind: 'anonymous' },
  action,
  resource: arn('lambda', 'function:route'),
  ...(context && { context }),
});
const invokeUrl = ask('lambda:InvokeFunctionUrl', { 'lambda:functionurlauthtype': 'NONE' });
const invokeVia = ask('lambda:InvokeFunction', { 'lambda:invokedviafunctionurl': 'true' });

describe('whoever does not say who they are', () => {
  it('may call a public URL', () => {
    for (const request of [invokeUrl, invokeVia])
      expect(() => permissionsOf(p).authorize(request)).not.toThrow();
  });

  it.each([
    ['invoke the function by another way', ask('lambda:InvokeFunction')],
    [
      'call a URL that asks for a signature',
      ask('lambda:InvokeFunctionUrl', { 'lambda:functionurlauthtype': 'AWS_IAM' }),
    ],
    ['do what the policy does not speak of', { ...receive, principal: { kind: 'anonymous' } } as const],
  ])('may not %s', (_what, request) => {
    expect(() => permissionsOf(p).authorize(request)).toThrow('User: anonymous is not authorized to perform');
  });

  it('may not when one of the two permissions is missing', () => {
    delete p.others.ViaUrl;
    expect(() => permissionsOf(p).authorize(invokeVia)).toThrow('because no resource-based policy allows');
  });
});
