import { ask, failureOf } from '../../../shared/database/ask.ts';
import { type AskReply, AskRequest, type Spoiled } from '../../../shared/database/exchange.ts';
import { describeQuestion } from '../../../shared/database/questions.ts';
import type { Connect, Session } from '../../../shared/database/session.ts';
import { type Spoil, spoilStatement } from '../../../shared/database/spoil.ts';
import { parseOrRefuse } from '../../../shared/events/parse.ts';
import { PermanentError } from '../../../shared/lambda/errors.ts';
import { logOutcome } from '../../../shared/lambda/outcome.ts';
import type { World } from '../../../shared/lambda/world.ts';
import { whyNotSpoil } from './guard.ts';

export interface AskDatabaseDeps {
  readonly connect: Connect;
  /** What this deployment is for; see the contract. */
  readonly asks: string;
  readonly log: World<unknown>['log'];
}

/** Milliseconds for one statement. A checksum reads a whole table. */
const statementTimeoutMs = 600_000;

/**
 * Answers every question, or says why there is no answer. What cannot be answered is a reply and no failure of the
 * function: whoever asks makes `unproven` of it.
 *
 * @param leftMs milliseconds until the reply has to be given
 * @throws PermanentError for a request that cannot be understood, or that would spoil what it may not
 */
export async function answerRequest(
  event: unknown,
  deps: AskDatabaseDeps,
  leftMs: () => number,
): Promise<AskReply> {
  const request = readRequest(event);
  const refusal = whyNotSpoil(request, deps.asks);
  if (refusal !== undefined) {
    throw new PermanentError(
      `Nothing was spoiled and nothing asked: ${refusal}. Spoil restored copies only.`,
    );
  }
  const reply = await answer(request, deps, leftMs);
  logOutcome(deps.log, summaryOf(request, reply));
  return reply;
}

/** A text may hold the credentials anywhere, so it is not shown; of an object, what is under `credentials` is not. */
function readRequest(event: unknown): AskRequest {
  if (typeof event === 'object') return parseOrRefuse(AskRequest, event, 'The request');
  throw new PermanentError(
    `The request cannot be understood: expected an object (given a ${typeof event}, not shown)`,
  );
}

async function answer(
  { target, credentials, spoil, questions }: AskRequest,
  { connect }: AskDatabaseDeps,
  leftMs: () => number,
): Promise<AskReply> {
  const mode = spoil === undefined ? 'read-only' : 'read-write';
  const access = {
    ...target,
    ...credentials,
    mode,
    statementTimeoutMs: Math.max(1, Math.min(statementTimeoutMs, leftMs())),
  } as const;
  try {
    return await connect(access, async (session) => ({
      spoiled: await spoilCopy(session, spoil?.changes ?? []),
      answers: [...(await ask(session, questions, leftMs))],
    }));
  } catch (error) {
    return { failure: failureOf(error), spoiled: [], answers: [] };
  }
}

/** Each change is a transaction of its own: one that fails leaves the others. */
async function spoilCopy(session: Session, changes: readonly Spoil[]): Promise<Spoiled[]> {
  const spoiled: Spoiled[] = [];
  for (const change of changes) {
    try {
      await session.run(spoilStatement(change));
      spoiled.push({ change });
    } catch (error) {
      spoiled.push({ change, failure: failureOf(error) });
    }
  }
  return spoiled;
}

function summaryOf({ target, questions }: AskRequest, { failure, answers, spoiled }: AskReply) {
  const subject = `${target.host}/${target.database}`;
  if (failure)
    return { outcome: 'not asked', reason: failure.reason, subject, facts: { kind: failure.kind } };
  const open = answers.filter((each) => each.failure);
  const unanswered = open.map(({ question }) => describeQuestion(question));
  return {
    outcome: open.length === 0 ? 'answered' : 'partly answered',
    reason: `${questions.length - open.length} of ${questions.length} questions were answered`,
    subject,
    facts: { unanswered, spoiled: spoiled.map(({ change }) => change.change) },
  };
}
