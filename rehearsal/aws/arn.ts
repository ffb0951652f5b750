/** The parts of an Amazon Resource Name. */
export interface Arn {
  readonly service: string;
  /** Empty for global services such as IAM. */
  readonly region: string;
  readonly account: string;
  /** What follows the account, with its own colons and slashes: `function:aeon-ops-judge-scan`. */
  readonly resource: string;
}

/**
 * @throws RangeError for a text that is no ARN
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html
 */
export function parseArn(text: string): Arn {
  const [prefix, partition, service, region, account, ...rest] = text.split(':');
  if (
    prefix !== 'arn' ||
    !partition ||
    !service ||
    region === undefined ||
    account === undefined ||
    !rest[0]
  ) {
    throw new RangeError(`'${text}' is no ARN: use arn:aws:<service>:<region>:<account>:<resource>`);
  }
  return { service, region, account, resource: rest.join(':') };
}
