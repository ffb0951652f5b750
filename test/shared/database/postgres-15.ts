import { execFile, execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { postgresByTls } from '../../../shared/database/postgres.ts';
import type { DatabaseStand } from './stand.ts';

const bin = '/usr/lib/postgresql/15/bin';

/** Why PostgreSQL 15 cannot be tried on this machine. Undefined when it can. */
export function whyNoPostgres15(): string | undefined {
  if (!existsSync(join(bin, 'initdb'))) return `PostgreSQL 15 is not at ${bin}`;
  if (userInfo().uid === 0 && serverUser() === undefined) {
    return 'PostgreSQL does not run as root, and there is no user postgres';
  }
  try {
    execFileSync('openssl', ['version']);
    return undefined;
  } catch {
    return 'there is no openssl to make certificates with';
  }
}

export interface Postgres15 extends DatabaseStand {
  readonly port: number;
  readonly password: string;
  /** The certificate of the authority that the server's certificate is from. */
  readonly ca: string;
  /** One that it is not from. */
  readonly otherCa: string;
  /** Changes settings of the server, such as `ssl = off`, for the connections that follow. */
  readonly configure: (setting: string) => Promise<void>;
}

const run = promisify(execFile);

/** A server on loopback in a temporary folder, which takes TLS alone, with a certificate for 127.0.0.1. */
export async function startPostgres15(): Promise<Postgres15> {
  const folder = mkdtempSync(join(tmpdir(), 'aeon-ops-postgres-'));
  const data = join(folder, 'data');
  const user = userInfo().uid === 0 ? serverUser() : undefined;
  const password = 'correct horse battery staple';
  const port = await freePort();
  const as = { ...(user ?? {}), cwd: folder, env: { ...process.env, PGPASSWORD: password } };

  makeCertificates(folder);
  writeFileSync(join(folder, 'password'), password);
  if (user) execFileSync('chown', ['-R', `${user.uid}:${user.gid}`, folder]);
  const initdb = [
    '-D',
    data,
    '-U',
    'postgres',
    '--auth=scram-sha-256',
    `--pwfile=${join(folder, 'password')}`,
  ];
  await run(join(bin, 'initdb'), [...initdb, '-E', 'UTF8', '--locale=C.UTF-8', '--no-sync'], as);
  writeFileSync(
    join(data, 'pg_hba.conf'),
    'local all all scram-sha-256\nhostssl all all 127.0.0.1/32 scram-sha-256\n',
  );
  const settings = [
    `port=${port}`,
    'listen_addresses=127.0.0.1',
    `unix_socket_directories=${folder}`,
    'fsync=off',
    'full_page_writes=off',
    'autovacuum=off',
    'ssl=on',
    `ssl_cert_file=${join(folder, 'server.crt')}`,
    `ssl_key_file=${join(folder, 'server.key')}`,
  ];
  const pgCtl = (...args: string[]) => run(join(bin, 'pg_ctl'), ['-D', data, ...args], as);
  writeFileSync(
    join(data, 'postgresql.auto.conf'),
    settings.map((line) => line.replace(/=(.*)/, " = '$1'")).join('\n'),
  );
  await pgCtl('-w', '-l', join(folder, 'log'), 'start');

  const psql = async (database: string, sql: string): Promise<string> => {
    const file = join(folder, 'script.sql');
    writeFileSync(file, sql);
    const args = [
      '-h',
      folder,
      '-p',
      String(port),
      '-U',
      'postgres',
      '-d',
      database,
      '-v',
      'ON_ERROR_STOP=1',
    ];
    const { stdout } = await run(join(bin, 'psql'), [...args, '-qXtA', '-f', file], as);
    return stdout.trim();
  };
  /** Dropping a database waits for a checkpoint, so each restore makes another one, from the last that had the dump. */
  const restored = new Map<string, string>();
  const pristine = new Map<string, string>();
  const nameOf = (database: string): string => restored.get(database) ?? database;
  const create = async (template: string): Promise<string> => {
    const name = `db_${++made}`;
    await psql('postgres', `create database ${name} template ${template}`);
    return name;
  };
  let made = 0;
  const ca = readFileSync(join(folder, 'ca.crt'), 'utf8');
  return {
    version: await psql('postgres', 'select version()'),
    port,
    password,
    ca,
    otherCa: readFileSync(join(folder, 'other-ca.crt'), 'utf8'),
    script: async (database, sql) => {
      await psql(nameOf(database), sql);
    },
    async restore(database, dump) {
      let template = pristine.get(dump);
      if (template === undefined) {
        template = await create('template0');
        await psql(template, dump);
        pristine.set(dump, template);
      }
      restored.set(database, await create(template));
    },
    configure: async (setting) => {
      await psql('postgres', `alter system set ${setting};`);
      await psql('postgres', 'select pg_reload_conf();');
    },
    connect: postgresByTls({ authorities: async () => ca, connectTimeoutSeconds: 10 }),
    access: (database, mode) => ({
      host: '127.0.0.1',
      port,
      database: nameOf(database),
      user: 'postgres',
      password,
      mode,
      statementTimeoutMs: 60_000,
    }),
    async stop() {
      await pgCtl('-m', 'immediate', 'stop');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function serverUser(): { readonly uid: number; readonly gid: number } | undefined {
  const [, , uid, gid] = /^postgres:(.*)$/m.exec(readFileSync('/etc/passwd', 'utf8'))?.[0].split(':') ?? [];
  return uid === undefined || gid === undefined ? undefined : { uid: Number(uid), gid: Number(gid) };
}

/** An authority, a server certificate from it, and an authority that has nothing to do with it. */
function makeCertificates(folder: string): void {
  const openssl = (...args: string[]): void => {
    execFileSync('openssl', args, { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
  };
  for (const name of ['ca', 'other-ca']) {
    const subject = ['-subj', `/CN=Test ${name}`, '-days', '2'];
    openssl(
      'req',
      '-x509',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-keyout',
      `${name}.key`,
      '-out',
      `${name}.crt`,
      ...subject,
    );
  }
  const request = ['-newkey', 'rsa:2048', '-nodes', '-keyout', 'server.key', '-out', 'server.csr'];
  openssl('req', ...request, '-subj', '/CN=127.0.0.1');
  writeFileSync(join(folder, 'san.cnf'), 'subjectAltName = IP:127.0.0.1\n');
  const sign = [
    '-in',
    'server.csr',
    '-CA',
    'ca.crt',
    '-CAkey',
    'ca.key',
    '-CAcreateserial',
    '-out',
    'server.crt',
  ];
  openssl('x509', '-req', ...sign, '-days', '2', '-extfile', 'san.cnf');
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (typeof address !== 'object' || address === null) throw new Error('no port is free');
  return address.port;
}
