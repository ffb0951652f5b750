import type { DescribeClusterRequest, DescribeClusterResponse } from '@aws-sdk/client-eks';
import * as z from 'zod';
import type { HttpsAnswer, HttpsGetRequest } from '../../shared/lambda/world.ts';
import { AwsError, type Call, type Kernel, type Operations, type Principal } from '../kernel.ts';
import { authorize } from './authorize.ts';
import { KubernetesApi, refusal, type Workload } from './kubernetes.ts';
import { sha256 } from './oci-manifest.ts';
import { ignored, type Resource, readProperties } from './properties.ts';

interface Cluster {
  readonly region: string;
  readonly name: string;
  readonly endpoint: string;
  readonly api: KubernetesApi;
  readonly access: AccessOf;
}

/** ARN -> whether it may read everything in the cluster, or is only known there. */
type AccessOf = Map<string, 'reads' | 'known'>;

const AccessEntry = z.strictObject({
  ClusterName: z.string(),
  PrincipalArn: z.string(),
  Type: z.literal('STANDARD').optional(),
  AccessPolicies: z
    .array(
      z.strictObject({
        PolicyArn: z
          .string()
          .regex(
            /cluster-access-policy\/AmazonEKS(View|AdminView)Policy$/,
            'only policies that let read are simulated',
          ),
        AccessScope: z.strictObject({ Type: z.literal('cluster'), Namespaces: ignored }),
      }),
    )
    .default([]),
  Tags: ignored,
});

/** A GET of a cluster's Kubernetes API. */
export type KubernetesRequest = Pick<HttpsGetRequest, 'url' | 'headers'>;

/** Amazon EKS: clusters of the scenario, who may read them, and their Kubernetes API. */
export class Eks {
  readonly #kernel: Kernel;
  /** By ARN. */
  readonly #clusters = new Map<string, Cluster>();
  /** By the cluster's ARN. Entries come with the templates, before the scenario makes its clusters. */
  readonly #access = new Map<string, AccessOf>();

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
  }

  /** @returns what is in it, for the scenario to change */
  createCluster(region: string, name: string): KubernetesApi {
    const arn = this.#arn(region, name);
    const label = sha256(arn).replace('sha256:', '').slice(0, 32).toUpperCase();
    const endpoint = `https://${label}.gr7.${region}.eks.amazonaws.com`;
    const api = new KubernetesApi();
    this.#clusters.set(arn, { region, name, endpoint, api, access: this.#accessOf(arn) });
    return api;
  }

  /**
   * @returns what is in it, for the scenario to change
   * @throws RangeError when there is no such cluster
   */
  cluster(region: string, name: string): KubernetesApi {
    const cluster = this.#clusters.get(this.#arn(region, name));
    if (cluster === undefined) throw new RangeError(`there is no EKS cluster ${name} in ${region}`);
    return cluster.api;
  }

  /** What is in all clusters, for invariants. */
  workloads(): readonly Workload[] {
    return [...this.#clusters.values()].flatMap(({ api }) => api.workloads);
  }

  deleteCluster(region: string, name: string): void {
    this.#clusters.delete(this.#arn(region, name));
  }

  /**
   * AWS::EKS::AccessEntry with one of the policies that let read everything.
   *
   * @throws RangeError for a property that is not simulated, by name
   */
  createAccessEntry(resource: Resource): void {
    const entry = readProperties('AWS::EKS::AccessEntry', AccessEntry, resource);
    const access = this.#accessOf(this.#arn(resource.region, entry.ClusterName));
    access.set(entry.PrincipalArn, entry.AccessPolicies.length > 0 ? 'reads' : 'known');
  }

  readonly operations = {
    DescribeCluster: ({ name = '' }: DescribeClusterRequest, call: Call): DescribeClusterResponse => {
      const arn = this.#arn(call.region, name);
      const { principal } = call;
      authorize(
        this.#kernel,
        { principal, action: 'eks:DescribeCluster', resource: arn },
        'AccessDeniedException',
      );
      const cluster = this.#clusters.get(arn);
      if (cluster === undefined) {
        throw new AwsError('ResourceNotFoundException', `No cluster found for name: ${name}.`, 404);
      }
      const certificate = '-----BEGIN CERTIFICATE-----\nrehearsal\n-----END CERTIFICATE-----\n';
      return {
        cluster: {
          name,
          arn,
          status: 'ACTIVE',
          version: '1.34',
          endpoint: cluster.endpoint,
          certificateAuthority: { data: Buffer.from(certificate).toString('base64') },
        },
      };
    },
  } satisfies Operations;

  /**
   * @param principalOf whose access key it is that the token is signed with
   * @throws RangeError for the address of no cluster
   */
  get(
    { url, headers = {} }: KubernetesRequest,
    principalOf: (accessKeyId: string) => Principal,
  ): HttpsAnswer {
    const cluster = [...this.#clusters.values()].find(({ endpoint }) => url.startsWith(`${endpoint}/`));
    if (cluster === undefined) throw new RangeError(`there is no EKS cluster at ${new URL(url).origin}`);
    const authorization = new Map(
      Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
    ).get('authorization');
    const accessKeyId = signerOf(authorization, this.#kernel.now());
    const access = accessKeyId === undefined ? undefined : accessOf(cluster, accessKeyId, principalOf);
    if (access === undefined) return refusal(401, 'Unauthorized');
    return access === 'reads' ? cluster.api.get(url) : refusal(403, 'Forbidden');
  }

  #accessOf(arn: string): AccessOf {
    const access: AccessOf = this.#access.get(arn) ?? new Map();
    this.#access.set(arn, access);
    return access;
  }

  #arn(region: string, name: string): string {
    return `arn:aws:eks:${region}:${this.#kernel.account}:cluster/${name}`;
  }
}

