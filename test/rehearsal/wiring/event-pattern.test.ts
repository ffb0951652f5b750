import { describe, expect, it, test } from '@jest/globals';
import fc from 'fast-check';
import { checkPattern, matchesPattern } from '../../../rehearsal/wiring/event-pattern.ts';
import type { EventPattern } from '../../../shared/lambda/contract.ts';

const event = {
  source: 'aws.ecr',
  'detail-type': 'ECR Image Scan',
  resources: ['arn:aws:ecr:us-east-1:111122223333:repository/aeon-dt-api', 'second'],
  detail: {
    'scan-status': 'COMPLETE',
    'repository-name': 'aeon-dt-api',
    'finding-severity-counts': { CRITICAL: 10, MEDIUM: 9.5 },
    'image-tags': [],
    note: '',
    digest: null,
    archived: false,
    ip: '10.0.0.33',
    ipv6: '2001:db8::1',
    path: 'dir/a*b\\c.png',
    employees: [
      { first: 'Anna', last: 'Smith' },
      { first: 'Peter', last: 'Jones', age: 40 },
    ],
    matrix: [[{ cell: 1 }], [{ cell: 2 }]],
  },
};

/** A pattern for one field of the event's detail. */
function field(name: string, ...values: unknown[]): EventPattern {
  return { detail: { [name]: values } };
}

