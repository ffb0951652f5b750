import type { Call } from '../kernel.ts';
import { authorize } from './authorize.ts';
import type { BackupContext } from './backup-context.ts';
import type { CopyJobs } from './backup-copy.ts';
import type { BackupJobs } from './backup-job.ts';
import type { RestoreJobs } from './backup-restore.ts';

/** What the operations of AWS Backup's API work on. */
export interface BackupParts {
  readonly context: BackupContext;
  readonly backups: BackupJobs;
  readonly copies: CopyJobs;
  readonly restores: RestoreJobs;
}

/**
 * @param operation `ListBackupJobs`
 * @param resource an ARN; most operations know none
 * @throws AwsError AccessDeniedException
 */
export function authorized(
  { kernel }: BackupContext,
  { principal }: Call,
  operation: string,
  resource = '*',
): void {
  authorize(kernel, { principal, action: `backup:${operation}`, resource }, 'AccessDeniedException');
}
