/**
 * Settings of every session, by PostgreSQL's names.
 *
 * Checksums are made of rows as text, so all that shapes that text is set here and left neither to the server, nor to
 * the database, nor to the role. PostgreSQL prints floats in the shortest form that reads back as the same number at
 * any `extra_float_digits` above 0.
 * @see https://www.postgresql.org/docs/15/runtime-config-client.html
 */
export const sessionSettings: Readonly<Record<string, string>> = {
  application_name: 'aeon-ops',
  // Names mean what they mean to PostgreSQL, whatever anybody has created under the same name.
  search_path: 'pg_catalog',
  // A policy that hides rows from the role then is an error, and not a table that looks smaller than it is.
  row_security: 'off',
  TimeZone: 'UTC',
  DateStyle: 'ISO, YMD',
  IntervalStyle: 'postgres',
  extra_float_digits: '1',
  bytea_output: 'hex',
  lc_monetary: 'C',
  xmlbinary: 'base64',
};

/** Milliseconds that a statement waits for a lock. Readers wait for none but that of a change to the table itself. */
const lockTimeoutMs = 5000;

/** Milliseconds after which the server ends a session that holds a transaction open and asks nothing. */
const idleInTransactionMs = 60_000;

/** The settings that bound what a session may do, and for how long. */
export function sessionLimits(
  mode: 'read-only' | 'read-write',
  statementTimeoutMs: number,
): Readonly<Record<string, string>> {
  return {
    default_transaction_read_only: mode === 'read-only' ? 'on' : 'off',
    statement_timeout: String(statementTimeoutMs),
    lock_timeout: String(Math.min(lockTimeoutMs, statementTimeoutMs)),
    idle_in_transaction_session_timeout: String(idleInTransactionMs),
  };
}
