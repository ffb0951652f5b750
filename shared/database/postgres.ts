import postgres from 'postgres';
import { type Connect, DatabaseError, type DatabaseErrorKind } from './session.ts';
import { sessionLimits, sessionSettings } from './session-settings.ts';

export interface PostgresOptions {
  /** The certificate authorities that a server may have its certificate from, as PEM, and no others. */
  readonly authorities: () => Promise<string>;
  /** Seconds until a connection has to stand, authentication included. */
  readonly connectTimeoutSeconds: number;
}

/**
 * PostgreSQL by TLS, with the server's certificate and host name verified, and a connection of its own for each work.
 *
 * Nothing is prepared under a name and no types are looked up, so that a statement is one message and its answer.
 */
export function postgresByTls({ authorities, connectTimeoutSeconds }: PostgresOptions): Connect {
  return async (access, work) => {
    const { host, port, database, user, password, mode, statementTimeoutMs } = access;
    const sql = postgres({
      host,
      port,
      database,
      username: user,
      password,
      // Without `host`, Node.js would look for 'localhost' in the certificate of a server that is reached by its address.
      ssl: { ca: await authorities(), host, minVersion: 'TLSv1.2', rejectUnauthorized: true },
      max: 1,
      connect_timeout: connectTimeoutSeconds,
      prepare: false,
      fetch_types: false,
      onnotice: () => undefined,
      connection: { ...sessionSettings, ...sessionLimits(mode, statementTimeoutMs) },
    });
    try {
      return await work({
        async run({ text, values }) {
          try {
            return [...(await sql.unsafe(text, [...values]))];
          } catch (error) {
            throw databaseErrorOf(error, host);
          }
        },
      });
    } finally {
      // At once: whoever ran out of time is not to wait for a server that does not answer.
      await sql.end({ timeout: 0 });
    }
  };
}

/**
 * An answer of the server has an SQLSTATE of five characters and a severity; all else comes from Node.js or the client.
 * The message of a server can quote data, so no more than its beginning is taken.
 * @see https://www.postgresql.org/docs/15/errcodes-appendix.html
 */
function databaseErrorOf(error: unknown, host: string): DatabaseError {
  const code = textOf(error, 'code');
  const message = (textOf(error, 'message') ?? String(error)).slice(0, 200);
  const kind = textOf(error, 'severity') === undefined ? connectionKind(code) : sqlKind(code ?? '');
  const where = kind === 'sql' ? message : `${host}: ${message}`;
  return new DatabaseError(kind, code === undefined ? where : `${where} (${code})`, { code, cause: error });
}

function sqlKind(state: string): DatabaseErrorKind {
  if (/^28/.test(state)) return 'auth';
  // A statement or a lock that took too long; a transaction that sat idle.
  if (['57014', '55P03', '25P03'].includes(state)) return 'timeout';
  // Connections: none left, refused, or ended because the server stops or starts.
  if (/^08|^53300$|^57P0[1-5]$/.test(state)) return 'unreachable';
  return 'sql';
}

/** @see https://nodejs.org/api/tls.html#x509-certificate-error-codes */
const certificateErrors =
  /^(ERR_SSL_|ERR_TLS_|EPROTO$|CERT_|CRL_|UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_|INVALID_CA$|INVALID_PURPOSE$|HOSTNAME_MISMATCH$|ERROR_IN_CERT_|PATH_LENGTH_)/;

function connectionKind(code: string | undefined): DatabaseErrorKind {
  if (code !== undefined && certificateErrors.test(code)) return 'tls';
  return code === 'CONNECT_TIMEOUT' ? 'timeout' : 'unreachable';
}

function textOf(error: unknown, name: string): string | undefined {
  const value: unknown = typeof error === 'object' && error !== null ? Reflect.get(error, name) : undefined;
  return typeof value === 'string' ? value : undefined;
}
