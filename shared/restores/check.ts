/** What is looked at in a restored database; the last four in a restored volume. */
export const checkNames = [
  'sentinel',
  'heartbeat',
  'content',
  'table',
  'columns',
  'rows',
  'checksum',
  'extension',
  'collation',
  'index',
  'volume',
  'size',
  'encryption',
  'tag',
] as const;

export type CheckName = (typeof checkNames)[number];

/**
 * One thing that was looked at. `unproven`: it could not be asked, or there is nothing to compare it with. That is no
 * pass: whoever sums up says so.
 */
export interface Check {
  readonly check: CheckName;
  /** The table, extension, collation or index; `database` for what there is one of, also of a volume. */
  readonly subject: string;
  readonly outcome: 'passed' | 'failed' | 'unproven';
  /** One sentence for people. */
  readonly reason: string;
}

/** A check's name and subject tell it from all others of one restore. */
export type CheckId = Pick<Check, 'check' | 'subject'>;

export function isSameCheck(one: CheckId, other: CheckId): boolean {
  return one.check === other.check && one.subject === other.subject;
}

/** `checksum of public.orders` */
export function describeCheck({ check, subject }: CheckId): string {
  return subject === 'database' ? check : `${check} of ${subject}`;
}

/** Makes the checks of one name and subject. */
export function checkOf(check: CheckName, subject = 'database') {
  const make =
    (outcome: Check['outcome']) =>
    (reason: string): Check => ({ check, subject, outcome, reason });
  return { passed: make('passed'), failed: make('failed'), unproven: make('unproven') };
}
