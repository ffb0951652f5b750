import { LambdaClient } from '@aws-sdk/client-lambda';
import { describe, expect, it } from '@jest/globals';
import { AwsError } from '../../../rehearsal/kernel.ts';
import { databaseQuestions } from '../../../shared/aws/database-questions.ts';
import type { AskRequest } from '../../../shared/database/exchange.ts';
import { clientOf } from '../../rehearsal/aws/stand.ts';

const request: AskRequest = {
  target: { host: 'copy', port: 5432, database: 'd' },
  credentials: { user: 'u', password: 'p' },
  questions: [{ name: 'sentinel' }],
};

/** The function answers so. */
function asking(invoke: () => object | Promise<object>) {
  return databaseQuestions(clientOf(LambdaClient, { operations: { Invoke: invoke } }), 'ask-database');
}

const payload = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));

describe('databaseQuestions', () => {
  it('gives the reply as it is', async () => {
    const reply = {
      spoiled: [],
      answers: [{ question: { name: 'sentinel' }, rows: [{ word: 'w', plantedAt: '2026-01-01T00:00:00Z' }] }],
    };
    expect(await asking(() => ({ Payload: payload(reply) })).ask(request, 1000)).toEqual(reply);
  });

  it.each([
    [
      'that failed',
      { FunctionError: 'Unhandled', Payload: payload({ errorType: 'PermanentError', errorMessage: 'no' }) },
    ],
    ['that was killed', { FunctionError: 'Unhandled', Payload: payload(null) }],
    ['that answers something else', { Payload: payload({ outcome: 'refused' }) }],
  ])('makes no answer of a function %s', async (_what, answer) => {
    const { failure, answers } = await asking(() => answer).ask(request, 1000);
    expect(failure?.kind).toBe('unreachable');
    expect(answers).toEqual([]);
  });

  it('does not wait for longer than it is to', async () => {
    const { failure } = await asking(() => new Promise(() => undefined)).ask(request, 5);
    expect(failure?.kind).toBe('timeout');
  });

  it('lets what AWS Lambda itself refuses be known', async () => {
    const denied = asking(() => {
      throw new AwsError('AccessDeniedException', 'not authorized', 403);
    });
    await expect(denied.ask(request, 1000)).rejects.toThrow('not authorized');
  });
});
