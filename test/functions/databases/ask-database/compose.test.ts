import { describe, expect, it } from '@jest/globals';
import * as z from 'zod/mini';
import { compose } from '../../../../functions/databases/ask-database/compose.ts';
import { AskReply } from '../../../../shared/database/exchange.ts';
import {
  type Connect,
  type DatabaseAccess,
  DatabaseError,
  type Statement,
} from '../../../../shared/database/session.ts';
import { lambdaContext, TestWorld } from '../../../shared/aws/world.ts';

const copyHost = 'awsbackup-restore-test-0a1b2c3d.c0example.us-west-2.rds.amazonaws.com';

const request = {
  target: { host: copyHost, port: 5432, database: 'aeon_dt' },
  credentials: { user: 'postgres', password: 'one time' },
  questions: [{ name: 'heartbeat' }, { name: 'count', table: 'public.twins' }],
};

const spoil = { isRestoredCopy: true, changes: [{ change: 'age-heartbeat' }] };

interface Given {
  readonly asks?: string;
  readonly fails?: DatabaseError;
  /** What a statement answers, by its name. */
  readonly answer?: (statement: Statement) => Promise<unknown[]>;
  readonly remainingMs?: number;
}

function stand({ asks = 'copies', fails, answer = async () => [], remainingMs = 60_000 }: Given = {}) {
  const accesses: DatabaseAccess[] = [];
  const statements: string[] = [];
  const connect: Connect = async (access, work) => {
    accesses.push(access);
    if (fails) throw fails;
    return work({
      run(statement) {
        statements.push(statement.name);
        return answer(statement);
      },
    });
  };
  const world = new TestWorld({}, () => {
    throw new Error('it called AWS');
  });
  const environment = { DATABASE_AUTHORITIES_FILE: '/nowhere.pem', ASKS: asks };
  const handler = compose(environment, Object.assign(world, { connect }));
  /** As whoever invokes the function reads its reply. */
  const ask = async (event: unknown): Promise<AskReply> => {
    const reply = JSON.stringify(await handler(event, lambdaContext(remainingMs)));
    return z.parse(AskReply, JSON.parse(reply));
  };
  return { ask, accesses, statements, world };
}

describe('ask-database', () => {
  it('asks by a session that can only read, and answers each question by its name', async () => {
    const { ask, accesses, statements } = stand({
      answer: async ({ name }) => (name === 'count' ? [{ rows: 7 }] : []),
    });
    expect(await ask(request)).toEqual({
      spoiled: [],
      answers: [
        { question: { name: 'heartbeat' }, rows: [] },
        { question: { name: 'count', table: 'public.twins' }, rows: [{ rows: 7 }] },
      ],
    });
    expect(accesses).toMatchObject([{ host: copyHost, mode: 'read-only', statementTimeoutMs: 55_000 }]);
    expect(statements).toEqual(['begin', 'heartbeat', 'count']);
  });

  it.each(['unreachable', 'tls', 'auth', 'timeout'] as const)(
    'replies that the database is not to be asked: %s',
    async (kind) => {
      const { ask, world } = stand({ fails: new DatabaseError(kind, `${copyHost}: no`, { code: 'X' }) });
      expect(await ask(request)).toEqual({
        failure: { kind, reason: `${copyHost}: no`, code: 'X' },
        spoiled: [],
        answers: [],
      });
      expect(world.logged).toMatchObject([{ facts: { outcome: 'not asked', kind } }]);
    },
  );

  it('leaves the rest unanswered once the connection is gone', async () => {
    const { ask, statements } = stand({
      answer: async ({ name }) => {
        if (name === 'heartbeat') throw new DatabaseError('unreachable', 'connection closed');
        return [];
      },
    });
    const gone = { kind: 'unreachable', reason: 'connection closed' };
    expect((await ask(request)).answers).toMatchObject([{ failure: gone }, { failure: gone }]);
    expect(statements).toEqual(['begin', 'heartbeat']);
  });

  it('replies in time with what it has, when a question takes too long', async () => {
    const { ask } = stand({
      answer: ({ name }) => (name === 'count' ? new Promise(() => undefined) : Promise.resolve([])),
      remainingMs: 5200,
    });
    expect((await ask(request)).answers).toMatchObject([
      { rows: [] },
      { failure: { kind: 'timeout', reason: expect.stringContaining('count of public.twins') } },
    ]);
  });

  it('never logs credentials, whatever it is given', async () => {
    const requests = [
      request,
      { ...request, questions: [{ name: 'everything' }] },
      { ...request, credentials: 'one time' },
      { ...request, credentials: { user: 'one time' } },
      JSON.stringify(request),
    ];
    for (const each of requests) {
      const { ask, world } = stand();
      const error: unknown = await ask(each).catch((caught: unknown) => caught);
      expect(JSON.stringify([world.logged, String(error)])).not.toContain('one time');
    }
  });

  it('is told what is wrong with a question', async () => {
    const { ask } = stand();
    await expect(ask({ ...request, questions: [{ name: 'drop', table: 'a.b' }] })).rejects.toThrow(
      'The request cannot be understood: questions.0',
    );
  });
});

describe('spoiling', () => {
  it('happens before the questions, where the target is a restored copy', async () => {
    const { ask, accesses, statements } = stand();
    expect(await ask({ ...request, spoil })).toMatchObject({
      spoiled: [{ change: { change: 'age-heartbeat' } }],
    });
    expect(accesses).toMatchObject([{ mode: 'read-write' }]);
    expect(statements).toEqual(['age-heartbeat', 'begin', 'heartbeat', 'count']);
  });

  it('that fails is told, and the questions are asked all the same', async () => {
    const { ask } = stand({
      answer: async ({ name }) => {
        if (name === 'age-heartbeat') throw new DatabaseError('sql', 'no such table', { code: '42P01' });
        return [];
      },
    });
    expect(await ask({ ...request, spoil })).toMatchObject({
      spoiled: [{ failure: { kind: 'sql', code: '42P01' } }],
      answers: [{ rows: [] }, { rows: [] }],
    });
  });

  it.each([
    ['a database in use', 'aeon-dt-metadata.c0example.us-east-1.rds.amazonaws.com'],
    [
      'a host that only contains the name',
      'db.awsbackup-restore-test-1.c0example.us-east-1.rds.amazonaws.com',
    ],
    ['a host outside of RDS', 'awsbackup-restore-test-1.c0example.us-east-1.rds.amazonaws.com.example.org'],
    ['an address', '10.0.0.1'],
  ])('is refused for %s, and nothing is connected to', async (_what, host) => {
    const { ask, accesses } = stand();
    await expect(ask({ ...request, target: { ...request.target, host }, spoil })).rejects.toThrow(
      'Nothing was spoiled and nothing asked',
    );
    expect(accesses).toEqual([]);
  });

  it('is refused by the deployment that asks databases in use, whatever the host', async () => {
    const { ask, accesses } = stand({ asks: 'source' });
    await expect(ask({ ...request, spoil })).rejects.toThrow(
      'this deployment asks databases that are in use',
    );
    expect(accesses).toEqual([]);
  });

  it.each([[{ changes: spoil.changes }], [{ ...spoil, isRestoredCopy: false }]])(
    'is refused unless whoever asks says that it is a restored copy: %j',
    async (given) => {
      const { ask, accesses } = stand();
      await expect(ask({ ...request, spoil: given })).rejects.toThrow('isRestoredCopy');
      expect(accesses).toEqual([]);
    },
  );
});
