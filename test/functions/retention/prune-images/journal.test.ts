import { describe, expect, it } from '@jest/globals';
import { earlierJournals } from '../../../../functions/retention/prune-images/journal.ts';

const due = '2026-11-24T04:25:00.000Z';

/** Journals of the run, by the path below its prefix: each names one digest. */
function bucket(journals: Readonly<Record<string, string>>) {
  const listed: string[] = [];
  const texts = new Map(
    Object.entries(journals).map(([path, digest]) => {
      const entry = { digest, kind: 'image', tags: [], pushedAt: '', sizeBytes: 1, reason: '', rebuild: [] };
      return [`journal/prune-images/${due}/${path}`, JSON.stringify({ images: [entry] })];
    }),
  );
  return {
    listed,
    list: async (prefix: string) => {
      listed.push(prefix);
      const keys = [...texts.keys()].filter((key) => key.startsWith(prefix));
      return keys.map((key) => ({ key, bytes: 1, modifiedAt: new Date(0) }));
    },
    get: async (key: string) => texts.get(key),
  };
}

describe('earlierJournals', () => {
  it('gives each repository its own, and none of one whose name goes on after it', async () => {
    const objects = bucket({ 'shop/a1.json': 'one', 'shop/a2.json': 'two', 'shop/api/a3.json': 'three' });
    const journals = earlierJournals(due, objects);
    const digests = async (repository: string) => (await journals(repository)).map(({ digest }) => digest);
    expect(await Promise.all(['shop', 'shop/api', 'api'].map(digests))).toEqual([
      ['one', 'two'],
      ['three'],
      [],
    ]);
    expect(objects.listed).toEqual([`journal/prune-images/${due}/`]);
  });

  it('reads one that two attempts wrote alike once', async () => {
    const objects = bucket({ 'api/a1.json': 'one', 'api/a2.json': 'one' });
    expect(await earlierJournals(due, objects)('api')).toHaveLength(1);
  });

  it('fails for all when the journals cannot be listed', async () => {
    const list = async () => Promise.reject(new Error('AccessDenied'));
    const journals = earlierJournals(due, { list, get: async () => undefined });
    await expect(journals('api')).rejects.toThrow('AccessDenied');
    await expect(journals('web')).rejects.toThrow('AccessDenied');
  });
});
