import * as z from 'zod/mini';
import { Answer, Failure } from './answers.ts';
import { Question } from './questions.ts';
import { Spoil } from './spoil.ts';

/*
 * What ask-database is asked, and what it answers. Whoever invokes it and it itself read these by the same schemas.
 */

const Port = z.int().check(z.minimum(1, 'expected a port'), z.maximum(65_535, 'expected a port'));

export const AskRequest = z.object({
  target: z.object({
    host: z
      .string()
      .check(z.regex(/^[A-Za-z0-9]([A-Za-z0-9.-]{0,252}[A-Za-z0-9])?$/, 'expected the name of a host')),
    port: Port,
    database: z.string().check(z.minLength(1, 'expected the name of a database')),
  }),
  credentials: z.object({ user: z.string(), password: z.string() }),
  /** What is changed before the questions are asked: a restored copy is spoiled, to see whether that is noticed. */
  spoil: z.optional(
    z.object({
      /** Said by whoever asks, and checked by the host's name. */
      isRestoredCopy: z.literal(true),
      changes: z.array(Spoil).check(z.minLength(1, 'expected at least one change')),
    }),
  ),
  questions: z.array(Question).check(z.minLength(1, 'expected at least one question')),
});

export type AskRequest = z.infer<typeof AskRequest>;

/** What became of one change. */
export const Spoiled = z.object({ change: Spoil, failure: z.optional(Failure) });

export type Spoiled = z.infer<typeof Spoiled>;

/** `failure`: nothing could be asked at all. */
export const AskReply = z.object({
  failure: z.optional(Failure),
  spoiled: z.array(Spoiled),
  answers: z.array(Answer),
});

export type AskReply = z.infer<typeof AskReply>;
