import type { Connect } from '../../shared/database/session.ts';
import { DatabaseError, type DatabaseErrorKind } from '../../shared/database/session.ts';
import { answer } from './answer.ts';
import type { DatabaseContent } from './content.ts';

/** A PostgreSQL server with one database. */
export interface DatabaseServer {
  readonly database: string;
  readonly user: string;
  readonly password: string;
  /** Passwords of other users. */
  readonly others?: Readonly<Record<string, string>>;
  readonly content: DatabaseContent;
}

/** Every PostgreSQL of the account, by the host of its endpoint. */
export class Databases {
  readonly #servers = new Map<string, DatabaseServer>();
  readonly #now: () => Date;
  /** Why a host cannot be spoken to. Unset: it can. */
  fails: ((host: string) => DatabaseErrorKind | undefined) | undefined;

  constructor(now: () => Date) {
    this.#now = now;
  }

  create(host: string, server: DatabaseServer): void {
    this.#servers.set(host, server);
  }

  delete(host: string): void {
    this.#servers.delete(host);
  }

  /** @throws RangeError when there is none */
  at(host: string): DatabaseServer {
    const server = this.#servers.get(host);
    if (server === undefined) throw new RangeError(`there is no database at ${host}`);
    return server;
  }

  /** The server of an RDS instance: its identifier begins the name of the host. */
  ofInstance(id: string): DatabaseServer | undefined {
    return [...this.#servers].find(([host]) => host.startsWith(`${id}.`))?.[1];
  }

  readonly connect: Connect = async ({ host, database, user, password, mode }, work) => {
    const server = this.#servers.get(host);
    const fault = this.fails?.(host);
    if (fault !== undefined) throw new DatabaseError(fault, `${host}: a fault of the rehearsal`);
    if (server === undefined) throw new DatabaseError('unreachable', `${host}: getaddrinfo ENOTFOUND`);
    if (password !== (user === server.user ? server.password : server.others?.[user])) {
      throw new DatabaseError('auth', `${host}: password authentication failed for user "${user}" (28P01)`);
    }
    if (database !== server.database) {
      throw new DatabaseError('sql', `database "${database}" does not exist (3D000)`, { code: '3D000' });
    }
    return work({
      run: async (statement) => {
        if (mode === 'read-only' && isWriting(statement.name)) {
          throw new DatabaseError('sql', 'cannot execute it in a read-only transaction (25006)', {
            code: '25006',
          });
        }
        return answer(server.content, statement, this.#now());
      },
    });
  };
}

function isWriting(name: string): boolean {
  return ['beat', 'age-heartbeat', 'empty-table', 'alter-rows'].includes(name);
}
