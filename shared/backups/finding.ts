import type { BackupSource } from './source.ts';

/**
 * What can be wrong with backups. All are of one resource but the last two: `unread` is of a Region of which not everything
 * could be read, `gap-expired` of a component of the platform that nothing backs up, and whose acceptance has ended.
 */
export const backupFindingNames = [
  'failed',
  'aborted',
  'expired',
  'partial',
  'completed-with-issues',
  'never-started',
  'copy-failed',
  'copy-missing',
  'copy-late',
  'too-old',
  'too-large',
  'unencrypted',
  'point-stuck',
  'in-no-plan',
  'vanished',
  'export-failed',
  'export-missing',
  'unread',
  'gap-expired',
] as const;

export type BackupFindingName = (typeof backupFindingNames)[number];

export interface BackupFinding {
  readonly name: BackupFindingName;
  /** Of a gap its path in the policy. */
  readonly resourceArn: string;
  /** Absent: none is known. */
  readonly tier?: string;
  /** The Region in which it is wrong. */
  readonly region: string;
  /** What of the resource's backups it is about: a rule of the tier, or a vault. */
  readonly about: string;
  /** What is wrong and what to do, for people. Holds text from AWS. */
  readonly reason: string;
  /** What it was found in. While one of these cannot be read, nobody knows whether it is still so. */
  readonly restsOn: readonly BackupSource[];
}

/** Tells a finding from others, and is the same for as long as it is open: from one slot to the next. */
export function findingKey({ name, resourceArn, region, about }: BackupFinding): string {
  return [name, region, about, resourceArn].join(' ');
}
