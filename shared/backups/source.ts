/*
 * The lists that backups are judged by, by name. What is found rests on some of them: while one of those could not be
 * read, nobody knows whether it is so.
 */

/** Names one list that was to be read. For people, too. */
export type BackupSource = string;

export const backupSource = {
  jobs: (vaultName: string): BackupSource => `backup jobs into ${vaultName}`,
  copies: (vaultName: string, destination: string): BackupSource =>
    `copy jobs into ${vaultName} in ${destination}`,
  points: (region: string, vaultName: string): BackupSource => `recovery points of ${vaultName} in ${region}`,
  protectedResources: 'protected resources',
  tagged: 'tagged resources',
} as const;

/** A list that could not be read to its end. */
export interface UnreadSource {
  readonly source: BackupSource;
  readonly reason: string;
}
