/**
 * Works on many things, on at most so many at once, in their order. Rejects with the first failure; what is under way
 * then still ends, and nothing more is begun.
 */
export async function eachOf<Thing>(
  things: Iterable<Thing>,
  mostAtOnce: number,
  work: (thing: Thing) => Promise<void>,
): Promise<void> {
  const queue = things[Symbol.iterator]();
  let failed = false;
  const worker = async (): Promise<void> => {
    for (let next = queue.next(); !failed && !next.done; next = queue.next()) {
      try {
        await work(next.value);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  const workers = await Promise.allSettled(Array.from({ length: mostAtOnce }, worker));
  for (const result of workers) if (result.status === 'rejected') throw result.reason;
}

export function* chunksOf<Thing>(things: readonly Thing[], size: number): Generator<readonly Thing[]> {
  for (let from = 0; from < things.length; from += size) yield things.slice(from, from + size);
}
