import { describe, expect, it } from '@jest/globals';
import { chunksOf, eachOf } from '../../../shared/lambda/each-of.ts';

/** Work that ends when it is told to. */
function startedWork(things: readonly string[], mostAtOnce: number) {
  const begun: string[] = [];
  const ends = new Map<string, PromiseWithResolvers<void>>();
  const all = eachOf(things, mostAtOnce, (thing) => {
    begun.push(thing);
    const end = Promise.withResolvers<void>();
    ends.set(thing, end);
    return end.promise;
  });
  return { all, begun, end: (thing: string) => ends.get(thing) };
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('eachOf', () => {
  it('works on as many at once as it may, and begins the next when one ends', async () => {
    const { all, begun, end } = startedWork(['a', 'b', 'c', 'd'], 2);
    await turn();
    expect(begun).toEqual(['a', 'b']);
    end('b')?.resolve();
    await turn();
    expect(begun).toEqual(['a', 'b', 'c']);
    for (const thing of ['a', 'c']) end(thing)?.resolve();
    await turn();
    end('d')?.resolve();
    await all;
    expect(begun).toEqual(['a', 'b', 'c', 'd']);
  });

  it('begins nothing more after a failure, and rejects with it once all has ended that was begun', async () => {
    const { all, begun, end } = startedWork(['a', 'b', 'c', 'd'], 2);
    await turn();
    end('a')?.reject(new Error('no'));
    await turn();
    let over = false;
    const rejected = expect(all.finally(() => (over = true))).rejects.toThrow('no');
    await turn();
    expect(over).toBe(false);
    end('b')?.resolve();
    await rejected;
    expect(begun).toEqual(['a', 'b']);
  });

  it('has nothing to do with nothing', async () => {
    await eachOf([], 3, () => Promise.reject(new Error('never called')));
  });
});

describe('chunksOf', () => {
  it.each([
    [0, []],
    [3, [[0, 1, 2]]],
    [4, [[0, 1, 2], [3]]],
  ])('cuts %i things into threes', (count, chunks) => {
    expect([...chunksOf([...Array(count).keys()], 3)]).toEqual(chunks);
  });
});
