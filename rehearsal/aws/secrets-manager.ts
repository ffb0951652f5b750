import type { GetSecretValueCommandInput, GetSecretValueResponse } from '@aws-sdk/client-secrets-manager';
import { AwsError, type Call, type Kernel, type Operations } from '../kernel.ts';
import { authorize } from './authorize.ts';

interface Secret {
  readonly region: string;
  readonly name: string;
  readonly arn: string;
  readonly value: string;
  readonly versionId: string;
  readonly createdAt: Date;
}

const suffixLetters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** AWS Secrets Manager: text secrets with their current version only. */
export class SecretsManager {
  readonly #kernel: Kernel;
  readonly #secrets: Secret[] = [];

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
  }

  /**
   * Returns the ARN. AWS ends it with a hyphen and six random characters, which no name reveals: policies need `-??????`.
   * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_iam-permissions.html
   */
  createSecret(region: string, name: string, value: string): string {
    const arn = `${this.#arn(region, name)}-${this.#suffix()}`;
    this.#secrets.push({
      region,
      name,
      arn,
      value,
      versionId: this.#kernel.uuid(),
      createdAt: this.#kernel.now(),
    });
    return arn;
  }

  /** Makes a new value the current one. */
  putSecretValue(region: string, name: string, value: string): void {
    const index = this.#secrets.findIndex((secret) => secret.region === region && secret.name === name);
    const secret = this.#secrets[index];
    if (secret === undefined) throw new RangeError(`there is no secret '${name}' in ${region}`);
    const versionId = this.#kernel.uuid();
    this.#secrets[index] = { ...secret, value, versionId, createdAt: this.#kernel.now() };
  }

  readonly operations = {
    GetSecretValue: (input: GetSecretValueCommandInput, call: Call): GetSecretValueResponse => {
      const { SecretId: id = '', VersionId: versionId, VersionStage: stage = 'AWSCURRENT' } = input;
      const secret = this.#find(call.region, id);
      authorize(
        this.#kernel,
        {
          principal: call.principal,
          action: 'secretsmanager:GetSecretValue',
          resource: secret?.arn ?? (id.startsWith('arn:') ? id : this.#arn(call.region, id)),
        },
        'AccessDeniedException',
      );
      if (secret === undefined) throw notFound("Secrets Manager can't find the specified secret.");
      if (stage !== 'AWSCURRENT') {
        throw notFound(`Secrets Manager can't find the specified secret value for staging label: ${stage}`);
      }
      if (versionId !== undefined && versionId !== secret.versionId) {
        throw notFound(`Secrets Manager can't find the specified secret value for VersionId: ${versionId}`);
      }
      return {
        ARN: secret.arn,
        Name: secret.name,
        VersionId: secret.versionId,
        SecretString: secret.value,
        VersionStages: ['AWSCURRENT'],
        CreatedDate: secret.createdAt,
      };
    },
  } satisfies Operations;

  /** By name, by ARN, or by ARN without the random end. */
  #find(region: string, id: string): Secret | undefined {
    return this.#secrets.find(
      (secret) =>
        secret.region === region && [secret.name, secret.arn, this.#arn(region, secret.name)].includes(id),
    );
  }

  #arn(region: string, name: string): string {
    return `arn:aws:secretsmanager:${region}:${this.#kernel.account}:secret:${name}`;
  }

  #suffix(): string {
    const letter = (): string =>
      suffixLetters.charAt(Math.floor(this.#kernel.random() * suffixLetters.length));
    return Array.from({ length: 6 }, letter).join('');
  }
}

function notFound(message: string): AwsError {
  return new AwsError('ResourceNotFoundException', message);
}
