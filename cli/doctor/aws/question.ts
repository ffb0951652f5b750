import { isDenied } from '../../aws/clients.ts';
import { type Finding, problem } from '../finding.ts';
import { notAllowed } from './check.ts';

type ErrorClass = abstract new (...given: never) => Error;

/** One question to AWS, and what to make of the answer. */
export interface Question<Answer> {
  /** What is asked about: `the queue aeon-ops-judge-scan-dlq`. */
  readonly about: string;
  /** The IAM action that asking takes. */
  readonly action: string;
  readonly ask: () => Promise<Answer>;
  readonly judge: (answer: Answer) => readonly Finding[];
  /** What it means when the service does not know the thing, by the error that it says so by. */
  readonly absent?: readonly Absence[];
}

export interface Absence {
  readonly error: ErrorClass;
  readonly means: Finding;
}

/** Asks. Never rejects: a question that AWS does not answer is a finding too. */
export async function question<Answer>(asked: Question<Answer>): Promise<readonly Finding[]> {
  const { about, action, absent = [] } = asked;
  let answer: Answer;
  try {
    answer = await asked.ask();
  } catch (error) {
    const absence = absent.find((one) => error instanceof one.error);
    if (absence !== undefined) return [absence.means];
    if (isDenied(error)) return [notAllowed(about, action)];
    const message = Error.isError(error) ? `${error.name}: ${error.message}` : String(error);
    return [
      problem(
        `${about} could not be checked: ${message}`,
        'AWS did not answer the question.',
        'Try it again.',
      ),
    ];
  }
  return asked.judge(answer);
}

/** Asks all at once. The findings come in the order of the questions. */
export async function questions(asked: readonly Promise<readonly Finding[]>[]): Promise<readonly Finding[]> {
  return (await Promise.all(asked)).flat();
}
