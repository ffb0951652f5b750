import * as z from 'zod/mini';
import { backupFindingNames } from '../backups/finding.ts';

/** Something is wrong with the backups of a resource or of a Region, or is so no more. */
export const BackupFindingTold = z.object({
  identity: z.string(),
  /** The ARN of the resource; of a gap in the policy its path. */
  subject: z.string(),
  environment: z.string(),
  outcome: z.enum(['open', 'over']),
  reason: z.string(),
  /** When it was found to be so. ISO 8601, UTC. */
  occurredAt: z.string(),
  facts: z.object({
    /** Tells the finding from others of the Region that watches, and is the same for as long as it is open. */
    finding: z.string(),
    name: z.enum(backupFindingNames),
    /** The rule of the tier or the vault that it is about. */
    about: z.string(),
    tier: z.exactOptional(z.string()),
    /** Where it is wrong. */
    region: z.string(),
    /** Where it was found. */
    watchedIn: z.string(),
    /** When it was found to be open. ISO 8601, UTC. */
    since: z.string(),
    /** Whether it was tried once more. */
    retry: z.exactOptional(z.string()),
  }),
});

export type BackupFindingTold = z.infer<typeof BackupFindingTold>;
