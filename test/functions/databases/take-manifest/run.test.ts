import { describe, expect, it } from '@jest/globals';
import { type TakeManifestDeps, takeManifests } from '../../../../functions/databases/take-manifest/run.ts';
import type { KeptManifest } from '../../../../shared/aws/restore-table.ts';
import type { AskReply, AskRequest } from '../../../../shared/database/exchange.ts';
import { proofQuestions } from '../../../../shared/restores/manifest.ts';
import { policy } from '../../../builders.ts';

const [name = '', instance] = Object.entries(policy.databases.instances)[0] ?? [];

/** The database answers, an hour is over in ten seconds, and what is kept is to be seen. */
function stand(answer: (request: AskRequest) => AskReply, from = '2026-11-25T06:50:00Z') {
  let seconds = 0;
  const kept: (KeptManifest & { readonly instance: string })[] = [];
  const forgotten: string[] = [];
  const asked: AskRequest[] = [];
  const deps: TakeManifestDeps = {
    questions: {
      ask: async (request) => {
        asked.push(request);
        seconds += 10;
        return answer(request);
      },
    },
    manifests: {
      put: async (of, manifest) => void kept.push({ instance: of, ...manifest }),
      around: async () => ({}),
    },
    secrets: {
      text: async () => JSON.stringify({ username: 'aeon_ops_reader', password: 'secret' }),
      forget: (secret) => void forgotten.push(secret),
    },
    policy,
    now: () => new Date(Date.parse(from) + seconds * 1000),
    log: () => undefined,
  };
  return { deps, kept, forgotten, asked };
}

const answered = ({ questions }: AskRequest): AskReply => ({
  spoiled: [],
  answers: questions.map((question) => ({ question, rows: [] })),
});

describe('takeManifests', () => {
  it('asks each database what its copies are asked, as the reader, and keeps when it began and ended', async () => {
    const { deps, kept, asked } = stand(answered);
    expect(await takeManifests(deps, 60_000)).toMatchObject([{ outcome: 'taken', subject: name }]);
    expect(kept).toMatchObject([
      { instance: name, takenAt: '2026-11-25T06:50:00.000Z', completedAt: '2026-11-25T06:50:10.000Z' },
    ]);
    expect(asked).toMatchObject([
      {
        target: { host: instance?.host, database: instance?.database },
        credentials: { user: 'aeon_ops_reader' },
      },
    ]);
    expect(asked[0]?.questions).toEqual(instance && proofQuestions(instance.proof));
    expect(asked[0]).not.toHaveProperty('spoil');
  });

  it('asks nothing in an hour to which no restore test comes back', async () => {
    const { deps, kept, asked } = stand(answered, '2026-11-27T06:50:00Z');
    expect(await takeManifests(deps, 60_000)).toMatchObject([{ outcome: 'not needed', subject: name }]);
    expect([...kept, ...asked]).toEqual([]);
  });

  it('keeps what was answered, and says what was not', async () => {
    const { deps, kept } = stand((request) => {
      const { answers } = answered(request);
      const [first, ...others] = answers;
      const failure = { kind: 'sql', reason: 'permission denied (42501)' } as const;
      return { spoiled: [], answers: [...(first ? [{ question: first.question, failure }] : []), ...others] };
    });
    expect(await takeManifests(deps, 60_000)).toMatchObject([
      { outcome: 'partly taken', facts: { unanswered: ['sentinel'] } },
    ]);
    expect(kept).toHaveLength(1);
  });

  it('keeps nothing of a database that does not answer, and has itself tried again', async () => {
    const { deps, kept, forgotten } = stand(() => ({
      failure: { kind: 'auth', reason: 'password authentication failed' },
      spoiled: [],
      answers: [],
    }));
    await expect(takeManifests(deps, 60_000)).rejects.toThrow(`${name}: password authentication failed`);
    expect(kept).toEqual([]);
    expect(forgotten).toEqual([instance?.readerSecret]);
  });
});
