import { AssumeRoleCommand, type STSClient } from '@aws-sdk/client-sts';
import { RetryableError } from '../lambda/errors.ts';
import type { AwsCredentials, CredentialsProvider } from '../lambda/world.ts';

/** The role that may look into the sources of one account. */
export interface Reader {
  readonly role: string;
  /** Agreed with the account's owners. Absent in our own account. */
  readonly externalId?: string;
}

/** The shortest that STS gives, in seconds: a survey is done in one minute. */
const sessionSeconds = 900;

/** The SDK asks for new credentials when those it has hold no longer than this. Milliseconds. */
const renewedMs = 5 * 60_000;

/**
 * Credentials of a reader, for all who ask until they run out.
 *
 * The session that a Regional endpoint of STS gives is valid in all Regions, so one is enough.
 *
 * @param sts of the function's own Region: no other has to be up
 * @returns rejects with what STS said, and what to look at, when the role cannot be assumed; the next call tries again
 */
export function readerCredentials(sts: STSClient, reader: Reader, now: () => Date): CredentialsProvider {
  let held: { readonly credentials: Promise<AwsCredentials>; until: number } | undefined;
  return async () => {
    if (held !== undefined && now().getTime() < held.until) return held.credentials;
    const asked = { credentials: assume(sts, reader), until: Number.POSITIVE_INFINITY };
    held = asked;
    try {
      const credentials = await asked.credentials;
      asked.until = credentials.expiration.getTime() - renewedMs;
      return credentials;
    } catch (error) {
      asked.until = 0;
      throw error;
    }
  };
}

async function assume(sts: STSClient, { role, externalId }: Reader) {
  const { Credentials: given } = await sts
    .send(
      new AssumeRoleCommand({
        RoleArn: role,
        RoleSessionName: 'aeon-ops-workloads',
        DurationSeconds: sessionSeconds,
        ...(externalId !== undefined && { ExternalId: externalId }),
      }),
    )
    .catch((cause: unknown) => {
      const said = Error.isError(cause) ? `${cause.name}: ${cause.message}` : String(cause);
      const known = externalId === undefined ? '' : ' and asks for the external id that the policy has';
      throw new RetryableError(
        `the role ${role} could not be assumed: see that it is there, trusts the functions of this account${known} (${said})`,
        { cause },
      );
    });
  const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = given ?? {};
  if (!AccessKeyId || !SecretAccessKey || !SessionToken || !Expiration) {
    throw new RetryableError(`STS gave no whole credentials for the role ${role}`);
  }
  return {
    accessKeyId: AccessKeyId,
    secretAccessKey: SecretAccessKey,
    sessionToken: SessionToken,
    expiration: Expiration,
  };
}
