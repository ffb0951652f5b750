import type { Answer } from '../database/answers.ts';
import { readAnswer } from '../database/answers.ts';
import type { Question } from '../database/questions.ts';
import type { Policy } from '../policy/schema.ts';

/** How a restored database is proven. */
export type ProofPolicy = Policy['databases']['instances'][string]['proof'];

/** What a database answered at one moment. The source's is what its restored copies are compared with. */
export interface Manifest {
  /** When it was begun to be asked. ISO 8601, UTC. */
  readonly takenAt: string;
  readonly answers: readonly Answer[];
}

/** What the source and a restored copy are asked alike. */
export function proofQuestions({ tables }: ProofPolicy): readonly Question[] {
  const general = (['sentinel', 'heartbeat', 'tables', 'extensions', 'collations', 'indexes'] as const).map(
    (name) => ({ name }),
  );
  const each = Object.entries(tables).flatMap(([table, { checksum }]) => [
    { name: 'columns', table } as const,
    { name: checksum ? 'checksum' : 'count', table } as const,
  ]);
  return [...general, ...each];
}

/** Days that a manifest may be needed: a test takes a recovery point of the last days that the policy says. */
export function manifestDays({ tiers }: Pick<Policy['backups'], 'tiers'>): number {
  const looksBack = Object.values(tiers).map(({ restoreTest }) => restoreTest?.ofLastDays ?? 0);
  return Math.max(...looksBack, 0) + 7;
}

/** Rows of a table, as they were counted. Undefined when they were not. */
export function rowsOf(answers: readonly Answer[], table: string): number | undefined {
  for (const name of ['checksum', 'count'] as const) {
    const reading = readAnswer(answers, name, table);
    if ('rows' in reading) return reading.rows[0]?.rows;
  }
  return undefined;
}
