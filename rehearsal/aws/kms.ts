import { AwsError, type Kernel, type Principal } from '../kernel.ts';
import { parseArn } from './arn.ts';
import { authorize } from './authorize.ts';

/** What a service needs of the key that its messages are encrypted with. */
export interface KeyUse {
  readonly principal: Principal;
  readonly actions: readonly ('kms:GenerateDataKey' | 'kms:Decrypt')[];
  /** The key's id, ARN, alias or alias ARN, as `KmsMasterKeyId` holds it. */
  readonly key: string;
  readonly region: string;
  /** Who encrypts on the principal's behalf. */
  readonly via: 'sqs' | 'sns';
  /** The queue or topic. */
  readonly resource: string;
}

/** Each service passes errors of KMS on under a code of its own. */
const codes = {
  sqs: { denied: 'KMS.AccessDeniedException', notFound: 'KMS.NotFoundException' },
  sns: { denied: 'KMSAccessDenied', notFound: 'KMSNotFound' },
} as const;

/**
 * AWS KMS, as far as encrypted queues and topics ask for it: whether who sends or receives may use the key. Nothing is
 * encrypted.
 */
export class Kms {
  readonly #kernel: Kernel;
  readonly #keys = new Set<string>();
  /** Alias ARN -> key ARN. */
  readonly #aliases = new Map<string, string>();

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
  }

  createKey(arn: string): void {
    this.#keys.add(arn);
  }

  /** @param name `alias/aeon-ops` */
  createAlias(name: string, keyArn: string): void {
    this.#aliases.set(this.#arn(parseArn(keyArn).region, name), keyArn);
  }

  /**
   * The AWS managed keys `alias/aws/sqs` and `alias/aws/sns` let every principal of the account in and no service:
   * their key policy cannot be changed, so EventBridge and CloudWatch cannot reach what they encrypt.
   *
   * @throws AwsError when the principal may not use the key, or there is none
   * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html
   */
  authorize({ principal, actions, key, region, via, resource }: KeyUse): void {
    if (/(^|:)alias\/aws\//.test(key)) {
      if (principal.kind === 'service') {
        throw new AwsError(
          codes[via].denied,
          `${principal.name} is not authorized to use the AWS managed key ${key} of ${resource}`,
        );
      }
      return;
    }
    const arn = key.startsWith('arn:')
      ? key
      : this.#arn(region, key.startsWith('alias/') ? key : `key/${key}`);
    const keyArn = this.#aliases.get(arn) ?? arn;
    if (!this.#keys.has(keyArn)) {
      throw new AwsError(codes[via].notFound, `Key '${keyArn}' does not exist`);
    }
    for (const action of actions) {
      authorize(
        this.#kernel,
        {
          principal: keyPrincipal(principal),
          action,
          resource: keyArn,
          context: {
            'kms:viaservice': `${via}.${region}.amazonaws.com`,
            'kms:calleraccount': this.#kernel.account,
            ...this.#aliasContext(keyArn),
            [`kms:encryptioncontext:aws:${via}:arn`]: resource,
          },
        },
        codes[via].denied,
      );
    }
  }

  /**
   * What a condition on `kms:ResourceAliases` sees. AWS gives all aliases of the key; of several, the first is told
   * here.
   */
  #aliasContext(keyArn: string): Readonly<Record<string, string>> {
    const alias = [...this.#aliases].find(([, target]) => target === keyArn)?.[0];
    return alias === undefined ? {} : { 'kms:resourcealiases': parseArn(alias).resource };
  }

  #arn(region: string, resource: string): string {
    return `arn:aws:kms:${region}:${this.#kernel.account}:${resource}`;
  }
}

/**
 * EventBridge does not tell KMS for which rule it acts: a key policy that asks for `aws:SourceArn` or
 * `aws:SourceAccount` locks it out.
 * @see https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html#compatibility-with-aws-services
 */
function keyPrincipal(principal: Principal): Principal {
  return principal.kind === 'service' && principal.name === 'events.amazonaws.com'
    ? { kind: 'service', name: principal.name }
    : principal;
}
