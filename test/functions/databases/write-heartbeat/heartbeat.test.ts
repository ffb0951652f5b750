import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { writeBeat } from '../../../../functions/databases/write-heartbeat/heartbeat.ts';
import { ask } from '../../../../shared/database/ask.ts';
import type { Session } from '../../../../shared/database/session.ts';
import { startPglite } from '../../../shared/database/pglite.ts';
import { startPostgres15, whyNoPostgres15 } from '../../../shared/database/postgres-15.ts';
import type { DatabaseStand } from '../../../shared/database/stand.ts';

const migration = readFileSync(
  new URL('../../../../functions/databases/write-heartbeat/migration.sql', import.meta.url),
  'utf8',
);

describe('PGlite', () => heartbeatSuite(startPglite));

const lacking = whyNoPostgres15();
if (lacking === undefined) describe('PostgreSQL 15', () => heartbeatSuite(startPostgres15));
else it.skip(`PostgreSQL 15: ${lacking}`, () => undefined);

function heartbeatSuite(start: () => Promise<DatabaseStand>): void {
  let stand: DatabaseStand;
  beforeAll(async () => {
    stand = await start();
    await stand.restore('heart', migration);
  });
  afterAll(() => stand?.stop());
  beforeEach(() => stand.script('heart', 'truncate aeon_ops.heartbeat'));

  /** As the role that the function has. */
  function asWriter<Result>(work: (session: Session) => Promise<Result>): Promise<Result> {
    return stand.connect(stand.access('heart', 'read-write'), async (session) => {
      await session.run({ name: 'role', text: 'set role aeon_ops_heartbeat', values: [] });
      return work(session);
    });
  }

  const beat = (writer = 'us-east-1') =>
    asWriter((session) => writeBeat(session, { writer, writerAt: new Date('2026-11-24T09:00:00.250Z') }));

  async function heartbeat(): Promise<Record<string, unknown>> {
    const [answer] = await stand.connect(stand.access('heart', 'read-only'), (session) =>
      ask(session, [{ name: 'heartbeat' }], () => 60_000),
    );
    return answer?.rows?.[0] as Record<string, unknown>;
  }

  it('is the moment of writing, by the clock of the database', async () => {
    const written = await beat();
    expect(written).toMatchObject({ outcome: 'written', epoch: 1 });
    const found = await heartbeat();
    expect(found).toMatchObject({ writer: 'us-east-1', epoch: 1, at: 'at' in written ? written.at : '' });
    expect(found.ageSeconds).toBeGreaterThanOrEqual(0);
    expect(found.ageSeconds).toBeLessThan(120);
  });

  it('is one row, however often it is written', async () => {
    const first = await beat();
    const second = await beat();
    expect([first, second]).toMatchObject([{ outcome: 'written' }, { outcome: 'written' }]);
    await stand.script('heart', 'do $$ begin assert (select count(*) from aeon_ops.heartbeat) = 1; end $$');
    expect(Date.parse('at' in second ? second.at : '')).toBeGreaterThanOrEqual(
      Date.parse('at' in first ? first.at : ''),
    );
  });

  it('is left as it is once another writer is named', async () => {
    await beat();
    await stand.script(
      'heart',
      "update aeon_ops.heartbeat set writer = 'us-west-2', epoch = epoch + 1, at = '2026-11-24T08:00Z'",
    );
    expect(await beat('us-east-1')).toEqual({ outcome: 'fenced', writer: 'us-west-2', epoch: 2 });
    expect(await heartbeat()).toMatchObject({ writer: 'us-west-2', at: '2026-11-24T08:00:00.000Z' });
    expect(await beat('us-west-2')).toMatchObject({ outcome: 'written', epoch: 2 });
  });

  it.each([
    ['name another writer', "update aeon_ops.heartbeat set writer = 'us-east-1'"],
    ['begin another epoch', 'update aeon_ops.heartbeat set epoch = 9'],
    [
      'write under an epoch of its choice',
      "insert into aeon_ops.heartbeat (id, writer, epoch, at, writer_at) values (1, 'x', 9, now(), now())",
    ],
    ['remove the row', 'delete from aeon_ops.heartbeat'],
    ['change the sentinel', "update aeon_ops.sentinel set word = 'x'"],
    ['read the sentinel', 'select * from aeon_ops.sentinel'],
    ['make a table', 'create table aeon_ops.more ()'],
  ])('is written by a role that cannot %s', async (_what, text) => {
    const attempt = asWriter((session) => session.run({ name: 'attempt', text, values: [] }));
    await expect(attempt).rejects.toMatchObject({ kind: 'sql', code: '42501' });
  });

  it('comes from a migration that can run again, and keeps what is there', async () => {
    await beat();
    const word = async () =>
      JSON.stringify(
        await stand.connect(stand.access('heart', 'read-only'), (session) =>
          ask(session, [{ name: 'sentinel' }], () => 60_000),
        ),
      );
    const before = await word();
    await stand.script('heart', migration);
    expect(await word()).toBe(before);
    expect(await heartbeat()).toMatchObject({ writer: 'us-east-1' });
  });
}
