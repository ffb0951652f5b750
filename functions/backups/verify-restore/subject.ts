import { parseRestoreJobChange } from '../../../shared/events/backup.ts';
import { parseScheduledRun } from '../../../shared/events/schedule.ts';

/** The restore job that an event is about; `all` for a run by the clock. */
export function readSubject(event: unknown): { readonly jobId: string } | 'all' {
  const isOfBackup =
    typeof event === 'object' && event !== null && Reflect.get(event, 'source') === 'aws.backup';
  if (isOfBackup) return { jobId: parseRestoreJobChange(event).jobId };
  parseScheduledRun(event);
  return 'all';
}
