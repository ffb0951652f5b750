import * as z from 'zod/mini';

/**
 * A table with its schema, as `public.orders`: written as PostgreSQL keeps the names, without quotes. A name with a dot
 * in it cannot be written so.
 */
export const TableName = z
  .string()
  .check(
    z.regex(/^[^.\0"]{1,63}\.[^.\0"]{1,63}$/, 'expected a table with its schema, such as public.orders'),
  );

/**
 * The table as an identifier in SQL.
 *
 * @throws RangeError for what is not a table's name
 */
export function quoteTable(table: string): string {
  if (!z.safeParse(TableName, table).success) {
    throw new RangeError(
      `'${table.slice(0, 130)}' is not a table with its schema: write it as public.orders`,
    );
  }
  return table.split('.').map(quoteIdentifier).join('.');
}

/** @see https://www.postgresql.org/docs/15/sql-syntax-lexical.html#SQL-SYNTAX-IDENTIFIERS */
export function quoteIdentifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
