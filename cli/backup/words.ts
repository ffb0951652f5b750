import type { Severity } from '../../report/document.ts';
import type { PointStatus, RpoStatus } from './assess.ts';

/** `aeon-dt-metadata`, of `arn:aws:rds:us-east-1:111122223333:db:aeon-dt-metadata` */
export function shortName(arn: string): string {
  return arn.split(/[:/]/).at(-1) ?? arn;
}

/** Whole minutes, as the decision counts them. */
export function ageMinutes({ newest }: PointStatus, now: Date): number | undefined {
  return newest && Math.floor((now.getTime() - newest.createdAt.getTime()) / 60_000);
}

export const sayRpo: Readonly<Record<RpoStatus, string>> = {
  met: 'met',
  missed: 'missed',
  'none-due': 'none due',
  unknown: 'not known',
};

export const rpoSeverity: Readonly<Record<RpoStatus, Severity>> = {
  met: 'good',
  missed: 'bad',
  'none-due': 'unknown',
  unknown: 'unknown',
};

/** `2 findings` */
export function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}
