import * as z from 'zod/mini';
import { parseOrRefuse } from '../events/parse.ts';

/** An HTTPS request as a function URL hands it on. */
export interface UrlRequest {
  readonly method: string;
  /** Without its query. */
  readonly path: string;
  /** Empty when there is none. */
  readonly body: string;
}

/** @see https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html */
export interface UrlAnswer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const UrlEvent = z.object({
  rawPath: z.string(),
  requestContext: z.object({ http: z.object({ method: z.string() }) }),
  body: z.optional(z.string()),
  isBase64Encoded: z.boolean(),
});

/** True for what a function URL invokes a function with, in its payload format 2.0. */
export function isUrlEvent(event: unknown): boolean {
  return typeof event === 'object' && event !== null && 'requestContext' in event;
}

/** @throws PermanentError for another event */
export function readUrlRequest(event: unknown): UrlRequest {
  const {
    rawPath,
    requestContext,
    body = '',
    isBase64Encoded,
  } = parseOrRefuse(UrlEvent, event, 'The event of a function URL');
  return {
    method: requestContext.http.method,
    path: rawPath,
    body: isBase64Encoded ? Buffer.from(body, 'base64').toString('utf8') : body,
  };
}

export function jsonAnswer(statusCode: number, content: object): UrlAnswer {
  return { statusCode, headers: { 'content-type': 'application/json' }, body: JSON.stringify(content) };
}

/** Turns a request away with the words of the status and no others: who it is from is not known. */
export function refusal(statusCode: keyof typeof refusals): UrlAnswer {
  return jsonAnswer(statusCode, { message: refusals[statusCode] });
}

const refusals = {
  400: 'Bad Request',
  404: 'Not Found',
  405: 'Method Not Allowed',
  413: 'Content Too Large',
} as const;
