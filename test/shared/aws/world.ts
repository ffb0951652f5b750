import type { Context } from 'aws-lambda';
import type { LogFacts, LogLevel, World } from '../../../shared/lambda/world.ts';
import { answeredClient, type WireAnswer, type WireRequest } from './answers.ts';

export interface Logged {
  readonly level: LogLevel;
  readonly message: string;
  readonly facts: LogFacts;
}

/** A world whose AWS clients are real and whose requests are all answered here. */
export class TestWorld<Policy> implements World<Policy> {
  readonly policy: Policy;
  readonly logged: Logged[] = [];
  readonly requests: WireRequest[] = [];
  readonly posts: string[] = [];
  readonly now = (): Date => new Date('2026-03-02T12:00:00Z');
  readonly random = (): number => 0;
  readonly #answer: (request: WireRequest) => WireAnswer;

  constructor(policy: Policy, answer: (request: WireRequest) => WireAnswer) {
    this.policy = policy;
    this.#answer = answer;
  }

  readonly client: World<Policy>['client'] = (Constructor) =>
    answeredClient(Constructor, (request) => {
      this.requests.push(request);
      return this.#answer(request);
    }).client;

  readonly post: World<Policy>['post'] = async ({ body }) => {
    this.posts.push(body);
    return { status: 200, headers: {}, body: 'ok' };
  };

  readonly get: World<Policy>['get'] = async () => ({ status: 404, headers: {}, body: '' });

  readonly log: World<Policy>['log'] = (level, message, facts) =>
    void this.logged.push({ level, message, facts });
}

export function lambdaContext(remainingMs = 60_000): Context {
  return { awsRequestId: 'one', getRemainingTimeInMillis: () => remainingMs } as Context;
}