describe('matching', () => {
  const cases: readonly [string, EventPattern, boolean][] = [
    ['an equal value', { source: ['aws.ecr'] }, true],
    ['another value', { source: ['aws.inspector2'] }, false],
    ['one of several values', { source: ['aws.inspector2', 'aws.ecr'] }, true],
    ['all of several keys', { source: ['aws.ecr'], 'detail-type': ['ECR Image Scan'] }, true],
    ['only some of several keys', { source: ['aws.ecr'], 'detail-type': ['ECR Image Action'] }, false],
    ['a key that is not there', { account: ['111122223333'] }, false],
    ['a key below an object', { detail: { 'finding-severity-counts': { CRITICAL: [10] } } }, true],
    ['a key written with dots', { 'detail.finding-severity-counts': { CRITICAL: [10] } }, true],
    ['text for a number', { detail: { 'finding-severity-counts': { CRITICAL: ['10'] } } }, false],
    ['null', field('digest', null), true],
    ['null for a missing field', field('missing', null), false],
    ['the empty text', field('note', ''), true],
    ['the empty text for null', field('digest', ''), false],
    ['false', field('archived', false), true],
    ['a value of an array', { resources: ['second'] }, true],
    ['no value of an array', { resources: ['third'] }, false],
    ['anything of an empty array', field('image-tags', { 'anything-but': 'latest' }), false],

    ['prefix', field('repository-name', { prefix: 'aeon-' }), true],
    ['prefix of another text', field('repository-name', { prefix: 'Aeon-' }), false],
    [
      'prefix without regard to case',
      field('repository-name', { prefix: { 'equals-ignore-case': 'AEON-' } }),
      true,
    ],
    ['prefix of a number', { detail: { 'finding-severity-counts': { CRITICAL: [{ prefix: '1' }] } } }, false],
    ['prefix in an array', { resources: [{ prefix: 'arn:aws:ecr:' }] }, true],
    ['suffix', field('path', { suffix: '.png' }), true],
    ['suffix of another text', field('path', { suffix: '.PNG' }), false],
    ['suffix without regard to case', field('path', { suffix: { 'equals-ignore-case': '.PNG' } }), true],
    ['equals-ignore-case', field('scan-status', { 'equals-ignore-case': 'complete' }), true],
    ['equals-ignore-case of a part', field('scan-status', { 'equals-ignore-case': 'comp' }), false],

    ['wildcard', field('path', { wildcard: 'dir/*.png' }), true],
    ['wildcard for nothing', field('scan-status', { wildcard: 'COMPLETE*' }), true],
    ['wildcard must reach both ends', field('path', { wildcard: 'ir/*.png' }), false],
    ['wildcard with escapes', field('path', { wildcard: 'dir/a\\*b\\\\c.*' }), true],
    ['an escaped wildcard is itself', field('scan-status', { wildcard: 'COMP\\*' }), false],
    ['a dot in a wildcard is itself', field('repository-name', { wildcard: 'aeon.*' }), false],

    ['anything-but', field('scan-status', { 'anything-but': 'FAILED' }), true],
    ['anything-but the value', field('scan-status', { 'anything-but': 'COMPLETE' }), false],
    ['anything-but a list', field('scan-status', { 'anything-but': ['FAILED', 'COMPLETE'] }), false],
    [
      'anything-but a number',
      { detail: { 'finding-severity-counts': { CRITICAL: [{ 'anything-but': 10 }] } } },
      false,
    ],
    ['anything-but a value of an array with others', { resources: [{ 'anything-but': 'second' }] }, true],
    ['anything-but for a missing field', field('missing', { 'anything-but': 'x' }), false],
    ['anything-but for null', field('digest', { 'anything-but': 'x' }), true],
    ['anything-but a prefix', field('repository-name', { 'anything-but': { prefix: 'aeon-' } }), false],
    ['anything-but prefixes', field('repository-name', { 'anything-but': { prefix: ['x', 'y'] } }), true],
    ['anything-but a suffix', field('path', { 'anything-but': { suffix: '.png' } }), false],
    [
      'anything-but any case',
      field('scan-status', { 'anything-but': { 'equals-ignore-case': 'complete' } }),
      false,
    ],
    ['anything-but a wildcard', field('path', { 'anything-but': { wildcard: '*/lib/*' } }), true],

    ['numeric =', { detail: { 'finding-severity-counts': { MEDIUM: [{ numeric: ['=', 9.5] }] } } }, true],
    [
      'numeric > the value',
      { detail: { 'finding-severity-counts': { CRITICAL: [{ numeric: ['>', 10] }] } } },
      false,
    ],
    [
      'numeric range',
      { detail: { 'finding-severity-counts': { CRITICAL: [{ numeric: ['>', 0, '<=', 10] }] } } },
      true,
    ],
    ['numeric of text', field('ip', { numeric: ['>', 0] }), false],
    ['cidr', field('ip', { cidr: '10.0.0.0/24' }), true],
    ['cidr of another network', field('ip', { cidr: '10.0.1.0/24' }), false],
    ['cidr of IPv6', field('ipv6', { cidr: '2001:db8::/32' }), true],
    ['cidr of no address', field('path', { cidr: '0.0.0.0/0' }), false],

    ['exists', field('scan-status', { exists: true }), true],
    ['exists for null', field('digest', { exists: true }), true],
    ['exists for a missing field', field('missing', { exists: true }), false],
    ['exists: false', field('missing', { exists: false }), true],
    ['exists: false for a field', field('scan-status', { exists: false }), false],
    ['exists sees leaves alone', field('finding-severity-counts', { exists: true }), false],
    ['exists: false sees leaves alone', field('finding-severity-counts', { exists: false }), true],
    ['exists: false or a value', field('missing', { exists: false }, 'x'), true],

    ['one side of $or', { $or: [{ source: ['aws.ecr'] }, { account: ['x'] }] }, true],
    ['no side of $or', { $or: [{ source: ['x'] }, { account: ['x'] }] }, false],
    [
      '$or and a key beside it',
      { source: ['x'], $or: [{ 'detail-type': ['ECR Image Scan'] }, { id: ['x'] }] },
      false,
    ],
    ['$or below a key', { detail: { $or: [{ note: ['x'] }, { archived: [false] }] } }, true],

    ['an object in an array', { detail: { employees: { first: ['Anna'], last: ['Smith'] } } }, true],
    ['values of different objects', { detail: { employees: { first: ['Anna'], last: ['Jones'] } } }, false],
    ['objects in nested arrays', { detail: { matrix: { cell: [2] } } }, true],
    ['a field that one object lacks', { detail: { employees: { age: [{ exists: false }] } } }, false],
  ];
  test.each(cases)('%s', (_, pattern, expected) => {
    expect(matchesPattern(pattern, event)).toBe(expected);
  });
});

