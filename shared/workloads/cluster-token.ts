import type { SignatureV4 } from '@smithy/signature-v4';

/** The header by which a token is good for one cluster alone. It is signed and not sent: the cluster adds it. */
const clusterHeader = 'x-k8s-aws-id';

/** Of the URL, in seconds; other clients write the same. A cluster takes a token for a quarter of an hour. */
const urlSeconds = 60;

/**
 * A bearer token for the Kubernetes API of an EKS cluster: a signed question to STS who the caller is, which the
 * cluster asks for us.
 *
 * @param signer for the service `sts`, as whom the cluster is to know us, in the cluster's own Region
 * @see https://github.com/kubernetes-sigs/aws-iam-authenticator#api-authorization-from-outside-a-cluster
 */
export async function clusterToken(
  signer: Pick<SignatureV4, 'presign'>,
  { cluster, region }: { readonly cluster: string; readonly region: string },
  now: Date,
): Promise<string> {
  const hostname = `sts.${region}.${region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com'}`;
  const { query = {} } = await signer.presign(
    {
      method: 'GET',
      protocol: 'https:',
      hostname,
      path: '/',
      query: { Action: 'GetCallerIdentity', Version: '2011-06-15' },
      headers: { host: hostname, [clusterHeader]: cluster },
    },
    { expiresIn: urlSeconds, signingDate: now },
  );
  const parameters = Object.entries(query).map(
    ([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(String(value))}`,
  );
  const url = `https://${hostname}/?${parameters.join('&')}`;
  return `k8s-aws-v1.${Buffer.from(url).toString('base64url')}`;
}
