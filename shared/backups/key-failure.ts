/** A copy that failed because a key may not be used. Trying again is of no use before somebody has mended it. */
export interface KeyFailure {
  /** Absent: AWS does not say which. */
  readonly keyArn?: string;
  readonly which: 'source' | 'destination' | 'either';
  /** What to do, for people. */
  readonly remedy: string;
}

const grants = 'kms:DescribeKey, kms:CreateGrant, kms:Decrypt, kms:ReEncrypt* and kms:GenerateDataKey*';

/**
 * Reads what a service says when AWS Backup may not use a key.
 *
 * @param roleName of the role that AWS Backup copies with
 * @returns undefined for a message that is about something else
 * @see https://docs.aws.amazon.com/aws-backup/latest/devguide/backup-dashboards.html
 */
export function keyFailureOf(message: string, destination: string, roleName: string): KeyFailure | undefined {
  const keyArn = /arn:aws[\w-]*:kms:[\w-]+:\d{12}:key\/[\w-]+/.exec(message)?.[0];
  if (!/kms|key id|key is|encrypt/i.test(message)) return undefined;
  const missing = /not authorized to perform: (kms:\w+)/.exec(message)?.[1] ?? grants;
  const which = whichOf(message, keyArn, destination);
  const key = keyArn ?? keyNames[which].replace('{destination}', destination);
  return {
    which,
    ...(keyArn !== undefined && { keyArn }),
    remedy: `let the role ${roleName} use ${key}: its key policy and the role have to allow ${missing}, and the key must be enabled; a key that AWS manages cannot be opened, so what it encrypts needs a key of ours`,
  };
}

const keyNames = {
  source: 'the key of the resource',
  destination: 'the key of the vault in {destination}',
  either: 'the key of the resource and that of the vault in {destination}',
} as const;

function whichOf(message: string, keyArn: string | undefined, destination: string): KeyFailure['which'] {
  if (/source snapshot/i.test(message)) return 'source';
  if (keyArn === undefined) return 'either';
  return keyArn.split(':')[3] === destination ? 'destination' : 'source';
}
