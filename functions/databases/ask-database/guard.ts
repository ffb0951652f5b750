import type { AskRequest } from '../../../shared/database/exchange.ts';

/**
 * The endpoint of an RDS instance that AWS Backup's restore testing has made: it names them so, and nobody chooses the
 * name.
 * @see https://docs.aws.amazon.com/aws-backup/latest/devguide/restore-testing-inferred-metadata.html
 */
const restoreTestHost =
  /^awsbackup-restore-test-[a-z0-9-]+\.[a-z0-9]+\.[a-z]{2}(-[a-z]+)+-\d\.rds\.amazonaws\.com$/;

/**
 * Why what the request is pointed at may not be spoiled; undefined when it may. Three have to agree: who asks, the place
 * the function is deployed to, and the name of the host.
 */
export function whyNotSpoil({ target, spoil }: AskRequest, asks: string): string | undefined {
  if (spoil === undefined) return undefined;
  if (asks !== 'copies') return 'this deployment asks databases that are in use';
  if (!restoreTestHost.test(target.host)) {
    return `'${target.host.slice(0, 100)}' is not the endpoint of an instance named awsbackup-restore-test-…`;
  }
  return undefined;
}
