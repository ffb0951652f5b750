import { PGlite } from '@electric-sql/pglite';
import { pg_trgm } from '@electric-sql/pglite/contrib/pg_trgm';
import { type Connect, DatabaseError, type Session } from '../../../shared/database/session.ts';
import { sessionLimits, sessionSettings } from '../../../shared/database/session-settings.ts';
import type { DatabaseStand } from './stand.ts';

/** PostgreSQL inside this process. It has one connection and one database, which every restore makes anew. */
export async function startPglite(): Promise<DatabaseStand> {
  const pg = await PGlite.create({ extensions: { pg_trgm } });
  const { rows } = await pg.query<{ version: string }>('select version()');

  const session: Session = {
    async run({ text, values }) {
      try {
        return (await pg.query(text, [...values])).rows;
      } catch (cause) {
        const { message, code } = cause as { message: string; code?: string };
        throw new DatabaseError('sql', message, { code, cause });
      }
    },
  };
  const connect: Connect = async ({ mode, statementTimeoutMs }, work) => {
    const settings = { ...sessionSettings, ...sessionLimits(mode, statementTimeoutMs) };
    for (const [name, value] of Object.entries(settings)) {
      await pg.query('select set_config($1, $2, false)', [name, value]);
    }
    try {
      return await work(session);
    } finally {
      await pg.exec('rollback; reset role; reset all');
    }
  };

  return {
    version: `PGlite: ${rows[0]?.version}`,
    script: async (_database, sql) => {
      await pg.exec(sql);
    },
    async restore(_database, dump) {
      await pg.exec(`
        drop schema if exists aeon_ops cascade; drop schema public cascade; create schema public;
        alter database postgres reset all; update pg_database set datcollversion = null;`);
      await pg.exec(dump);
    },
    connect,
    access: (database, mode) => ({
      host: 'pglite',
      port: 1,
      database,
      user: 'postgres',
      password: '',
      mode,
      statementTimeoutMs: 60_000,
    }),
    stop: () => pg.close(),
  };
}