/** Undefined for whom the cluster does not know, and for credentials that STS does not know or that have run out. */
function accessOf(
  { access }: Cluster,
  accessKeyId: string,
  principalOf: (accessKeyId: string) => Principal,
): 'reads' | 'known' | undefined {
  try {
    const principal = principalOf(accessKeyId);
    if (principal.kind === 'scenario') return 'reads';
    return principal.kind === 'role' ? access.get(principal.arn) : undefined;
  } catch (error) {
    if (error instanceof AwsError) return undefined;
    throw error;
  }
}

/** The longest that EKS takes a token for. Milliseconds. */
const tokenLifetime = 15 * 60_000;

/**
 * The access key that a token is signed with; undefined for what is no token, or one that is too old. A token is the
 * URL of a presigned GetCallerIdentity, in base64. It names the cluster in a signed header, whose value only the
 * signature holds.
 * @see https://docs.aws.amazon.com/eks/latest/best-practices/identity-and-access-management.html
 */
function signerOf(authorization: string | undefined, now: Date): string | undefined {
  const encoded = /^Bearer k8s-aws-v1\.([\w-]+)$/.exec(authorization ?? '')?.[1];
  if (encoded === undefined) return undefined;
  const url = URL.parse(Buffer.from(encoded, 'base64url').toString());
  const signed = url?.searchParams.get('X-Amz-SignedHeaders')?.split(';') ?? [];
  const date = url?.searchParams.get('X-Amz-Date') ?? '';
  const signedAt = Date.parse(
    date.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'),
  );
  const isToken =
    /^sts\.([a-z0-9-]+\.)?amazonaws\.com$/.test(url?.hostname ?? '') &&
    url?.searchParams.get('Action') === 'GetCallerIdentity' &&
    signed.includes('x-k8s-aws-id') &&
    now.getTime() - signedAt < tokenLifetime;
  return isToken ? url?.searchParams.get('X-Amz-Credential')?.split('/')[0] : undefined;
}
