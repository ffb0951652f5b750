import { RetryableError } from '../lambda/errors.ts';
import { within } from '../lambda/within.ts';
import type { Answer, Failure } from './answers.ts';
import { describeQuestion, type Question, statementFor } from './questions.ts';
import { DatabaseError, type Session } from './session.ts';

/** Everything that is asked in one transaction sees the database at one moment. */
const begin = {
  name: 'begin',
  text: 'begin transaction isolation level repeatable read, read only',
  values: [],
};

const rollback = { name: 'rollback', text: 'rollback', values: [] };

/**
 * Asks the questions in their order, in one read-only transaction, which ends with the connection. A question that
 * fails ends it too, and those after it are asked in another. Once the connection is gone or the time is over, that is
 * the answer to all that are left.
 *
 * @param leftMs milliseconds until all has to be over
 */
export async function ask(
  session: Session,
  questions: readonly Question[],
  leftMs: () => number,
): Promise<readonly Answer[]> {
  const answers: Answer[] = [];
  let isOpen = false;
  let over: Failure | undefined;
  for (const question of questions) {
    if (over) {
      answers.push({ question, failure: over });
      continue;
    }
    try {
      if (!isOpen) await bounded(session.run(begin), question, leftMs());
      isOpen = true;
      const rows = await bounded(session.run(statementFor(question)), question, leftMs());
      answers.push({ question, rows: [...rows] });
    } catch (error) {
      const failure = failureOf(error);
      answers.push({ question, failure });
      isOpen = false;
      over = leavesConnection(error) ? await undo(session) : failure;
    }
  }
  return answers;
}

/** What to answer in place of rows. What is no failure of a database is thrown on. */
export function failureOf(error: unknown): Failure {
  if (error instanceof DatabaseError) {
    const { kind, message, code } = error;
    return { kind, reason: message, ...(code !== undefined && { code }) };
  }
  if (error instanceof RetryableError) return { kind: 'timeout', reason: error.message };
  throw error;
}

function bounded<Result>(work: Promise<Result>, question: Question, ms: number): Promise<Result> {
  return within(Math.max(1, ms), `the question for ${describeQuestion(question)}`, () => work);
}

/** The server has given the statement up, and takes the next one once the transaction is over. */
function leavesConnection(error: unknown): boolean {
  return error instanceof DatabaseError && (error.kind === 'sql' || error.kind === 'timeout');
}

/** @returns why nothing more can be asked; undefined when it can */
async function undo(session: Session): Promise<Failure | undefined> {
  try {
    await session.run(rollback);
    return undefined;
  } catch (error) {
    return failureOf(error);
  }
}
