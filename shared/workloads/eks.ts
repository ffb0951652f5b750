import { DescribeClusterCommand, type EKSClient, ResourceNotFoundException } from '@aws-sdk/client-eks';
import { RetryableError } from '../lambda/errors.ts';
import type { HttpsGet } from '../lambda/world.ts';
import type { WorkloadSource } from './inventory.ts';
import { listWorkloads } from './kubernetes.ts';
import type { NamedImage } from './named-image.ts';

export interface EksAccess {
  readonly eks: EKSClient;
  readonly get: HttpsGet;
  /** A bearer token for the cluster. */
  readonly token: (cluster: string) => Promise<string>;
  /** ARN of the role that the token is of. */
  readonly role: string;
}

/**
 * Everything in an EKS cluster that names or runs an image, from its Kubernetes API.
 *
 * @returns rejects with RetryableError, which says what to do, for a cluster that is not there, cannot be reached or
 * does not let us in
 */
export function eksInventory({ eks, get, token, role }: EksAccess) {
  return async ({ cluster = '' }: WorkloadSource, signal: AbortSignal): Promise<readonly NamedImage[]> => {
    const { endpoint, ca } = await apiOf(eks, cluster, signal);
    return listWorkloads({ endpoint, ca, role, token: await token(cluster) }, get, signal);
  };
}

async function apiOf(eks: EKSClient, cluster: string, abortSignal: AbortSignal) {
  const described = await eks
    .send(new DescribeClusterCommand({ name: cluster }), { abortSignal })
    .catch((error: unknown) => {
      if (!(error instanceof ResourceNotFoundException)) throw error;
      throw new RetryableError(
        'there is no such cluster: if it is gone for good, take it out of the policy',
        {
          cause: error,
        },
      );
    });
  const { endpoint, certificateAuthority, resourcesVpcConfig, status } = described.cluster ?? {};
  const authority = certificateAuthority?.data;
  if (!endpoint || !authority) {
    throw new RetryableError(
      `EKS gave no endpoint or no certificate authority; the cluster is ${status ?? 'in no known state'}`,
    );
  }
  if (resourcesVpcConfig?.endpointPublicAccess === false) {
    throw new RetryableError(
      'its endpoint is private, and these functions are in no VPC: make it public, for few addresses if need be',
    );
  }
  return { endpoint, ca: Buffer.from(authority, 'base64').toString() };
}
