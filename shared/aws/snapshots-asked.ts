import type { Snapshot, SnapshotListing } from '../domain/snapshot.ts';

/** Asks one question. Undefined: there was no answer, and it is noted. */
type Ask = <Answer>(what: string, question: () => Promise<Answer>) => Promise<Answer | undefined>;

/** Puts a listing together from several questions, and notes each that has no answer. */
export async function asked(compile: (ask: Ask) => Promise<readonly Snapshot[]>): Promise<SnapshotListing> {
  const missing: string[] = [];
  const snapshots = await compile(async (what, question) => {
    try {
      return await question();
    } catch (error) {
      const reason = Error.isError(error) ? `${error.name}: ${error.message}` : String(error);
      missing.push(`${what} (${reason})`);
      return undefined;
    }
  });
  return { snapshots, missing };
}
