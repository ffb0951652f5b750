import * as z from 'zod/mini';
import { snapshotKinds } from '../domain/snapshot.ts';

/** What one run of the retention of snapshots came to in a Region. */
export const SnapshotsPruned = z.object({
  identity: z.string(),
  /** The report, as an object in S3. */
  subject: z.string(),
  /** Snapshots are of no environment that anybody could tell. */
  environment: z.literal('unknown'),
  /** `stuck`: something that should be deleted was not, and people have to look at it. */
  outcome: z.enum(['well', 'stuck']),
  reason: z.string(),
  /** ISO 8601, UTC. */
  occurredAt: z.string(),
  facts: z.object({
    region: z.string(),
    /** When the run was due. ISO 8601, UTC. */
    due: z.string(),
    /** Why nothing might be deleted. Absent: it might. */
    standing: z.exactOptional(z.string()),
    kinds: z.array(
      z.object({
        kind: z.enum(snapshotKinds),
        outcome: z.enum(['well', 'observed', 'over-cap', 'incomplete', 'unfinished']),
        reason: z.string(),
        deleted: z.number(),
        wouldDelete: z.number(),
        /** Of those that retention looks after. */
        kept: z.number(),
        /** Should be deleted, and were not. */
        undone: z.number(),
      }),
    ),
  }),
});

export type SnapshotsPruned = z.infer<typeof SnapshotsPruned>;
