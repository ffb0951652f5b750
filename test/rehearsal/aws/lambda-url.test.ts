import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { LambdaFunctionURLEvent } from 'aws-lambda';
import type { UrlRequest } from '../../../rehearsal/aws/lambda-url.ts';
import { type Services, services } from './services.ts';
import {
  account,
  functionArn,
  region,
  roleArn,
  type VirtualKernel,
  virtualKernel,
} from './virtual-kernel.ts';

let kernel: VirtualKernel;
let aws: Services;
let received: LambdaFunctionURLEvent[];

beforeEach(() => {
  kernel = virtualKernel();
  aws = services(kernel);
  received = [];
});

afterEach(() => kernel[Symbol.dispose]());

const open = (AuthType: 'NONE' | 'AWS_IAM', answer: unknown = { statusCode: 204 }, properties = {}): void => {
  aws.handler(
    'admit',
    async (event) => {
      received.push(event as LambdaFunctionURLEvent);
      if (answer instanceof Error) throw answer;
      return answer;
    },
    properties,
  );
  aws.lambda.createUrl({
    region,
    name: 'admit',
    properties: { TargetFunctionArn: functionArn('admit'), AuthType },
  });
};
const call = (request: Partial<UrlRequest> = {}) =>
  aws.lambda.callUrl(region, 'admit', { method: 'POST', path: '/', ...request });
const json = { 'Content-Type': 'application/json' };

describe('a function URL', () => {
  it('hands the request over in payload format 2.0', async () => {
    open('NONE');
    await call({
      path: '/v1/admit%20it?a=1&b=2',
      headers: { ...json, 'User-Agent': 'kube' },
      body: '{"x":1}',
    });
    expect(received).toEqual([
      {
        version: '2.0',
        routeKey: '$default',
        rawPath: '/v1/admit%20it',
        rawQueryString: 'a=1&b=2',
        headers: expect.objectContaining({ 'content-type': 'application/json', 'user-agent': 'kube' }),
        queryStringParameters: { a: '1', b: '2' },
        requestContext: {
          accountId: 'anonymous',
          apiId: expect.stringMatching(/^[0-9a-f]{32}$/),
          domainName: expect.stringMatching(/^[0-9a-f]{32}\.lambda-url\.us-east-1\.on\.aws$/),
          domainPrefix: expect.any(String),
          http: {
            method: 'POST',
            path: '/v1/admit%20it',
            protocol: 'HTTP/1.1',
            sourceIp: expect.any(String),
            userAgent: 'kube',
          },
          requestId: expect.any(String),
          routeKey: '$default',
          stage: '$default',
          time: '02/Mar/2026:08:00:00 +0000',
          timeEpoch: Date.parse('2026-03-02T08:00:00Z'),
        },
        body: '{"x":1}',
        isBase64Encoded: false,
      },
    ]);
  });

  it('gives a body that is no text in base64', async () => {
    open('NONE');
    await call({ headers: { 'content-type': 'application/octet-stream' }, body: 'raw' });
    expect(received[0]).toMatchObject({ body: Buffer.from('raw').toString('base64'), isBase64Encoded: true });
  });

  it.each([
    [{ statusCode: 403, body: 'no' }, 403, 'no', 'application/json'],
    [{ statusCode: 200, headers: { 'Content-Type': 'text/plain' }, body: 'yes' }, 200, 'yes', 'text/plain'],
    [{ statusCode: 200, body: 'eWVz', isBase64Encoded: true }, 200, 'yes', 'application/json'],
    [{ allowed: true }, 200, '{"allowed":true}', 'application/json'],
    ['plain', 200, 'plain', 'application/json'],
  ])('makes of the answer %j the status %s and a body', async (answer, status, body, type) => {
    open('NONE', answer);
    expect(await call()).toMatchObject({ status, body, headers: { 'content-type': type } });
  });

  it('answers 502 for a function that fails', async () => {
    open('NONE', new Error('broken'));
    expect(await call()).toMatchObject({ status: 502, body: '{"Message":"Internal Server Error"}' });
  });

  it('answers 429 when as many run as are reserved', async () => {
    open('NONE', undefined, { ReservedConcurrentExecutions: 0 });
    expect((await call()).status).toBe(429);
  });

  it('answers 413 for what makes an event of more than 6 MiB', async () => {
    open('NONE');
    expect((await call({ headers: json, body: 'x'.repeat(6_291_456) })).status).toBe(413);
    expect(received).toEqual([]);
  });

  it('has to be there', () => {
    expect(() => aws.lambda.callUrl(region, 'none', { method: 'GET', path: '/' })).toThrow(
      'none in us-east-1 has no URL',
    );
  });
});

describe('who calls', () => {
  it('needs the permission for the URL and the one for the function', async () => {
    open('NONE');
    await call();
    const resource = functionArn('admit');
    const principal = { kind: 'anonymous' };
    expect(kernel.asked).toEqual([
      {
        principal,
        action: 'lambda:InvokeFunctionUrl',
        resource,
        context: { 'lambda:functionurlauthtype': 'NONE' },
      },
      {
        principal,
        action: 'lambda:InvokeFunction',
        resource,
        context: { 'lambda:invokedviafunctionurl': 'true' },
      },
    ]);
  });

  it.each(['lambda:InvokeFunctionUrl', 'lambda:InvokeFunction'])('is refused without %s', async (missing) => {
    open('NONE');
    kernel.refuse(({ action }) => action === missing);
    expect(await call()).toMatchObject({ status: 403, body: '{"Message":"Forbidden"}' });
    expect(received).toEqual([]);
    expect(kernel.entries('call')).toMatchObject([
      { operation: 'InvokeFunctionUrl', outcome: 'AccessDeniedException' },
    ]);
  });

  it('has to sign where the URL asks for it, and is named to the function', async () => {
    open('AWS_IAM');
    expect((await call()).status).toBe(403);
    await call({ principal: { kind: 'role', arn: roleArn('pipeline') } });
    expect(received).toMatchObject([
      {
        requestContext: {
          accountId: account,
          authorizer: { iam: { userArn: `arn:aws:sts::${account}:assumed-role/pipeline/rehearsal` } },
        },
      },
    ]);
    expect(kernel.asked[0]).toMatchObject({ context: { 'lambda:functionurlauthtype': 'AWS_IAM' } });
  });
});