describe('patterns that EventBridge refuses', () => {
  const cases: readonly [string, unknown, RegExp][] = [
    ['not an object', 'aws.ecr', /the pattern: must be an object/],
    ['empty', {}, /empty object/],
    [
      'a leaf that is no array',
      { source: 'aws.ecr' },
      /source: must be an array or an object, not "aws.ecr"/,
    ],
    ['an empty array', field('state'), /detail\.state: an empty array/],
    ['an array in an array', field('state', ['x']), /detail\.state\[0\]: a value must be/],
    [
      'an unknown operator',
      field('state', 'x', { regex: '.*' }),
      /detail\.state\[1\]: 'regex' is not an operator/,
    ],
    ['two operators in one', field('state', { prefix: 'a', suffix: 'b' }), /exactly one operator/],
    ['consecutive wildcards', field('state', { wildcard: 'a**b' }), /consecutive wildcards in 'a\*\*b'/],
    ['a stray backslash', field('state', { wildcard: 'a\\b' }), /backslash/],
    ['wildcard that is no text', field('state', { wildcard: 1 }), /state\[0\]\.wildcard: takes text, not 1/],
    [
      'prefix with another option',
      field('state', { prefix: { wildcard: 'a' } }),
      /only 'equals-ignore-case'/,
    ],
    ['anything-but of mixed types', field('state', { 'anything-but': ['a', 1] }), /not mixed/],
    ['anything-but of nothing', field('state', { 'anything-but': [] }), /takes text or numbers/],
    [
      'anything-but of another operator',
      field('state', { 'anything-but': { cidr: '::/0' } }),
      /'cidr' may not/,
    ],
    [
      'anything-but of an empty prefix',
      field('state', { 'anything-but': { prefix: '' } }),
      /exclude everything/,
    ],
    ['numeric without a sign', field('state', { numeric: [1] }), /numeric: takes/],
    ['numeric with two lower bounds', field('state', { numeric: ['>', 1, '>', 2] }), /numeric: takes/],
    ['numeric with an empty range', field('state', { numeric: ['>', 2, '<', 1] }), /lower bound/],
    ['exists that is no boolean', field('state', { exists: 'yes' }), /takes true or false/],
    ['cidr without a length', field('state', { cidr: '10.0.0.0' }), /address block/],
    ['cidr with too great a length', field('state', { cidr: '10.0.0.0/33' }), /address block/],
    ['$or with one side', { $or: [{ source: ['x'] }] }, /two or more/],
    [
      '$or with an operator as a name',
      { $or: [{ prefix: ['x'] }, { source: ['x'] }] },
      /'prefix' is reserved/,
    ],
    ['one path twice', { source: ['a'], $or: [{ source: ['b'] }, { id: ['c'] }] }, /source: is tested twice/],
    ['more than 2,048 characters', field('state', 'x'.repeat(2048)), /characters long/],
    ['a deep product of $or', { detail: products(10) }, /combinations of \$or/],
  ];
  test.each(cases)('%s', (_, pattern, reason) => {
    expect(() => checkPattern(pattern)).toThrow(reason);
    expect(() => checkPattern(pattern)).toThrow(
      expect.objectContaining({ code: 'InvalidEventPatternException' }),
    );
  });

  it('accepts 2,048 characters', () => {
    const { length } = JSON.stringify(field('state', ''));
    expect(() => checkPattern(field('state', 'x'.repeat(2048 - length)))).not.toThrow();
  });
});

/** Members with a two-sided $or each: 2 ** count combinations. */
function products(count: number): Record<string, unknown> {
  const sides = (index: number) => ({ $or: [{ a: [index] }, { b: [index] }] });
  return Object.fromEntries(Array.from({ length: count }, (_, index) => [`k${index}`, sides(index)]));
}

