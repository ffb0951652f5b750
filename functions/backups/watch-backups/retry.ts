import type { Started } from '../../../shared/aws/backup-starting.ts';
import type { BackupFinding } from '../../../shared/backups/finding.ts';
import type { Retry } from '../../../shared/backups/retry.ts';
import type { WatchDeps, WatchRun } from './deps.ts';
import { type WatchRecord, withNote } from './record.ts';

/** The least that AWS Backup takes. A job that cannot begin within it would come in the way of the plan's next one. */
const startWindowMinutes = 60;

export interface Asked {
  readonly record: WatchRecord;
  /** What became of it. For people. */
  readonly said: string;
}

/**
 * Asks for a backup or a copy once more, after writing that down. What was answered once is not asked again; what was
 * written down and not answered is asked under the same token, which starts nothing twice.
 *
 * @throws what kept the record from being written: then nothing was asked for
 */
export async function askOnceMore(
  record: WatchRecord,
  retry: Retry,
  run: WatchRun,
  deps: WatchDeps,
): Promise<Asked> {
  const known = record.retries.find(({ token }) => token === retry.token);
  if (known?.end !== undefined) return { record, said: known.end };

  const note = known ?? { token: retry.token, at: deps.now().toISOString() };
  const noted = known === undefined ? await deps.records.write(withNote(record, note)) : { written: record };
  if (!('written' in noted)) {
    return { record: noted.found ?? record, said: 'another run is deciding on it' };
  }
  const standing = await deps.askStanding();
  if (standing.may === 'tell') return { record: noted.written, said: notAsked(standing.reason) };

  let started: Started;
  try {
    started = await start(retry, run, deps);
  } catch (error) {
    const reason = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    return { record: noted.written, said: `it could not be asked for once more: ${reason}` };
  }
  const end =
    started.end === 'started'
      ? `it was asked for once more, as job ${started.jobId}`
      : `AWS Backup refused to do it once more: ${started.reason}`;
  const ended = await deps.records.write(withNote(noted.written, { ...note, end }));
  return { record: 'written' in ended ? ended.written : (ended.found ?? noted.written), said: end };
}

export function notAsked(reason: string): string {
  return `it was not asked for once more: ${reason}`;
}

function start(retry: Retry, { account }: WatchRun, deps: WatchDeps): Promise<Started> {
  const { token, rule } = retry;
  const roleArn = deps.backupRole;
  if (retry.kind === 'backup') {
    const { keepDays, coldAfterDays, completionWindowMinutes } = rule;
    const { resourceArn, vaultName } = retry;
    return deps.jobs.start({
      resourceArn,
      vaultName,
      roleArn,
      keepDays,
      coldAfterDays,
      startWindowMinutes,
      completionWindowMinutes,
      token,
    });
  }
  const { source, copy } = retry;
  const { keepDays, coldAfterDays, region } = copy;
  return deps.copies.start({
    pointArn: source.arn,
    vaultName: source.vaultName,
    destinationVaultArn: `arn:aws:backup:${region}:${account}:backup-vault:${source.vaultName}`,
    roleArn,
    keepDays,
    coldAfterDays,
    token,
  });
}

/** Whether the retry is to mend the finding. */
export function isFor(retry: Retry, { name, resourceArn, region, about }: BackupFinding): boolean {
  if (retry.resourceArn !== resourceArn) return false;
  return retry.kind === 'backup'
    ? about === retry.rule.name
    : name.startsWith('copy-') && region === retry.copy.region && about === retry.source.vaultName;
}
