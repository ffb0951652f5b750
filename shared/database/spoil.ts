import * as z from 'zod/mini';
import type { RowOf } from './questions.ts';
import type { Statement } from './session.ts';
import { quoteIdentifier, quoteTable, TableName } from './table-name.ts';

/*
 * Changes to a restored copy, each of which a check has to notice. They are the proof that the checks can fail.
 */

/** Two values of each type, of which one is not what a row has. By the type's name in `format_type`, without its length. */
const twoValues: Readonly<Record<string, readonly [string, string]>> = {
  text: ["'~'", "'!'"],
  'character varying': ["'~'", "'!'"],
  smallint: ['0', '1'],
  integer: ['0', '1'],
  bigint: ['0', '1'],
  numeric: ['0', '1'],
  real: ['0', '1'],
  'double precision': ['0', '1'],
  boolean: ['true', 'false'],
  date: ["'epoch'", "'2000-01-01'"],
  'timestamp without time zone': ["'epoch'", "'2000-01-01'"],
  'timestamp with time zone': ["'epoch'", "'2000-01-01Z'"],
  jsonb: ["'{}'", "'[]'"],
  bytea: ["'\\x00'", "'\\x01'"],
  uuid: ["'00000000-0000-0000-0000-000000000000'", "'ffffffff-ffff-ffff-ffff-ffffffffffff'"],
};

export const Spoil = z.discriminatedUnion('change', [
  /** Takes all rows away, also those of tables that refer to them. */
  z.object({ change: z.literal('empty-table'), table: TableName }),
  /** Gives every tenth row, and at least one, another value in one column. */
  z.object({
    change: z.literal('alter-rows'),
    table: TableName,
    column: z.string().check(z.minLength(1, 'expected a column')),
    type: z.enum(Object.keys(twoValues)),
  }),
  /** Has the heartbeat stand still a day ago. */
  z.object({ change: z.literal('age-heartbeat') }),
]);

export type Spoil = z.infer<typeof Spoil>;

export function spoilStatement(spoil: Spoil): Statement {
  const { change } = spoil;
  switch (change) {
    case 'empty-table': {
      const { table } = spoil;
      return { name: change, table, text: `truncate table ${quoteTable(table)} cascade`, values: [] };
    }
    case 'alter-rows':
      return { name: change, table: spoil.table, text: alterRows(spoil), values: [] };
    case 'age-heartbeat': {
      const text = "update aeon_ops.heartbeat set at = at - interval '1 day'";
      return { name: change, text, values: [] };
    }
  }
}

/** The rows of a partitioned table are told apart by partition and place. */
function alterRows({ table, column, type }: Extract<Spoil, { change: 'alter-rows' }>): string {
  const [value, other] = (twoValues[type] ?? []).map((literal) => `cast(${literal} as ${type})`);
  if (value === undefined || other === undefined)
    throw new RangeError(`no values of type '${type}' are known`);
  const name = quoteIdentifier(column);
  return `
    with chosen as (
      select tableoid, ctid from ${quoteTable(table)} order by tableoid, ctid
       limit (select (count(*) + 9) / 10 from ${quoteTable(table)})
    )
    update ${quoteTable(table)}
       set ${name} = case when ${name} is distinct from ${value} then ${value} else ${other} end
     where (tableoid, ctid) in (select tableoid, ctid from chosen)`;
}

/** A column whose values can be changed without breaking a key, with its type. Undefined when there is none. */
export function columnToAlter(
  columns: readonly RowOf<'columns'>[],
): { readonly column: string; readonly type: string } | undefined {
  return columns
    .filter(({ isKey, isGenerated }) => !isKey && !isGenerated)
    .map(({ column, type }) => ({ column, type: type.replace(/\(.*\)/, '') }))
    .find(({ type }) => type in twoValues);
}
