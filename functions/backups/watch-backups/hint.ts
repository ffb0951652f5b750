import { type BackupEvent, parseBackupEvent } from '../../../shared/events/backup.ts';
import { PermanentError } from '../../../shared/lambda/errors.ts';

/** A resource that something may have happened to. What that is, is looked up. */
export interface Hint {
  readonly resourceArn: string;
  /** False: all that it says may be that something ended well. */
  readonly isBad: boolean;
}

/**
 * Which resource an event of AWS Backup is about.
 *
 * @returns undefined for an event that does not say: the first ones of a job name none
 * @throws PermanentError for an event of another kind, restores included
 */
export function readHint(event: unknown): Hint | undefined {
  const change = parseBackupEvent(event);
  if (change.kind === 'restore-job') {
    throw new PermanentError(
      `Restores are not watched here (given the job ${change.jobId}): expected a change of a backup job, a copy job or a recovery point`,
      { facts: { jobId: change.jobId } },
    );
  }
  const { resourceArn } = change;
  return resourceArn === undefined ? undefined : { resourceArn, isBad: isBad(change) };
}

function isBad({ kind, state, message }: Exclude<BackupEvent, { readonly kind: 'restore-job' }>): boolean {
  return state !== 'COMPLETED' || (kind === 'backup-job' && message !== undefined);
}
