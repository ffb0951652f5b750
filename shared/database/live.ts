import { readFile } from 'node:fs/promises';
import { authoritiesVariable } from './authorities.ts';
import { postgresByTls } from './postgres.ts';
import type { WithDatabases } from './session.ts';

/** A connection in a VPC stands within a second, or not at all. */
const connectTimeoutSeconds = 10;

/** The databases of AWS. The authorities are read at the first connection and kept: no start waits for them. */
export function withDatabases(environment: Readonly<Record<string, string | undefined>>): WithDatabases {
  let read: Promise<string> | undefined;
  const authorities = (): Promise<string> => {
    read ??= readFile(environment[authoritiesVariable] ?? '', 'utf8');
    return read;
  };
  return { connect: postgresByTls({ authorities, connectTimeoutSeconds }) };
}
