import * as z from 'zod/mini';

/** What one run of the retention of images came to in a Region. */
export const ImagesPruned = z.object({
  identity: z.string(),
  /** The report, as an object in S3. */
  subject: z.string(),
  /** Images of all environments: the one whose rules hold where none is named. */
  environment: z.string(),
  /** `stuck`: something was not done that should be, and people have to look at it. */
  outcome: z.enum(['well', 'stuck']),
  reason: z.string(),
  /** ISO 8601, UTC. */
  occurredAt: z.string(),
  facts: z.object({
    region: z.string(),
    /** When the run was due. ISO 8601, UTC. */
    due: z.string(),
    /** Why nothing might be done. Absent: it might. */
    standing: z.exactOptional(z.string()),
    bytesArchived: z.number(),
    /** At most: layers that images share are counted with each. */
    bytesDeleted: z.number(),
    monthlyUsdSaved: z.number(),
    repositories: z.array(
      z.object({
        repository: z.string(),
        outcome: z.enum(['well', 'observed', 'over-cap', 'incomplete', 'unfinished']),
        reason: z.string(),
        images: z.number(),
        kept: z.number(),
        /** In the archive, until their grace is over. */
        waiting: z.number(),
        wouldArchive: z.number(),
        wouldDelete: z.number(),
        archived: z.number(),
        deleted: z.number(),
        /** Should be archived or deleted, and were not. */
        undone: z.number(),
        notes: z.array(z.string()),
      }),
    ),
  }),
});

export type ImagesPruned = z.infer<typeof ImagesPruned>;
