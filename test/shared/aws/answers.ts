import { Readable } from 'node:stream';

/** One call as it went over the wire. */
export interface WireRequest {
  /** `DescribeImages` */
  readonly operation: string;
  readonly input: Readonly<Record<string, unknown>>;
}

/** What AWS answers: a JSON body, or an error by the name that AWS gives it on the wire. */
export type WireAnswer =
  | { readonly body: object }
  | { readonly error: string; readonly message?: string; readonly status?: number; readonly body?: object };

interface HttpRequest {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/**
 * A real SDK client of a service that speaks JSON, whose requests are answered here in place of the network. Above the
 * transport all is the SDK's own: serialization, pagination, error classes.
 */
export function answeredClient<Client>(
  Constructor: new (config: object) => Client,
  answer: (request: WireRequest) => WireAnswer,
  maxAttempts = 1,
): { readonly client: Client; readonly requests: readonly WireRequest[] } {
  const requests: WireRequest[] = [];
  const requestHandler = {
    async handle({ headers, body }: HttpRequest): Promise<{ response: object }> {
      const operation = headers['x-amz-target']?.split('.').at(-1) ?? 'no operation';
      const request = { operation, input: JSON.parse(new TextDecoder().decode(body)) };
      requests.push(request);
      return { response: httpResponse(answer(request)) };
    },
  };
  const client = new Constructor({
    region: 'us-east-1',
    credentials: { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'none' },
    maxAttempts,
    requestHandler,
  });
  return { client, requests };
}

/** Gives one answer after the other, the last one for ever. */
export function inTurn(...answers: readonly WireAnswer[]): (request: WireRequest) => WireAnswer {
  let turn = 0;
  return () => {
    const answer = answers[Math.min(turn++, answers.length - 1)];
    if (answer === undefined) throw new RangeError('no answer was prepared');
    return answer;
  };
}

function httpResponse(answer: WireAnswer): object {
  const isError = 'error' in answer;
  const body = isError
    ? { __type: answer.error, message: answer.message ?? 'refused', ...answer.body }
    : answer.body;
  return {
    statusCode: isError ? (answer.status ?? 400) : 200,
    headers: { 'content-type': 'application/x-amz-json-1.1' },
    body: Readable.from([Buffer.from(JSON.stringify(body))]),
  };
}
