import { describe, expect, it } from '@jest/globals';
import { readMemory, remember, tagTimes } from '../../../shared/retention/memory.ts';
import { daysAgo, digestOf, image, now } from './registry.ts';

const yesterday = daysAgo(1);
const old = image('old', { tags: ['one'] });

function first() {
  return remember(undefined, [old], new Map(), yesterday);
}

describe('the memory of a repository', () => {
  it('takes the tags of the first look for as old as the push', () => {
    expect(tagTimes(first())).toEqual(new Map());
  });

  it.each([
    ['a tag that was not there', { ...old, tags: ['one', 'two'] }, ['two']],
    ['the same tags', old, []],
    ['a new image', image('new', { tags: ['two'], pushedAt: daysAgo(0.5) }), []],
    ['a tag that moved to an older image', image('other', { tags: ['one'] }), ['one']],
  ])('counts from now, of %s', (_what, seen, since) => {
    expect(tagTimes(remember(first(), [seen], new Map(), now))).toEqual(
      new Map(since.map((tag) => [tag, now])),
    );
  });

  it('counts the tags of what was pushed from now where looks were missed meanwhile', () => {
    const before = remember(undefined, [old], new Map(), daysAgo(60));
    const seen = image('new', { tags: ['two'], pushedAt: daysAgo(59) });
    expect(tagTimes(remember(before, [seen], new Map(), now))).toEqual(new Map([['two', now]]));
  });

  it('keeps the time from one look to the next', () => {
    const promoted = { ...old, tags: ['one', 'two'] };
    const second = remember(first(), [promoted], new Map(), yesterday);
    expect(tagTimes(remember(second, [promoted], new Map(), now))).toEqual(new Map([['two', yesterday]]));
  });

  it('remembers what an index leads to, for as long as the index is there', () => {
    const index = image('index', { kind: 'index' });
    const parts = [digestOf('part')];
    const read = remember(undefined, [index], new Map([[index.digest, parts]]), yesterday);
    const archived = { ...index, status: 'ARCHIVED' as const };
    expect(remember(read, [archived], new Map(), now).parts).toEqual({ [index.digest]: parts });
    expect(remember(read, [], new Map(), now).parts).toEqual({});
  });

  it('is read as it was written, and nothing else is', () => {
    const memory = remember(first(), [{ ...old, tags: ['one', 'two'] }], new Map(), now);
    expect(readMemory(JSON.stringify(memory))).toEqual(memory);
    for (const text of ['', '{}', '[]', '{"seenAt":"x","parts":{},"tags":{"one":[]}}']) {
      expect(() => readMemory(text)).toThrow();
    }
  });
});
