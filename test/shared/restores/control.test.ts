import { describe, expect, it } from '@jest/globals';
import type { Answer } from '../../../shared/database/answers.ts';
import type { Check } from '../../../shared/restores/check.ts';
import { type ControlStep, decideControl, planControl } from '../../../shared/restores/control.ts';
import type { ProofPolicy } from '../../../shared/restores/manifest.ts';

const check = (name: Check['check'], subject: string, outcome: Check['outcome'] = 'passed'): Check => ({
  check: name,
  subject,
  outcome,
  reason: `${name} ${outcome}`,
});

const policy: ProofPolicy = {
  heartbeatWithinSeconds: 300,
  tables: { 'a.keys': { checksum: true, rowFloor: 1 }, 'a.values': { checksum: true, rowFloor: 1 } },
};

const column = { column: 'id', type: 'integer', isRequired: true, isKey: true, isGenerated: false };
const free = {
  column: 'note',
  type: 'character varying(20)',
  isRequired: false,
  isKey: false,
  isGenerated: false,
};

const columnsOf = (table: string, rows: unknown[]): Answer => ({
  question: { name: 'columns', table },
  rows,
});
const sumOf = (table: string, rows: number): Answer => ({
  question: { name: 'checksum', table },
  rows: [{ rows, checksum: '1' }],
});

const answers: readonly Answer[] = [
  columnsOf('a.keys', [column]),
  columnsOf('a.values', [column, free]),
  sumOf('a.keys', 5),
  sumOf('a.values', 5),
];

const passed = [
  check('heartbeat', 'database'),
  ...Object.keys(policy.tables).flatMap((table) => [check('rows', table), check('checksum', table)]),
];

const age: ControlStep = {
  spoil: { change: 'age-heartbeat' },
  mustFail: { check: 'heartbeat', subject: 'database' },
};
const alter: ControlStep = {
  spoil: { change: 'alter-rows', table: 'a.values', column: 'note', type: 'character varying' },
  mustFail: { check: 'checksum', subject: 'a.values' },
};
const empty: ControlStep = {
  spoil: { change: 'empty-table', table: 'a.keys' },
  mustFail: { check: 'rows', subject: 'a.keys' },
};

describe('the plan of a control', () => {
  it('alters a table that has something to alter, and empties another', () => {
    expect(planControl(answers, passed, policy)).toEqual([age, alter, empty]);
  });

  it.each<[string, readonly Check[], readonly Answer[], readonly ControlStep[]]>([
    [
      'a checksum that could not be compared',
      passed.map((each) => (each.check === 'checksum' ? { ...each, outcome: 'unproven' } : each)),
      answers,
      [age, empty],
    ],
    [
      'a heartbeat that could not be read',
      passed.filter((each) => each.check !== 'heartbeat'),
      answers,
      [alter, empty],
    ],
    [
      'tables without rows',
      passed,
      [...answers.slice(0, 2), sumOf('a.keys', 0), sumOf('a.values', 0)],
      [age],
    ],
    ['tables that could not be asked', passed, [], [age]],
  ])('leaves out %s', (_what, checks, given, steps) => {
    expect(planControl(given, checks, policy)).toEqual(steps);
  });
});

describe('a control', () => {
  const steps = [age, alter, empty];
  const spoiled = steps.map(({ spoil }) => ({ change: spoil }));
  const failed = steps.map(({ mustFail }) => check(mustFail.check, mustFail.subject, 'failed'));
  const failure = { kind: 'sql', reason: 'permission denied' } as const;

  it('has seen each change by the check that had to notice', () => {
    expect(decideControl(steps, spoiled, failed)).toMatchObject({ verdict: 'seen', blind: [] });
  });

  it('is blind where a check passes what was spoiled, whatever else was noticed', () => {
    const checks = [
      check('heartbeat', 'database', 'failed'),
      check('checksum', 'a.values'),
      check('rows', 'a.keys', 'unproven'),
    ];
    expect(decideControl(steps, spoiled, checks)).toEqual({
      verdict: 'blind',
      reason: 'a check that cannot fail: checksum of a.values',
      blind: [{ check: 'checksum', subject: 'a.values' }],
    });
  });

  it.each<[string, Parameters<typeof decideControl>, string]>([
    [
      'a change failed',
      [steps, [{ change: age.spoil, failure }, ...spoiled.slice(1)], failed],
      'permission denied',
    ],
    ['a change was not made', [steps, spoiled.slice(1), failed], "the change 'age-heartbeat' was not made"],
    ['a check could not be made again', [steps, spoiled, failed.slice(1)], 'the check was not made again'],
    ['there was nothing to spoil', [[], [], failed], 'there was nothing that could be spoiled'],
  ])('proves nothing where %s', (_what, given, reason) => {
    const decided = decideControl(...given);
    expect(decided.verdict).toBe('unproven');
    expect(decided.reason).toContain(reason);
  });
});
