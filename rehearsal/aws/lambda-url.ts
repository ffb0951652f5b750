import type { LambdaFunctionURLEvent } from 'aws-lambda';
import * as z from 'zod';
import type { HttpsAnswer } from '../../shared/lambda/world.ts';
import { AwsError, type Kernel, type Principal } from '../kernel.ts';
import { functionUrl } from '../wiring/identity.ts';
import { isList, isRecord } from '../wiring/json.ts';
import { authorize } from './authorize.ts';
import type { LambdaFunction } from './lambda-function.ts';
import { ignored, type Resource, readProperties } from './properties.ts';
import { serviceCall } from './service-call.ts';

export interface UrlRequest {
  readonly method: string;
  /** With its query, as the request line has it: `/images?tag=v1`. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Who signed the request; nobody, when left out. */
  readonly principal?: Principal;
}

const UrlProperties = z.strictObject({
  TargetFunctionArn: z.string(),
  AuthType: z.enum(['NONE', 'AWS_IAM']),
  InvokeMode: z.literal('BUFFERED').optional(),
  Cors: ignored,
});

/** The limit of an event, as JSON. Bytes. */
const maxPayload = 6_291_456;

/** Bodies of other types come in base64. */
const textTypes = /^(text\/|application\/(json|javascript|xml))/i;

/** @throws RangeError for a property that is not simulated, by name */
export function urlProperties(resource: Resource): z.output<typeof UrlProperties> {
  return readProperties('AWS::Lambda::Url', UrlProperties, resource);
}

/**
 * AWS::Lambda::Url: HTTPS requests as invocations. Whoever calls needs two permissions, also where the URL asks nobody
 * who they are: lambda:InvokeFunctionUrl, and since October 2025 lambda:InvokeFunction as well.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html
 */
export class FunctionUrl {
  readonly #kernel: Kernel;
  readonly #code: LambdaFunction;
  readonly #authType: 'NONE' | 'AWS_IAM';

  constructor(kernel: Kernel, code: LambdaFunction, authType: 'NONE' | 'AWS_IAM') {
    this.#kernel = kernel;
    this.#code = code;
    this.#authType = authType;
  }

  async call(request: UrlRequest): Promise<HttpsAnswer> {
    const principal = this.#callerOf(request);
    if (principal === undefined) return refusal(403, 'Forbidden');
    const requestId = this.#kernel.uuid();
    try {
      this.#authorize(principal);
      const payload = JSON.stringify(this.#event(request, principal, requestId));
      if (Buffer.byteLength(payload) > maxPayload) return refusal(413, 'Request Too Long');
      const outcome = await this.#code.run({ requestId, payload, number: 1 });
      return outcome.kind === 'ok' ? answerOf(outcome.payload) : refusal(502, 'Internal Server Error');
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      return refusal(error.httpStatus, error.httpStatus === 403 ? 'Forbidden' : error.message);
    }
  }

  /** Undefined for a request that had to be signed. A signature that nobody asked for is not looked at. */
  #callerOf({ principal }: UrlRequest): Principal | undefined {
    return this.#authType === 'NONE' ? { kind: 'anonymous' } : principal;
  }

  #authorize(principal: Principal): void {
    const { arn, region } = this.#code.settings;
    const input = { FunctionName: arn };
    const call = {
      region,
      caller: 'function-url',
      service: 'lambda',
      operation: 'InvokeFunctionUrl',
      input,
    };
    const ask = (action: string, context: Readonly<Record<string, string>>): void =>
      authorize(this.#kernel, { principal, action, resource: arn, context }, 'AccessDeniedException');
    serviceCall(this.#kernel, call, () => {
      ask('lambda:InvokeFunctionUrl', { 'lambda:functionurlauthtype': this.#authType });
      ask('lambda:InvokeFunction', { 'lambda:invokedviafunctionurl': 'true' });
    });
  }

  /** Payload format 2.0. @see https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html */
  #event(
    { method, path, headers = {}, body }: UrlRequest,
    principal: Principal,
    requestId: string,
  ): LambdaFunctionURLEvent {
    const { account, now } = this.#kernel;
    const { hostname } = new URL(functionUrl(this.#code.settings.arn));
    const { pathname, search, searchParams } = new URL(path, `https://${hostname}`);
    const given = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value] as const);
    const all = { host: hostname, 'x-forwarded-proto': 'https', ...Object.fromEntries(given) };
    const isText = textTypes.test(new Map(given).get('content-type') ?? '');
    return {
      version: '2.0',
      routeKey: '$default',
      rawPath: pathname,
      rawQueryString: search.slice(1),
      headers: all,
      ...(search !== '' && { queryStringParameters: Object.fromEntries(searchParams) }),
      requestContext: {
        accountId: principal.kind === 'anonymous' ? 'anonymous' : account,
        apiId: hostname.split('.')[0] ?? '',
        ...(principal.kind === 'role' && { authorizer: { iam: iamIdentity(principal.arn, account) } }),
        domainName: hostname,
        domainPrefix: hostname.split('.')[0] ?? '',
        http: {
          method,
          path: pathname,
          protocol: 'HTTP/1.1',
          sourceIp: '203.0.113.10',
          userAgent: new Map(given).get('user-agent') ?? '',
        },
        requestId,
        routeKey: '$default',
        stage: '$default',
        time: logTime(now()),
        timeEpoch: now().getTime(),
      },
      ...(body !== undefined && { body: isText ? body : Buffer.from(body).toString('base64') }),
      isBase64Encoded: body !== undefined && !isText,
    };
  }
}

/** As web servers log it: `02/Mar/2026:08:00:00 +0000`. */
function logTime(moment: Date): string {
  const [, day, month, year, time] = moment.toUTCString().split(' ');
  return `${day}/${month}/${year}:${time} +0000`;
}

function iamIdentity(roleArn: string, account: string) {
  const name = roleArn.slice(roleArn.lastIndexOf('/') + 1);
  return {
    accessKey: 'ASIASIMULATED',
    accountId: account,
    callerId: 'AROASIMULATED:rehearsal',
    cognitoIdentity: null,
    principalOrgId: '',
    userArn: `arn:aws:sts::${account}:assumed-role/${name}/rehearsal`,
    userId: 'AROASIMULATED:rehearsal',
  };
}

/** An answer without a status code is taken for the body of a 200. */
function answerOf(payload: unknown): HttpsAnswer {
  if (!isRecord(payload) || typeof payload.statusCode !== 'number') {
    return { status: 200, headers: { 'content-type': 'application/json' }, body: bodyText(payload) };
  }
  const { statusCode, headers, cookies, body = '', isBase64Encoded } = payload;
  const given = Object.entries(isRecord(headers) ? headers : {});
  return {
    status: statusCode,
    headers: {
      'content-type': 'application/json',
      ...Object.fromEntries(given.map(([name, value]) => [name.toLowerCase(), String(value)])),
      ...(isList(cookies) && { 'set-cookie': cookies.join('\n') }),
    },
    body: isBase64Encoded === true ? Buffer.from(String(body), 'base64').toString() : bodyText(body),
  };
}

function bodyText(body: unknown): string {
  return typeof body === 'string' ? body : JSON.stringify(body);
}

function refusal(status: number, Message: string): HttpsAnswer {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify({ Message }) };
}
