import { describe, expect, it } from '@jest/globals';
import { compose } from '../../../../functions/databases/write-heartbeat/compose.ts';
import { type Connect, type DatabaseAccess, DatabaseError } from '../../../../shared/database/session.ts';
import { policy as wholePolicy } from '../../../builders.ts';
import type { WireAnswer } from '../../../shared/aws/answers.ts';
import { lambdaContext, TestWorld } from '../../../shared/aws/world.ts';

const environment = {
  AWS_REGION: 'us-east-1',
  DATABASE_AUTHORITIES_FILE: '/nowhere.pem',
  DEAD_LETTER_QUEUE_URL: 'https://sqs.us-east-1.amazonaws.com/111122223333/aeon-ops-write-heartbeat-dlq',
};

const run = { schedule: 'every-minute', scheduledTime: '2026-03-02T12:00:00Z' };

const [instance] = Object.values(wholePolicy.databases.instances);
if (instance === undefined) throw new Error('ops.config.ts names no database');
const instances = {
  one: { ...instance, host: 'one.example', heartbeatSecret: 'secret/one' },
  other: { ...instance, host: 'other.example', heartbeatSecret: 'secret/other' },
};
const policy = { databases: { instances } };

const row = { isWritten: true, writer: 'us-east-1', epoch: 1, at: '2026-03-02T12:00:00.400Z' };

interface Given {
  readonly rows?: unknown;
  /** By host. */
  readonly failures?: Readonly<Record<string, DatabaseError>>;
  readonly secret?: string;
}

function stand({ rows = [row], failures = {}, secret }: Given = {}) {
  const accesses: DatabaseAccess[] = [];
  const world = new TestWorld(policy, ({ operation, input }): WireAnswer => {
    if (operation !== 'GetSecretValue') return { body: { MessageId: '1' } };
    const text =
      secret ?? JSON.stringify({ username: 'aeon_ops_heartbeat', password: `of ${input.SecretId}` });
    return { body: { SecretString: text } };
  });
  const connect: Connect = async (access, work) => {
    accesses.push(access);
    const failure = failures[access.host];
    if (failure) throw failure;
    return work({ run: async () => rows as unknown[] });
  };
  const handler = compose(environment, Object.assign(world, { connect }));
  return {
    beat: () => handler(run, lambdaContext()),
    accesses,
    world,
    secretsRead: () =>
      world.requests
        .filter(({ operation }) => operation === 'GetSecretValue')
        .map(({ input }) => input.SecretId),
  };
}

describe('write-heartbeat', () => {
  it('writes into every database, each with its own credentials', async () => {
    const { beat, accesses } = stand();
    expect(await beat()).toMatchObject([
      { subject: 'one', outcome: 'written', facts: { epoch: 1, aheadMs: 400 } },
      { subject: 'other', outcome: 'written' },
    ]);
    expect(accesses).toMatchObject([
      { host: 'one.example', user: 'aeon_ops_heartbeat', password: 'of secret/one', mode: 'read-write' },
      { host: 'other.example', password: 'of secret/other' },
    ]);
  });

  it('misses one in a database that it cannot write to, and writes into the others', async () => {
    const reason = 'one.example: connect ECONNREFUSED';
    const { beat, world } = stand({ failures: { 'one.example': new DatabaseError('unreachable', reason) } });
    expect(await beat()).toMatchObject([
      { subject: 'one', outcome: 'missed', reason },
      { subject: 'other', outcome: 'written' },
    ]);
    expect(world.logged).toContainEqual({
      level: 'error',
      message: 'heartbeat missed',
      facts: { database: 'one', reason },
    });
  });

  it('reads the credentials anew once they were not accepted', async () => {
    const refused = new DatabaseError('auth', 'password authentication failed', { code: '28P01' });
    const { beat, secretsRead } = stand({ failures: { 'one.example': refused } });
    await beat();
    await beat();
    expect(secretsRead()).toEqual(['secret/one', 'secret/other', 'secret/one']);
  });

  it('says that it is fenced, which is no failure', async () => {
    const { beat } = stand({ rows: [{ ...row, isWritten: false, writer: 'us-west-2', epoch: 2 }] });
    expect(await beat()).toMatchObject([
      {
        subject: 'one',
        outcome: 'fenced',
        reason: 'its writer is us-west-2 since epoch 2, so nothing was written',
      },
      { subject: 'other', outcome: 'fenced' },
    ]);
  });

  it.each(['hunter2', '{"password": "hunter2"}', '["hunter2"]'])(
    'does not show the secret %s, which holds no credentials',
    async (secret) => {
      const { beat, world } = stand({ secret });
      const outcomes = await beat();
      expect(outcomes).toMatchObject([
        { outcome: 'missed', reason: expect.stringContaining('{"username": "…", "password": "…"}') },
        { outcome: 'missed' },
      ]);
      expect(JSON.stringify([outcomes, world.logged])).not.toContain('hunter2');
    },
  );
});
