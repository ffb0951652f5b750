/** One SQL statement. It is known by its name: in logs, to whoever counts, and to models of a database. */
export interface Statement {
  readonly name: string;
  /** The table that it is about, where there is one. */
  readonly table?: string;
  readonly text: string;
  /** Of the placeholders `$1`, `$2`, …. */
  readonly values: readonly (string | number)[];
}

/** An open connection to one database. */
export interface Session {
  /**
   * @returns the rows, by column name: `text` as string, `float8` as number, `bool` as boolean. Statements use no other
   *   types, of which clients make different things.
   * @throws DatabaseError
   */
  readonly run: (statement: Statement) => Promise<readonly unknown[]>;
}

/** Where a database is, and who asks. */
export interface DatabaseAccess {
  /** A host name. The server's certificate has to be for it. */
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  readonly password: string;
  /** `read-only`: every transaction of the session is, unless it says otherwise itself. */
  readonly mode: 'read-only' | 'read-write';
  /** Milliseconds after which the server gives a statement up. */
  readonly statementTimeoutMs: number;
}

/**
 * Opens a connection, does the work on it, and closes it however the work ends.
 *
 * @throws DatabaseError when there is no connection to be had; else what the work throws
 */
export type Connect = <Result>(
  access: DatabaseAccess,
  work: (session: Session) => Promise<Result>,
) => Promise<Result>;

/** A world with databases in it. Only the functions that need one have the client in their bundle. */
export interface WithDatabases {
  readonly connect: Connect;
}

/**
 * - `unreachable`: no connection, or it broke: the address, a security group, a server that starts or is full
 * - `tls`: the server does not speak TLS, or its certificate is not one that is trusted, or not for this host
 * - `auth`: the server does not let this user in, or not into this database
 * - `timeout`: no answer within the time, or a lock was not to be had
 * - `sql`: the statement failed; its SQLSTATE tells why
 */
export const databaseErrorKinds = ['unreachable', 'tls', 'auth', 'timeout', 'sql'] as const;

export type DatabaseErrorKind = (typeof databaseErrorKinds)[number];

/** What a database or the way to it answered in place of rows. */
export class DatabaseError extends Error {
  override readonly name = 'DatabaseError';
  readonly kind: DatabaseErrorKind;
  /** The SQLSTATE where the server gave one, else the code of Node.js. */
  readonly code: string | undefined;

  constructor(
    kind: DatabaseErrorKind,
    message: string,
    details: { readonly code?: string | undefined; readonly cause?: unknown } = {},
  ) {
    super(message, { cause: details.cause });
    this.kind = kind;
    this.code = details.code;
  }
}
