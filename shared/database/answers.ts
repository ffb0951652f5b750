import * as z from 'zod/mini';
import { describeQuestion, Question, type QuestionName, type RowOf, rowShapes } from './questions.ts';
import { databaseErrorKinds } from './session.ts';

/** Why there is no answer. */
export const Failure = z.object({
  kind: z.enum(databaseErrorKinds),
  reason: z.string(),
  /** The SQLSTATE where the server gave one. */
  code: z.optional(z.string()),
});

export type Failure = z.infer<typeof Failure>;

/** What was answered to one question. */
export const Answer = z.object({
  question: Question,
  rows: z.optional(z.array(z.unknown())),
  failure: z.optional(Failure),
});

export type Answer = z.infer<typeof Answer>;

/** Rows that are as they should be, or why there are none to go by. */
export type Reading<Row> =
  | { readonly rows: readonly Row[] }
  | { readonly unknown: string; readonly code?: string | undefined };

/**
 * Looks an answer up. A question that was not asked, was not answered, or was answered by something else than its rows
 * leaves the matter unknown: nobody may take that for a good answer.
 */
export function readAnswer<Name extends QuestionName>(
  answers: readonly Answer[],
  name: Name,
  table?: string,
): Reading<RowOf<Name>> {
  const answer = answers.find(
    ({ question }) => question.name === name && ('table' in question ? question.table : undefined) === table,
  );
  if (answer === undefined) return { unknown: 'it was not asked' };
  if (answer.failure) return { unknown: answer.failure.reason, code: answer.failure.code };
  const rows = z.safeParse(z.array(rowShapes[name]), answer.rows);
  if (rows.success) return { rows: rows.data };
  return { unknown: `the answer to ${describeQuestion(answer.question)} is not of its shape` };
}
