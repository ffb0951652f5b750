import { describe, expect, it } from '@jest/globals';
import { writeBeat } from '../../../functions/databases/write-heartbeat/heartbeat.ts';
import { copyOf, filledDatabase } from '../../../rehearsal/databases/content.ts';
import { Databases } from '../../../rehearsal/databases/databases.ts';
import { ask } from '../../../shared/database/ask.ts';
import type { DatabaseAccess } from '../../../shared/database/session.ts';
import { spoilStatement } from '../../../shared/database/spoil.ts';
import { decideControl, planControl } from '../../../shared/restores/control.ts';
import { decideRestore } from '../../../shared/restores/decide.ts';
import { type ProofPolicy, proofQuestions } from '../../../shared/restores/manifest.ts';

const proof: ProofPolicy = {
  heartbeatWithinSeconds: 300,
  tables: { 'a.one': { checksum: true, rowFloor: 1 }, 'a.other': { checksum: true, rowFloor: 1 } },
};

const startedAt = new Date('2026-11-24T09:00:00Z');
const point = { startedAt, completedAt: new Date('2026-11-24T09:10:00Z') };
const server = { database: 'd', user: 'u', password: 'p' };

function stand() {
  const databases = new Databases(() => startedAt);
  databases.create('source', {
    ...server,
    content: filledDatabase('w', Object.keys(proof.tables), startedAt),
  });
  const access = (host: string, mode: DatabaseAccess['mode']): DatabaseAccess => ({
    ...server,
    host,
    port: 5432,
    mode,
    statementTimeoutMs: 1000,
  });
  return {
    databases,
    askAll: (host: string) =>
      databases.connect(access(host, 'read-only'), (session) =>
        ask(session, proofQuestions(proof), () => 1000),
      ),
    write: <Result>(host: string, work: Parameters<typeof databases.connect<Result>>[1]) =>
      databases.connect(access(host, 'read-write'), work),
    access,
  };
}

describe('the databases of the rehearsal', () => {
  it('can be restored, proven and spoiled as real ones are', async () => {
    const { databases, askAll, write } = stand();
    await write('source', (session) => writeBeat(session, { writer: 'us-east-1', writerAt: startedAt }));
    const before = { takenAt: '', answers: await askAll('source') };
    databases.create('copy', { ...server, content: copyOf(databases.at('source').content) });

    const answers = await askAll('copy');
    const verdict = decideRestore(answers, { point, before }, proof, startedAt);
    expect(verdict).toMatchObject({ verdict: 'good', rpoSeconds: 0 });

    const steps = planControl(answers, verdict.checks, proof);
    expect(steps).toHaveLength(3);
    for (const { spoil } of steps) await write('copy', (session) => session.run(spoilStatement(spoil)));
    const { checks } = decideRestore(await askAll('copy'), { point, before }, proof, startedAt);
    const spoiled = steps.map(({ spoil }) => ({ change: spoil }));
    expect(decideControl(steps, spoiled, checks).verdict).toBe('seen');

    const source = decideRestore(await askAll('source'), { point, before }, proof, startedAt);
    expect(source.verdict).toBe('good');
  });

  it('take a heartbeat from the writer that their row names alone', async () => {
    const { databases, write } = stand();
    const beat = (writer: string) =>
      write('source', (session) => writeBeat(session, { writer, writerAt: startedAt }));
    expect(await beat('us-east-1')).toMatchObject({ outcome: 'written' });
    expect(await beat('us-west-2')).toEqual({ outcome: 'fenced', writer: 'us-east-1', epoch: 1 });
    expect(databases.at('source').content.heartbeat?.writer).toBe('us-east-1');
  });

  it('refuse as real ones do', async () => {
    const { databases, access } = stand();
    const beat = { name: 'beat', text: '', values: ['x'] };
    const run = (over: Partial<DatabaseAccess>) =>
      databases.connect({ ...access('source', 'read-only'), ...over }, (session) => session.run(beat));
    await expect(run({})).rejects.toMatchObject({ kind: 'sql', code: '25006' });
    await expect(run({ password: 'x' })).rejects.toMatchObject({ kind: 'auth' });
    await expect(run({ database: 'x' })).rejects.toMatchObject({ kind: 'sql', code: '3D000' });
    await expect(run({ host: 'x' })).rejects.toMatchObject({ kind: 'unreachable' });
  });
});