describe('laws', () => {
  const key = fc.stringMatching(/^[a-z]{1,3}$/);
  const scalar = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null));
  const events = fc.letrec<{ object: Record<string, unknown> }>((tie) => ({
    object: fc.dictionary(
      key,
      fc.oneof({ depthSize: 'small' }, scalar, fc.array(scalar, { minLength: 1 }), tie('object')),
      {
        minKeys: 1,
        maxKeys: 4,
      },
    ),
  })).object;

  /** The pattern that names every value of an event. */
  function patternOf(value: Record<string, unknown>): EventPattern {
    const members = Object.entries(value).map(([name, member]): [string, EventPattern | unknown[]] => {
      if (Array.isArray(member)) return [name, member];
      if (typeof member === 'object' && member !== null)
        return [name, patternOf(member as Record<string, unknown>)];
      return [name, [member]];
    });
    return Object.fromEntries(members);
  }

  it('matches an event with the pattern made of it', () => {
    fc.assert(
      fc.property(events, (object) => {
        fc.pre(JSON.stringify(patternOf(object)).length <= 2048);
        expect(matchesPattern(patternOf(object), object)).toBe(true);
      }),
    );
  });

  it('matches no less for what else an event holds', () => {
    fc.assert(
      fc.property(events, scalar, (object, extra) => {
        fc.pre(JSON.stringify(patternOf(object)).length <= 2048);
        expect(matchesPattern(patternOf(object), { ...object, 'something-else': extra })).toBe(true);
      }),
    );
  });

  it('never matches more for a key more', () => {
    const word = fc.constantFrom('a', 'b', 'c');
    const tests = fc.oneof(
      word,
      fc.record({ 'anything-but': word }),
      fc.record({ exists: fc.boolean() }),
      fc.record({ wildcard: fc.constantFrom('*', 'a*') }),
    );
    const small = fc.dictionary(word, fc.array(tests, { minLength: 1, maxLength: 2 }), { minKeys: 1 });
    const smallEvents = fc.dictionary(word, fc.oneof(word, fc.array(word)));
    fc.assert(
      fc.property(small, word, tests, smallEvents, (pattern, name, extra, object) => {
        fc.pre(!(name in pattern));
        const wider = matchesPattern(pattern, object);
        const narrower = matchesPattern({ ...pattern, [name]: [extra] }, object);
        expect(narrower && !wider).toBe(false);
      }),
    );
  });

  it('splits the present values between a test and its anything-but', () => {
    const parts = fc.string({ minLength: 1, maxLength: 2, unit: fc.constantFrom('a', 'B', '.') });
    const operators = fc.oneof(
      parts.map((part) => ({ plain: part, excluded: part })),
      parts.map((part) => ({ plain: { prefix: part }, excluded: { prefix: part } })),
      parts.map((part) => ({ plain: { suffix: part }, excluded: { suffix: part } })),
      parts.map((part) => ({ plain: { wildcard: `*${part}*` }, excluded: { wildcard: `*${part}*` } })),
      parts.map((part) => ({
        plain: { 'equals-ignore-case': part },
        excluded: { 'equals-ignore-case': part },
      })),
    );
    const values = fc.oneof(fc.string({ maxLength: 4, unit: fc.constantFrom('a', 'B', '.') }), fc.integer());
    fc.assert(
      fc.property(operators, values, ({ plain, excluded }, value) => {
        const matched = matchesPattern({ x: [plain] }, { x: value });
        expect(matchesPattern({ x: [{ 'anything-but': excluded }] }, { x: value })).toBe(!matched);
      }),
    );
  });

  it('finds a field either there or not', () => {
    fc.assert(
      fc.property(events, key, (object, name) => {
        const there = matchesPattern({ [name]: [{ exists: true }] }, object);
        expect(matchesPattern({ [name]: [{ exists: false }] }, object)).toBe(!there);
      }),
    );
  });
});
