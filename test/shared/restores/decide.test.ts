import { describe, expect, it } from '@jest/globals';
import type { Answer } from '../../../shared/database/answers.ts';
import type { Question } from '../../../shared/database/questions.ts';
import { describeCheck } from '../../../shared/restores/check.ts';
import { decideRestore } from '../../../shared/restores/decide.ts';
import type { Expected } from '../../../shared/restores/expected.ts';
import { type ProofPolicy, proofQuestions } from '../../../shared/restores/manifest.ts';

const table = 'public.twins';
const policy: ProofPolicy = {
  heartbeatWithinSeconds: 300,
  tables: { [table]: { checksum: true, rowFloor: 0.9 } },
};

const point = {
  startedAt: new Date('2026-11-24T09:00:00Z'),
  completedAt: new Date('2026-11-24T09:10:00Z'),
};

const now = new Date('2026-11-25T12:00:00Z');

const column = { column: 'id', type: 'integer', isRequired: true, isKey: true, isGenerated: false };

/** What a database answers that is well. */
const good: Readonly<Record<Question['name'], readonly unknown[]>> = {
  sentinel: [{ word: 'ours', plantedAt: '2026-01-01T00:00:00.000Z' }],
  heartbeat: [{ writer: 'us-east-1', epoch: 1, at: '2026-11-24T08:59:30.000Z', ageSeconds: 9 }],
  tables: [{ table, estimatedRows: 100, bytes: 8192, rowBytes: 8192 }],
  extensions: [{ extension: 'plpgsql', version: '1.0' }],
  collations: [],
  indexes: [],
  columns: [column],
  checksum: [{ rows: 100, checksum: '42' }],
  count: [{ rows: 100 }],
};

function answersWith(over: Partial<Record<Question['name'], unknown[] | Answer['failure']>> = {}): Answer[] {
  return proofQuestions(policy).map((question) => {
    const given = over[question.name] ?? [...good[question.name]];
    return Array.isArray(given) ? { question, rows: given } : { question, failure: given };
  });
}

const manifest = (over: Parameters<typeof answersWith>[0] = {}) => ({
  takenAt: '2026-11-24T08:55:00.000Z',
  answers: answersWith(over),
});

const expected: Expected = { point, before: manifest() };

interface Case {
  readonly answers?: Parameters<typeof answersWith>[0];
  readonly against?: Partial<Expected>;
  readonly verdict: 'good' | 'bad' | 'unproven';
  /** Checks that did not pass. */
  readonly not: readonly string[];
}

const checksum = 'checksum of public.twins';
const rows = 'rows of public.twins';
const sum = (text: string, count = 100) => [{ rows: count, checksum: text }];
const failure = (kind: 'sql' | 'timeout', code?: string) => ({ kind, reason: 'no', ...(code && { code }) });

