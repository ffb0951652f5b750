import { describe, expect, it } from '@jest/globals';
import { matchesPattern } from '../../../shared/domain/name-pattern.ts';

describe('matchesPattern', () => {
  it.each([
    ['*', ''],
    ['*', 'anything'],
    ['api-dev-latest', 'api-dev-latest'],
    ['*-dev-latest', 'api-dev-latest'],
    ['api-*', 'api-'],
    ['a*b*c', 'abc'],
    ['a*b*c', 'a1b2b3c'],
    ['*.*', 'a.b.c'],
  ])('%s matches %j', (pattern, name) => {
    expect(matchesPattern(pattern, name)).toBe(true);
  });

  it.each([
    ['', 'a'],
    ['api', 'api-dev'],
    ['*-dev-latest', 'api-dev-latest-2'],
    ['api-*', 'api'],
    ['ab*ba', 'aba'],
    ['a*b*c', 'acb'],
    ['*b*b', 'ab'],
    ['a.c', 'abc'],
  ])('%s does not match %j', (pattern, name) => {
    expect(matchesPattern(pattern, name)).toBe(false);
  });
});
