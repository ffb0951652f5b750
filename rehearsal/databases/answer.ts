import type { QuestionName, RowOf } from '../../shared/database/questions.ts';
import { DatabaseError, type Statement } from '../../shared/database/session.ts';
import { inputHash } from '../trace.ts';
import type { DatabaseContent, TableContent } from './content.ts';

/** A page of PostgreSQL, and how many rows of ours are in one. */
const pageBytes = 8192;
const rowsOfPage = 100;

type Rows<Name extends QuestionName> = readonly RowOf<Name>[];

/**
 * Runs one of our statements, known by its name, as PostgreSQL would.
 *
 * @throws DatabaseError for what is not in the database
 * @throws Error for a statement that the rehearsal does not know
 */
export function answer(content: DatabaseContent, statement: Statement, now: Date): readonly unknown[] {
  const { name, table } = statement;
  if (table !== undefined) return answerAboutTable(content, name, table);
  switch (name) {
    case 'begin':
    case 'rollback':
      return [];
    case 'sentinel':
      return [content.sentinel]
        .filter((sentinel) => sentinel !== undefined)
        .map(({ word, plantedAt }) => ({
          word,
          plantedAt: plantedAt.toISOString(),
        })) satisfies Rows<'sentinel'>;
    case 'heartbeat':
      return [content.heartbeat]
        .filter((heartbeat) => heartbeat !== undefined)
        .map(({ writer, epoch, at }) => ({
          writer,
          epoch,
          at: at.toISOString(),
          ageSeconds: (now.getTime() - at.getTime()) / 1000,
        })) satisfies Rows<'heartbeat'>;
    case 'tables':
      return [...content.tables].map(([each, { rows }]) => ({
        table: each,
        estimatedRows: rows,
        bytes: bytesOf(rows),
        rowBytes: bytesOf(rows),
      })) satisfies Rows<'tables'>;
    case 'extensions':
      return [...content.extensions].map(([extension, version]) => ({
        extension,
        version,
      })) satisfies Rows<'extensions'>;
    case 'collations':
    case 'indexes':
      return [];
    case 'beat':
      return beat(content, String(statement.values[0]), now);
    case 'age-heartbeat':
      if (content.heartbeat) content.heartbeat.at = new Date(content.heartbeat.at.getTime() - 86_400_000);
      return [];
    default:
      throw new Error(`the rehearsal does not know the statement '${name}'`);
  }
}

function answerAboutTable(content: DatabaseContent, name: string, table: string): readonly unknown[] {
  const found = content.tables.get(table);
  if (name === 'columns') return found?.columns ?? [];
  if (found === undefined) {
    throw new DatabaseError('sql', `relation "${table}" does not exist (42P01)`, { code: '42P01' });
  }
  switch (name) {
    case 'checksum':
      return [{ rows: found.rows, checksum: checksumOf(found) }] satisfies Rows<'checksum'>;
    case 'count':
      return [{ rows: found.rows }] satisfies Rows<'count'>;
    case 'empty-table':
      found.rows = 0;
      return [];
    case 'alter-rows':
      found.state = `${found.state}, altered`;
      return [];
    default:
      throw new Error(`the rehearsal does not know the statement '${name}' about a table`);
  }
}

function checksumOf({ rows, state }: TableContent): string {
  return rows === 0 ? '0' : String(BigInt(`0x${inputHash([rows, state])}`));
}

function bytesOf(rows: number): number {
  return Math.ceil(rows / rowsOfPage) * pageBytes;
}

/** As write-heartbeat's one statement does: the row is written unless it names another writer. */
function beat(content: DatabaseContent, writer: string, now: Date): readonly unknown[] {
  content.heartbeat ??= { writer, epoch: 1, at: now };
  const { heartbeat } = content;
  const isWritten = heartbeat.writer === writer;
  if (isWritten) heartbeat.at = now;
  return [{ ...heartbeat, isWritten, at: heartbeat.at.toISOString() }];
}
