import * as z from 'zod/mini';
import type { Statement } from './session.ts';
import { quoteTable, TableName } from './table-name.ts';

/*
 * What can be asked of a database, by name. Each question is one statement that only reads. Counts and sizes are
 * `float8`, which is exact up to 2^53 and which every client takes for a number; moments are ISO 8601 in UTC.
 */

const withoutTable = ['sentinel', 'heartbeat', 'tables', 'extensions', 'collations', 'indexes'] as const;
const ofTable = ['checksum', 'count', 'columns'] as const;

export const Question = z.union([
  z.object({ name: z.enum(withoutTable) }),
  z.object({ name: z.enum(ofTable), table: TableName }),
]);

export type Question = z.infer<typeof Question>;

/** The shape of a row that answers each question. */
export const rowShapes = {
  /** Planted once, and never changed: it tells one database from another. */
  sentinel: z.object({ word: z.string(), plantedAt: z.iso.datetime() }),
  /** Written every minute. */
  heartbeat: z.object({
    writer: z.string(),
    epoch: z.number(),
    /** By the clock of the database that was written to. */
    at: z.iso.datetime(),
    /** By the clock of the database that is asked. */
    ageSeconds: z.number(),
  }),
  /** Tables that people made, partitioned ones and their partitions included. */
  tables: z.object({
    table: z.string(),
    /** As of the last ANALYZE; negative when there was none. */
    estimatedRows: z.number(),
    /** With its indexes and what is stored out of line. */
    bytes: z.number(),
    /** Of the rows alone. A partitioned table has none of its own. */
    rowBytes: z.number(),
  }),
  extensions: z.object({ extension: z.string(), version: z.string() }),
  /** The collations that something is sorted by, where the operating system now sorts in another way than it did. */
  collations: z.object({ collation: z.string(), recorded: z.string(), actual: z.nullable(z.string()) }),
  /** Indexes that PostgreSQL does not use, because building them failed. */
  indexes: z.object({ index: z.string(), table: z.string() }),
  /** Of all rows, in whatever order they are stored. */
  checksum: z.object({ rows: z.number(), checksum: z.string() }),
  count: z.object({ rows: z.number() }),
  columns: z.object({
    column: z.string(),
    type: z.string(),
    isRequired: z.boolean(),
    /** A key, an index or a constraint depends on it. */
    isKey: z.boolean(),
    /** Its values come from the database itself. */
    isGenerated: z.boolean(),
  }),
} as const;

export type QuestionName = keyof typeof rowShapes;

export type RowOf<Name extends QuestionName> = z.infer<(typeof rowShapes)[Name]>;

const iso = (moment: string): string =>
  `to_char(${moment} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

/** Schemas of PostgreSQL and of ours. */
const notOurs = `n.nspname not in ('information_schema', 'aeon_ops') and n.nspname !~ '^pg_'`;

const fixed: Readonly<Record<(typeof withoutTable)[number], string>> = {
  sentinel: `select word, ${iso('planted_at')} as "plantedAt" from aeon_ops.sentinel order by id`,

  heartbeat: `
    select writer, epoch::float8 as epoch, ${iso('at')} as at,
           extract(epoch from clock_timestamp() - at)::float8 as "ageSeconds"
      from aeon_ops.heartbeat`,

  // Tables of extensions are there in an empty database too.
  tables: `
    select n.nspname || '.' || c.relname as "table", c.reltuples::float8 as "estimatedRows",
           pg_total_relation_size(c.oid)::float8 as bytes, pg_relation_size(c.oid)::float8 as "rowBytes"
      from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where c.relkind in ('r', 'p') and ${notOurs}
       and not exists (select from pg_depend d
                        where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')
     order by 1`,

  extensions: 'select extname::text as extension, extversion as version from pg_extension order by 1',

  // Oids below 16384 are those of the system catalogs, whose own indexes sort by bytes.
  collations: `
    select "collation", recorded, actual
      from (select 'database ' || datname as "collation", datcollversion as recorded,
                   pg_database_collation_actual_version(oid) as actual
              from pg_database where datname = current_database()
             union all
            select n.nspname || '.' || c.collname, c.collversion, pg_collation_actual_version(c.oid)
              from pg_collation c join pg_namespace n on n.oid = c.collnamespace
             where exists (select from pg_attribute a where a.attcollation = c.oid and a.attrelid >= 16384)) each
     where recorded is not null and recorded is distinct from actual
     order by 1`,

  indexes: `
    select n.nspname || '.' || c.relname as "index", tn.nspname || '.' || t.relname as "table"
      from pg_index i
      join pg_class c on c.oid = i.indexrelid join pg_namespace n on n.oid = c.relnamespace
      join pg_class t on t.oid = i.indrelid join pg_namespace tn on tn.oid = t.relnamespace
     where not (i.indisvalid and i.indisready and i.indislive)
     order by 1`,
};

const aboutTable: Readonly<
  Record<(typeof ofTable)[number], (table: string) => Pick<Statement, 'text' | 'values'>>
> = {
  /*
   * The sum of a hash of each row: the order does not matter, two equal rows do not cancel each other out, and the hash
   * of bytes (collation "C") is the same in every version of PostgreSQL and of the libraries that it sorts by. A row as
   * text tells null from the empty text.
   */
  checksum: (table) => ({
    text: `
      select count(*)::float8 as rows,
             coalesce(sum(hashtextextended((r.*)::text collate "C", 0)), 0)::text as checksum
        from ${quoteTable(table)} r`,
    values: [],
  }),

  count: (table) => ({ text: `select count(*)::float8 as rows from ${quoteTable(table)}`, values: [] }),

  columns: (table) => ({
    text: `
      select a.attname::text as "column", format_type(a.atttypid, a.atttypmod) as type, a.attnotnull as "isRequired",
             (exists (select from pg_constraint k where k.conrelid = c.oid and a.attnum = any (k.conkey)) or
              exists (select from pg_index i where i.indrelid = c.oid and a.attnum = any (i.indkey))) as "isKey",
             (a.attgenerated <> '' or a.attidentity <> '') as "isGenerated"
        from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
       where n.nspname || '.' || c.relname = $1 and a.attnum > 0 and not a.attisdropped
       order by a.attnum`,
    values: [table],
  }),
};

/** The statement that asks. */
export function statementFor(question: Question): Statement {
  if (!('table' in question)) return { name: question.name, text: fixed[question.name], values: [] };
  const { name, table } = question;
  return { name, table, ...aboutTable[name](table) };
}

/** `checksum of public.orders` */
export function describeQuestion(question: Question): string {
  return 'table' in question ? `${question.name} of ${question.table}` : question.name;
}
