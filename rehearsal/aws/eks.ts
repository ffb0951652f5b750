import type { DescribeClusterRequest, DescribeClusterResponse } from '@aws-sdk/client-eks';
import * as z from 'zod';
import type { HttpsAnswer } from '../../shared/lambda/world.ts';
import { AwsError, type Call, type Kernel, type Operations, type Principal } from '../kernel.ts';
import { authorize } from './authorize.ts';
import { KubernetesApi, refusal } from './kubernetes.ts';
import { sha256 } from './oci-manifest.ts';
import { ignored, type Resource, readProperties } from './properties.ts';

interface Cluster {
  readonly region: string;
  readonly name: string;
  readonly endpoint: string;
  readonly api: KubernetesApi;
  /** ARNs of those that may read everything in it. */
  readonly readers: Set<string>;
}

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
export interface KubernetesRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** Amazon EKS: clusters of the scenario, who may read them, and their Kubernetes API. */
export class Eks {
  readonly #kernel: Kernel;
  /** By ARN. */
  readonly #clusters = new Map<string, Cluster>();
  /** Cluster ARN -> ARNs. Entries come with the templates, before the scenario makes its clusters. */
  readonly #readers = new Map<string, Set<string>>();

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
  }

  /** @returns what is in it, for the scenario to change */
  createCluster(region: string, name: string): KubernetesApi {
    const arn = this.#arn(region, name);
    const label = sha256(arn).replace('sha256:', '').slice(0, 32).toUpperCase();
    const endpoint = `https://${label}.gr7.${region}.eks.amazonaws.com`;
    const api = new KubernetesApi();
    this.#clusters.set(arn, { region, name, endpoint, api, readers: this.#readersOf(arn) });
    return api;
  }

  /**
   * AWS::EKS::AccessEntry with one of the policies that let read everything.
   *
   * @throws RangeError for a property that is not simulated, by name
   */
  createAccessEntry(resource: Resource): void {
    const entry = readProperties('AWS::EKS::AccessEntry', AccessEntry, resource);
    const readers = this.#readersOf(this.#arn(resource.region, entry.ClusterName));
    if (entry.AccessPolicies.length > 0) readers.add(entry.PrincipalArn);
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
   * @param principal who signed the token: the rehearsal signs nothing, so the token does not tell
   * @throws RangeError for the address of no cluster
   */
  get({ url, headers }: KubernetesRequest, principal: Principal): HttpsAnswer {
    const cluster = [...this.#clusters.values()].find(({ endpoint }) => url.startsWith(`${endpoint}/`));
    if (cluster === undefined) throw new RangeError(`there is no EKS cluster at ${new URL(url).origin}`);
    const authorization = new Map(
      Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
    ).get('authorization');
    if (!isToken(authorization, this.#kernel.now())) return refusal(401, 'Unauthorized');
    const isLetIn =
      principal.kind === 'scenario' || (principal.kind === 'role' && cluster.readers.has(principal.arn));
    return isLetIn ? cluster.api.get(url) : refusal(403, 'Forbidden');
  }

  #readersOf(arn: string): Set<string> {
    const readers = this.#readers.get(arn) ?? new Set<string>();
    this.#readers.set(arn, readers);
    return readers;
  }

  #arn(region: string, name: string): string {
    return `arn:aws:eks:${region}:${this.#kernel.account}:cluster/${name}`;
  }
}

/** The longest that EKS takes a token for. Milliseconds. */
const tokenLifetime = 15 * 60_000;

/**
 * A token is the URL of a presigned GetCallerIdentity, in base64. It names the cluster in a signed header, whose value
 * only the signature holds.
 * @see https://docs.aws.amazon.com/eks/latest/best-practices/identity-and-access-management.html
 */
function isToken(authorization: string | undefined, now: Date): boolean {
  const encoded = /^Bearer k8s-aws-v1\.([\w-]+)$/.exec(authorization ?? '')?.[1];
  if (encoded === undefined) return false;
  const url = URL.parse(Buffer.from(encoded, 'base64url').toString());
  const signed = url?.searchParams.get('X-Amz-SignedHeaders')?.split(';') ?? [];
  const date = url?.searchParams.get('X-Amz-Date') ?? '';
  const signedAt = Date.parse(
    date.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'),
  );
  return (
    /^sts\.([a-z0-9-]+\.)?amazonaws\.com$/.test(url?.hostname ?? '') &&
    url?.searchParams.get('Action') === 'GetCallerIdentity' &&
    signed.includes('x-k8s-aws-id') &&
    now.getTime() - signedAt < tokenLifetime
  );
}