const cases: readonly [string, Case][] = [
  ['nothing is wrong', { verdict: 'good', not: [] }],

  [
    'its checksum is that after the backup',
    {
      answers: { checksum: sum('43') },
      against: { after: manifest({ checksum: sum('43') }) },
      verdict: 'good',
      not: [],
    },
  ],
  [
    'its checksum is neither, and the source stood still',
    { answers: { checksum: sum('44') }, against: { after: manifest() }, verdict: 'bad', not: [checksum] },
  ],
  [
    'its checksum is neither, and the source moved',
    {
      answers: { checksum: sum('44') },
      against: { after: manifest({ checksum: sum('43') }) },
      verdict: 'unproven',
      not: [checksum],
    },
  ],
  [
    'only the manifest after the backup is known',
    {
      answers: { checksum: sum('43') },
      against: {
        before: manifest({ checksum: failure('timeout') }),
        after: manifest({ checksum: sum('43') }),
      },
      verdict: 'unproven',
      not: [rows],
    },
  ],

  [
    'its rows are at the floor of the last good restore',
    {
      answers: { checksum: sum('42', 90) },
      against: { before: manifest({ checksum: sum('42', 90) }), lastGoodRows: { [table]: 100 } },
      verdict: 'good',
      not: [],
    },
  ],
  [
    'its rows are below that floor',
    {
      answers: { checksum: sum('42', 89) },
      against: { before: manifest({ checksum: sum('42', 89) }), lastGoodRows: { [table]: 100 } },
      verdict: 'bad',
      not: [rows],
    },
  ],

  [
    'a page cannot be read',
    { answers: { checksum: failure('sql', 'XX001') }, verdict: 'bad', not: [rows, checksum] },
  ],
  [
    'a table took too long to read',
    { answers: { checksum: failure('timeout', '57014') }, verdict: 'unproven', not: [rows, checksum] },
  ],
  [
    'the role may not read a table',
    { answers: { checksum: failure('sql', '42501') }, verdict: 'unproven', not: [rows, checksum] },
  ],
  [
    'an answer is not of its shape',
    { answers: { checksum: [{ rows: 'many' }] }, verdict: 'unproven', not: [rows, checksum] },
  ],

  [
    'its columns changed after the backup began',
    {
      answers: { columns: [{ ...column, type: 'bigint' }] },
      against: { after: manifest({ columns: [{ ...column, type: 'bigint' }] }) },
      verdict: 'good',
      not: [],
    },
  ],
  [
    'its columns are others',
    {
      answers: { columns: [{ ...column, isRequired: false }] },
      verdict: 'bad',
      not: ['columns of public.twins', checksum],
    },
  ],

  [
    'its heartbeat is at the limit',
    { answers: { heartbeat: beat('2026-11-24T08:55:00.000Z') }, verdict: 'good', not: [] },
  ],
  [
    'its heartbeat is beyond it',
    { answers: { heartbeat: beat('2026-11-24T08:54:59.000Z') }, verdict: 'bad', not: ['heartbeat'] },
  ],
  [
    'its heartbeat was written while the backup was made',
    { answers: { heartbeat: beat('2026-11-24T09:09:00.000Z') }, verdict: 'good', not: [] },
  ],
  [
    'its heartbeat is later than the backup',
    { answers: { heartbeat: beat('2026-11-24T09:11:01.000Z') }, verdict: 'bad', not: ['heartbeat'] },
  ],

  [
    'an index is invalid as it is in the source',
    {
      answers: { indexes: index() },
      against: { before: manifest({ indexes: index() }) },
      verdict: 'good',
      not: [],
    },
  ],
  [
    'an extension has another version',
    {
      answers: { extensions: [{ extension: 'plpgsql', version: '1.1' }] },
      verdict: 'bad',
      not: ['extension of plpgsql'],
    },
  ],
  [
    'an extension is there that the source has not',
    {
      answers: { extensions: [...good.extensions, { extension: 'hstore', version: '1.8' }] },
      verdict: 'good',
      not: [],
    },
  ],

  [
    'nothing is known of the source',
    {
      against: { before: { takenAt: '', answers: [] } },
      verdict: 'unproven',
      not: ['sentinel', 'columns of public.twins', rows, checksum, 'extension'],
    },
  ],
];

function beat(at: string): unknown[] {
  return [{ writer: 'us-east-1', epoch: 1, at, ageSeconds: 9 }];
}

function index(): unknown[] {
  return [{ index: 'public.twins_by_name', table }];
}

describe('a restored copy', () => {
  it.each(cases)('where %s', (_what, { answers, against = {}, verdict, not }) => {
    const decided = decideRestore(answersWith(answers), { ...expected, ...against }, policy, now);
    const open = decided.checks.filter(({ outcome }) => outcome !== 'passed').map(describeCheck);
    expect({ verdict: decided.verdict, not: open }).toEqual({ verdict, not });
  });

  it.each(proofQuestions(policy).map(({ name }) => name))('is not good while %s was not answered', (name) => {
    const decided = decideRestore(answersWith({ [name]: failure('timeout') }), expected, policy, now);
    expect(decided.verdict).toBe('unproven');
  });

  it.each(proofQuestions(policy).map(({ name }) => name))('is not good while %s was not asked', (name) => {
    const answers = answersWith().filter(({ question }) => question.name !== name);
    expect(decideRestore(answers, expected, policy, now).verdict).toBe('unproven');
  });

  it('tells by how much the data is older than its backup, and never less than nothing', () => {
    const rpo = (at: string) =>
      decideRestore(answersWith({ heartbeat: beat(at) }), expected, policy, now).rpoSeconds;
    expect(rpo('2026-11-24T08:58:45.000Z')).toBe(75);
    expect(rpo('2026-11-24T09:05:00.000Z')).toBe(0);
    expect(decideRestore(answersWith({ heartbeat: [] }), expected, policy, now).rpoSeconds).toBeUndefined();
  });
});
