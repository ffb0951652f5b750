import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Answer } from '../../../shared/database/answers.ts';
import { readAnswer } from '../../../shared/database/answers.ts';
import { ask } from '../../../shared/database/ask.ts';
import type { Question } from '../../../shared/database/questions.ts';
import type { Session, Statement } from '../../../shared/database/session.ts';
import { spoilStatement } from '../../../shared/database/spoil.ts';
import { describeCheck } from '../../../shared/restores/check.ts';
import { decideControl, planControl } from '../../../shared/restores/control.ts';
import { decideRestore, type RestoreVerdict } from '../../../shared/restores/decide.ts';
import type { Expected } from '../../../shared/restores/expected.ts';
import { proofQuestions } from '../../../shared/restores/manifest.ts';
import type { DatabaseStand } from '../database/stand.ts';
import { type Dump, dumpWith, manifestOf, now, point, proof } from './dump.ts';

const questions = proofQuestions(proof);

const forAMinute = () => 60_000;

/** What every restore has to withstand, on whatever PostgreSQL. */
export function restoreSuite(start: () => Promise<DatabaseStand>): void {
  let stand: DatabaseStand;
  let expected: Expected;

  beforeAll(async () => {
    stand = await start();
    await stand.restore('source', dumpWith());
    expected = { point, before: manifestOf(await askAll('source')) };
  });
  afterAll(() => stand?.stop());

  function askAll(database: string, asked: readonly Question[] = questions): Promise<readonly Answer[]> {
    return stand.connect(stand.access(database, 'read-only'), (session) => ask(session, asked, forAMinute));
  }

  /** Restores a dump, does something to the copy, and judges it. */
  async function judge(replaced: Partial<Dump> = {}, change = ''): Promise<RestoreVerdict> {
    await stand.restore('restored', dumpWith(replaced));
    if (change !== '') await stand.script('restored', change);
    return decideRestore(await askAll('restored'), expected, proof, now);
  }

  describe('a restored database', () => {
    it('that is what was backed up is good, and tells how much would be lost', async () => {
      const verdict = await judge();
      expect(verdict).toMatchObject({ verdict: 'good', rpoSeconds: 30 });
      expect(verdict.checks.map(describeCheck)).toEqual([
        'content',
        'sentinel',
        'heartbeat',
        'table of public.ontologies',
        'columns of public.ontologies',
        'rows of public.ontologies',
        'checksum of public.ontologies',
        'table of public.twins',
        'columns of public.twins',
        'rows of public.twins',
        'checksum of public.twins',
        'table of public.readings',
        'columns of public.readings',
        'rows of public.readings',
        'extension of pg_trgm',
        'extension of plpgsql',
        'collation',
        'index',
      ]);
      expect(verdict.rows).toEqual({
        'public.ontologies': 300,
        'public.twins': 1000,
        'public.readings': 5000,
      });
    });

    const table: readonly [string, Partial<Dump>, string, readonly string[]][] = [
      [
        'a tenth of the rows of a table has other values',
        {},
        'update public.twins set scale = scale + 1 where mod(hashtext(id::text), 10) = 0',
        ['checksum of public.twins'],
      ],
      [
        'one row of a table is another',
        {},
        "update public.ontologies set title = '' where id = 5",
        ['checksum of public.ontologies'],
      ],
      [
        'one float differs in its last digit',
        {},
        "update public.twins set mass = mass * (1 + 2.3e-16) where name = 'Twin 7'",
        ['checksum of public.twins'],
      ],
      [
        'one row is there twice, and another one is not',
        {},
        "update public.ontologies set iri = iri || '/', title = (select title from public.ontologies where id = 7) where id = 8",
        ['checksum of public.ontologies'],
      ],
      [
        'a table is empty',
        { twins: '', readings: '' },
        '',
        ['rows of public.twins', 'checksum of public.twins', 'rows of public.readings'],
      ],
      [
        'a table has lost more rows than it may',
        {},
        "delete from public.readings where at < '2026-10-25Z'",
        ['rows of public.readings'],
      ],
      ['a table is missing', {}, 'drop table public.readings', ['table of public.readings']],
      [
        'all tables are empty',
        { ontologies: '', twins: '', readings: '' },
        '',
        [
          'content',
          'rows of public.ontologies',
          'checksum of public.ontologies',
          'rows of public.twins',
          'checksum of public.twins',
          'rows of public.readings',
        ],
      ],
      [
        'it is empty',
        { extensions: '', tables: '', ontologies: '', twins: '', readings: '', indexes: '', ops: '' },
        '',
        [
          'content',
          'sentinel',
          'heartbeat',
          'table of public.ontologies',
          'table of public.twins',
          'table of public.readings',
          'extension of pg_trgm',
        ],
      ],
      [
        'it is an older state',
        {},
        "update aeon_ops.heartbeat set at = at - interval '2 hours'",
        ['heartbeat'],
      ],
      [
        'somebody has written to it',
        {},
        "update aeon_ops.heartbeat set at = '2026-11-24T10:00Z'",
        ['heartbeat'],
      ],
      ['its heartbeat is gone', {}, 'delete from aeon_ops.heartbeat', ['heartbeat']],
      [
        'it is a copy of another database',
        {},
        'update aeon_ops.sentinel set word = gen_random_uuid()::text',
        ['sentinel'],
      ],
      ['its sentinel is gone', {}, 'drop table aeon_ops.sentinel', ['sentinel']],
      ['a column is missing', {}, 'alter table public.twins drop column note', ['columns of public.twins']],
      [
        'a column has another type',
        {},
        'alter table public.readings alter value type real',
        ['columns of public.readings'],
      ],
      ['an extension is missing', {}, 'drop extension pg_trgm cascade', ['extension of pg_trgm']],
      [
        'an index was never finished',
        {},
        "update pg_index set indisvalid = false where indexrelid = 'public.twins_by_name'::regclass",
        ['index of public.twins_by_name'],
      ],
      [
        'text sorts by other rules than it was indexed by',
        {},
        "update pg_database set datcollversion = '0.1' where datname = current_database()",
        ['collation of database'],
      ],
    ];
    it.each(table)('is bad when %s', async (_what, replaced, change, failures) => {
      const verdict = await judge(replaced, change);
      const failed = verdict.checks.filter(({ outcome }) => outcome === 'failed').map(describeCheck);
      expect(
        failed.map((name) => name.replace(/^collation of database .*/, 'collation of database')),
      ).toEqual(failures);
      expect(verdict.verdict).toBe('bad');
      for (const name of failed) expect(verdict.reason).toContain(name);
    });

    it('is unproven where a question could not be answered', async () => {
      await stand.restore('restored', dumpWith());
      const answers = await askAll(
        'restored',
        questions.filter(({ name }) => name !== 'extensions'),
      );
      expect(decideRestore(answers, expected, proof, now)).toMatchObject({
        verdict: 'unproven',
        reason: 'extension: it was not asked',
      });
    });
  });

  describe('a checksum', () => {
    const checksumOf = async (database: string, name: string) =>
      readAnswer(await askAll(database, [{ name: 'checksum', table: name }]), 'checksum', name);

    it('does not depend on the order of the rows, nor on how they are stored', async () => {
      await stand.restore('restored', dumpWith());
      const before = await checksumOf('restored', 'public.twins');
      await stand.script(
        'restored',
        `create index by_note on public.twins (note, id); cluster public.twins using by_note;
         update public.twins set mass = mass where mass > 0;`,
      );
      expect(before).toMatchObject({ rows: [{ rows: 1000 }] });
      expect(await checksumOf('restored', 'public.twins')).toEqual(before);
    });

    it('does not depend on what the database or the role prefers', async () => {
      await stand.restore('restored', dumpWith());
      const before = await checksumOf('restored', 'public.ontologies');
      await stand.script(
        'restored',
        `do $$ begin execute format('alter database %I set timezone = ''Asia/Tokyo''', current_database());
           execute format('alter database %I set datestyle = ''German''', current_database());
           execute format('alter database %I set extra_float_digits = -3', current_database());
           execute format('alter database %I set bytea_output = escape', current_database()); end $$`,
      );
      expect(await checksumOf('restored', 'public.ontologies')).toEqual(before);
    });

    it('tells null from the empty text, and one from two', async () => {
      const contents = ['(null)', "('')", '(null), (null)', "('a'), ('b')", "('ab'), (null)"];
      const tables = contents.map(
        (values, n) => `create table t${n} (t text); insert into t${n} values ${values};`,
      );
      await stand.restore('restored', tables.join('\n'));
      const sums: string[] = [];
      for (const n of contents.keys())
        sums.push(JSON.stringify(await checksumOf('restored', `public.t${n}`)));
      expect(new Set(sums).size).toBe(5);
    });

    it('finds a tenth of the rows changed within nine calls and queries, both sides together', async () => {
      await stand.restore('restored', dumpWith());
      let count = 0;
      const counted = async (database: string) => {
        // The call of the function, and then what it sends: one connection and its statements.
        count += 2;
        return stand.connect(stand.access(database, 'read-only'), (session) =>
          ask(
            countRuns(session, () => (count += 1)),
            [{ name: 'checksum', table: 'public.twins' }],
            forAMinute,
          ),
        );
      };
      const source = await counted('restored');
      const change = {
        change: 'alter-rows',
        table: 'public.twins',
        column: 'mass',
        type: 'double precision',
      } as const;
      await stand.connect(stand.access('restored', 'read-write'), (session) =>
        session.run(spoilStatement(change)),
      );
      const spoiled = await counted('restored');
      const [one, other] = [source, spoiled].map((answers) =>
        readAnswer(answers, 'checksum', 'public.twins'),
      );
      expect(one).not.toEqual(other);
      expect(count).toBeLessThanOrEqual(9);
    });
  });

  describe('asking', () => {
    it('changes nothing: the session is read-only, and so is its transaction', async () => {
      await stand.restore('restored', dumpWith());
      const write: Statement = { name: 'write', text: 'delete from aeon_ops.heartbeat', values: [] };
      const attempt = stand.connect(stand.access('restored', 'read-only'), (session) => session.run(write));
      await expect(attempt).rejects.toMatchObject({ kind: 'sql', code: '25006' });
    });

    it('goes on after a question that fails', async () => {
      await stand.restore('restored', dumpWith());
      const answers = await askAll('restored', [
        { name: 'count', table: 'public.nothing' },
        { name: 'count', table: 'public.twins' },
      ]);
      expect(answers).toMatchObject([
        { failure: { kind: 'sql', code: '42P01' } },
        { rows: [{ rows: 1000 }] },
      ]);
    });

    it('takes a name for a name, whatever it holds', async () => {
      const table = "public.it's; drop table x --";
      await stand.restore(
        'restored',
        `create table public."it's; drop table x --" (a int); create table public.x ();`,
      );
      const answers = await askAll('restored', [
        { name: 'count', table },
        { name: 'columns', table },
        { name: 'count', table: 'public.x' },
      ]);
      expect(answers).toMatchObject([
        { rows: [{ rows: 0 }] },
        { rows: [{ column: 'a', type: 'integer' }] },
        { rows: [{ rows: 0 }] },
      ]);
    });
  });

  describe('the negative control', () => {
    it('spoils a good copy, and every check that had to notice does', async () => {
      const verdict = await judge();
      const answers = await askAll('restored');
      const steps = planControl(answers, verdict.checks, proof);
      expect(steps.map(({ mustFail }) => describeCheck(mustFail))).toEqual([
        'heartbeat',
        'checksum of public.ontologies',
        'rows of public.twins',
      ]);
      await stand.connect(stand.access('restored', 'read-write'), async (session) => {
        for (const { spoil } of steps) await session.run(spoilStatement(spoil));
      });
      const spoiled = steps.map(({ spoil }) => ({ change: spoil }));
      const { checks } = decideRestore(await askAll('restored'), expected, proof, now);
      expect(decideControl(steps, spoiled, checks)).toMatchObject({ verdict: 'seen', blind: [] });
    });

    it('changes a tenth of the rows and no more, in a partitioned table too', async () => {
      const changes = [
        { table: 'public.readings', column: 'value', type: 'double precision', rows: 500 },
        { table: 'public.ontologies', column: 'body', type: 'jsonb', rows: 30 },
        { table: 'public.twins', column: 'note', type: 'text', rows: 100 },
        { table: 'public.twins', column: 'changed_at', type: 'timestamp without time zone', rows: 100 },
      ];
      for (const { table, column, type, rows } of changes) {
        await stand.restore('restored', dumpWith());
        await stand.script('restored', `create table public.was as select * from ${table}`);
        const change = { change: 'alter-rows', table, column, type } as const;
        await stand.connect(stand.access('restored', 'read-write'), (session) =>
          session.run(spoilStatement(change)),
        );
        await stand.script(
          'restored',
          `create table public.differ as
             select ${column}::text from ${table} except all select ${column}::text from public.was`,
        );
        const [answer] = await askAll('restored', [{ name: 'count', table: 'public.differ' }]);
        expect([table, column, answer?.rows]).toEqual([table, column, [{ rows }]]);
      }
    });
  });
}

function countRuns(session: Session, count: () => void): Session {
  return {
    run(statement) {
      count();
      return session.run(statement);
    },
  };
}
