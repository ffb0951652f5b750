import type { AssumeRoleRequest, AssumeRoleResponse } from '@aws-sdk/client-sts';
import { AwsError, type Call, type Kernel, type Operations, type Principal } from '../kernel.ts';
import { authorize } from './authorize.ts';

interface Session {
  readonly principal: Principal;
  readonly expiresAt: Date;
}

/** Limits of AssumeRole, in seconds. */
const shortestSession = 900;
const defaultSession = 3600;

/** AWS Security Token Service: credentials of a role, for whoever the role's trust policy lets. */
export class Sts {
  readonly #kernel: Kernel;
  readonly #hasRole: (arn: string) => boolean;
  /** By access key id. */
  readonly #sessions = new Map<string, Session>();

  /** @param hasRole whether there is such a role. One that is not there, or in another account, lets nobody in */
  constructor(kernel: Kernel, hasRole: (arn: string) => boolean) {
    this.#kernel = kernel;
    this.#hasRole = hasRole;
  }

  readonly operations = {
    AssumeRole: (input: AssumeRoleRequest, { principal }: Call): AssumeRoleResponse => {
      const { RoleArn = '', RoleSessionName = '', ExternalId, DurationSeconds = defaultSession } = input;
      if (DurationSeconds < shortestSession) {
        throw new AwsError('ValidationError', `DurationSeconds must be at least ${shortestSession}`);
      }
      const context: Record<string, string> =
        ExternalId === undefined ? {} : { 'sts:externalid': ExternalId };
      authorize(this.#kernel, { principal, action: 'sts:AssumeRole', resource: RoleArn, context });
      if (!this.#hasRole(RoleArn)) {
        throw new AwsError(
          'AccessDenied',
          `User: ${nameOf(principal)} is not authorized to perform: sts:AssumeRole on resource: ${RoleArn}`,
          403,
        );
      }
      const id = this.#kernel.uuid().replaceAll('-', '').toUpperCase();
      const AccessKeyId = `ASIA${id.slice(0, 16)}`;
      const expiresAt = new Date(this.#kernel.now().getTime() + DurationSeconds * 1000);
      this.#sessions.set(AccessKeyId, { principal: { kind: 'role', arn: RoleArn }, expiresAt });
      return {
        Credentials: {
          AccessKeyId,
          SecretAccessKey: 'simulated',
          SessionToken: `simulated-${id}`,
          Expiration: expiresAt,
        },
        AssumedRoleUser: {
          AssumedRoleId: `AROA${id.slice(0, 16)}:${RoleSessionName}`,
          Arn: `${RoleArn.replace(':iam:', ':sts:').replace(':role/', ':assumed-role/')}/${RoleSessionName}`,
        },
      };
    },
  } satisfies Operations;

  /**
   * Whose credentials these are.
   *
   * @throws AwsError for credentials that nobody was given, and for those that have run out
   */
  principalOf(accessKeyId: string): Principal {
    const session = this.#sessions.get(accessKeyId);
    if (session === undefined) {
      throw new AwsError(
        'InvalidClientTokenId',
        'The security token included in the request is invalid.',
        403,
      );
    }
    if (session.expiresAt <= this.#kernel.now()) {
      throw new AwsError(
        'ExpiredTokenException',
        'The security token included in the request is expired',
        403,
      );
    }
    return session.principal;
  }
}

function nameOf(principal: Principal): string {
  return principal.kind === 'role' ? principal.arn : principal.kind;
}
