import { createServer, type Server } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { postgresByTls } from '../../../shared/database/postgres.ts';
import type { DatabaseAccess, Session, Statement } from '../../../shared/database/session.ts';
import { type Postgres15, startPostgres15, whyNoPostgres15 } from './postgres-15.ts';

const access: DatabaseAccess = {
  host: '127.0.0.1',
  port: 1,
  database: 'aeon_dt',
  user: 'aeon_ops_reader',
  password: 'very secret',
  mode: 'read-only',
  statementTimeoutMs: 1000,
};

const statement = (text: string): Statement => ({ name: 'test', text, values: [] });
const selectOne = (session: Session) => session.run(statement('select 1::float8 as one'));

describe('a way to a database that is none', () => {
  const connect = postgresByTls({ authorities: async () => '', connectTimeoutSeconds: 1 });
  const servers: Server[] = [];
  afterEach(() => {
    for (const server of servers.splice(0)) server.close();
  });

  async function serve(answer: (chunk: Buffer) => Buffer | undefined): Promise<number> {
    const server = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.on('data', (chunk) => {
        const bytes = answer(chunk);
        if (bytes) socket.write(bytes);
      });
    });
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  }

  it('is unreachable where nothing listens', async () => {
    await expect(connect(access, selectOne)).rejects.toMatchObject({
      name: 'DatabaseError',
      kind: 'unreachable',
      code: 'ECONNREFUSED',
    });
  });

  it('runs out of time where nobody answers', async () => {
    const port = await serve(() => undefined);
    await expect(connect({ ...access, port }, selectOne)).rejects.toMatchObject({ kind: 'timeout' });
  });

  it('tells nothing of the password to a server that does not speak TLS', async () => {
    const seen: Buffer[] = [];
    const port = await serve((chunk) => {
      seen.push(chunk);
      return seen.length === 1 ? Buffer.from('N') : undefined;
    });
    await expect(connect({ ...access, port }, selectOne)).rejects.toMatchObject({
      kind: expect.stringMatching(/tls|timeout/),
    });
    expect(Buffer.concat(seen).toString('latin1')).not.toMatch(/very secret|aeon_ops_reader/);
  });

  it('shows the password in no error', async () => {
    const error: unknown = await connect(access, selectOne).catch((caught: unknown) => caught);
    expect(JSON.stringify([error, String(error), Object.entries(Object(error))])).not.toContain(
      'very secret',
    );
  });
});

const lacking = whyNoPostgres15();

if (lacking !== undefined) it.skip(`PostgreSQL 15: ${lacking}`, () => undefined);
else {
  describe('PostgreSQL 15 by TLS', () => {
    let server: Postgres15;
    beforeAll(async () => {
      server = await startPostgres15();
    });
    afterAll(() => server?.stop());

    const admin = (over: Partial<DatabaseAccess> = {}): DatabaseAccess => ({
      ...server.access('postgres', 'read-only'),
      ...over,
    });

    it('answers by a connection that is encrypted', async () => {
      const rows = await server.connect(admin(), (session) =>
        session.run(statement('select ssl, version from pg_stat_ssl where pid = pg_backend_pid()')),
      );
      expect(rows).toEqual([{ ssl: true, version: 'TLSv1.3' }]);
    });

    it('is not believed with a certificate of another authority', async () => {
      const connect = postgresByTls({ authorities: async () => server.otherCa, connectTimeoutSeconds: 5 });
      await expect(connect(admin(), selectOne)).rejects.toMatchObject({ kind: 'tls' });
    });

    it('is not believed with a certificate for another host', async () => {
      const localhost = admin({ host: 'localhost' });
      await expect(server.connect(localhost, selectOne)).rejects.toMatchObject({
        kind: 'tls',
        code: 'ERR_TLS_CERT_ALTNAME_INVALID',
      });
    });

    it('is not spoken to once it has no TLS', async () => {
      await server.configure('ssl = off');
      try {
        await expect(server.connect(admin(), selectOne)).rejects.toMatchObject({
          kind: expect.stringMatching(/tls|unreachable|timeout/),
        });
      } finally {
        await server.configure('ssl = on');
      }
    });

    it.each([
      ['with a wrong password', { password: 'wrong' }, 'auth', '28P01'],
      ['as a user that it does not know', { user: 'nobody' }, 'auth', '28P01'],
      ['for a database that it does not have', { database: 'nothing' }, 'sql', '3D000'],
    ] as const)('says so %s', async (_what, over, kind, code) => {
      await expect(server.connect(admin(over), selectOne)).rejects.toMatchObject({ kind, code });
    });

    it('ends a statement that takes too long', async () => {
      const slow = admin({ statementTimeoutMs: 200 });
      const sleep = (session: Session) => session.run(statement('select pg_sleep(60)'));
      await expect(server.connect(slow, sleep)).rejects.toMatchObject({ kind: 'timeout', code: '57014' });
    });

    it('does not wait for a table that somebody has locked', async () => {
      await server.script('postgres', 'create table locked ()');
      const locking = admin({ mode: 'read-write' });
      const attempt = server.connect(locking, async (session) => {
        await session.run(statement('begin'));
        await session.run(statement('lock table public.locked in access exclusive mode'));
        return server.connect(admin({ statementTimeoutMs: 300 }), (other) =>
          other.run(statement('select * from public.locked')),
        );
      });
      await expect(attempt).rejects.toMatchObject({ kind: 'timeout' });
    });

    it('is left without a trace: the connection is closed, also when the work fails', async () => {
      const fails = server.connect(admin(), async () => {
        throw new RangeError('no');
      });
      await expect(fails).rejects.toThrow(RangeError);
      const others = `select count(*)::float8 as others from pg_stat_activity
        where application_name = 'aeon-ops' and pid <> pg_backend_pid()`;
      let rows: readonly unknown[] = [];
      for (let tries = 0; tries < 50 && JSON.stringify(rows) !== '[{"others":0}]'; tries += 1) {
        rows = await server.connect(admin(), (session) => session.run(statement(others)));
      }
      expect(rows).toEqual([{ others: 0 }]);
    });

    it('fails rather than hide rows that the role may not see', async () => {
      await server.script(
        'postgres',
        `create table guarded (a int); alter table guarded enable row level security;
         create role reader login password 'reader'; grant select on guarded to reader;`,
      );
      const reader = admin({ user: 'reader', password: 'reader' });
      const read = (session: Session) => session.run(statement('select * from public.guarded'));
      await expect(server.connect(reader, read)).rejects.toMatchObject({ kind: 'sql', code: '42501' });
    });
  });
}
