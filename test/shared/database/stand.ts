import type { Connect, DatabaseAccess } from '../../../shared/database/session.ts';

/** A PostgreSQL that tests can do with as they like. */
export interface DatabaseStand {
  /** Such as `PostgreSQL 15.18 (Debian 15.18-0+deb12u1) on x86_64-pc-linux-gnu`. */
  readonly version: string;
  /** Runs statements as the administrator. */
  readonly script: (database: string, sql: string) => Promise<void>;
  /** Makes the database anew from a dump. */
  readonly restore: (database: string, dump: string) => Promise<void>;
  readonly connect: Connect;
  /** The administrator's. */
  readonly access: (database: string, mode: DatabaseAccess['mode']) => DatabaseAccess;
  readonly stop: () => Promise<void>;
}
