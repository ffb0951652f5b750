import type { Manifest } from './manifest.ts';

/** What a restored database is held against. */
export interface Expected {
  readonly point: RecoveryPoint;
  /** Of the source: the last before the backup began, and the first after it was complete. */
  readonly before?: Manifest;
  readonly after?: Manifest;
  /** Rows by table, from the last restore that was found good. */
  readonly lastGoodRows?: Readonly<Record<string, number>>;
}

/** A backup as AWS Backup knows it. The moment that its data is of lies between the two. */
export interface RecoveryPoint {
  readonly startedAt: Date;
  readonly completedAt: Date;
}
