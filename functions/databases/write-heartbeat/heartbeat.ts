import * as z from 'zod/mini';
import type { Session, Statement } from '../../../shared/database/session.ts';

/** Who wrote, and when. */
export interface Beat {
  /** The Region of the writer. */
  readonly writer: string;
  /** By the writer's own clock. */
  readonly writerAt: Date;
}

/**
 * - `written`: the row bears this moment, by the clock of the database
 * - `fenced`: the row names another writer, and was left as it is
 */
export type Written =
  | { readonly outcome: 'written'; readonly at: string; readonly epoch: number }
  | { readonly outcome: 'fenced'; readonly writer: string; readonly epoch: number };

const Row = z.object({ isWritten: z.boolean(), writer: z.string(), epoch: z.number(), at: z.string() });

/**
 * One statement, so that nobody can take the writer's place between the question and the answer. Where another writer
 * is named, `on conflict … where` leaves the row as it is, returns nothing, and the second half says who that is.
 *
 * `clock_timestamp()` is the moment of writing; `now()` would be that of the transaction's beginning.
 */
export function beatStatement({ writer, writerAt }: Beat): Statement {
  return {
    name: 'beat',
    text: `
      with written as (
        insert into aeon_ops.heartbeat as h (id, writer, at, writer_at)
        values (1, $1, clock_timestamp(), $2::text::timestamptz)
        on conflict (id) do update set at = excluded.at, writer_at = excluded.writer_at where h.writer = excluded.writer
        returning writer, epoch, at
      ), found as (
        select true as "isWritten", * from written
        union all
        select false, writer, epoch, at from aeon_ops.heartbeat where not exists (select from written)
      )
      select "isWritten", writer, epoch::float8 as epoch,
             to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as at
        from found`,
    values: [writer, writerAt.toISOString()],
  };
}

/** @throws DatabaseError */
export async function writeBeat(session: Session, beat: Beat): Promise<Written> {
  const [{ isWritten, writer, epoch, at }] = z.parse(z.tuple([Row]), await session.run(beatStatement(beat)));
  return isWritten ? { outcome: 'written', at, epoch } : { outcome: 'fenced', writer, epoch };
}
