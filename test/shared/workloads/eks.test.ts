import { type DescribeClusterResponse, EKSClient } from '@aws-sdk/client-eks';
import { STSClient } from '@aws-sdk/client-sts';
import { describe, expect, it } from '@jest/globals';
import { SignatureV4 } from '@smithy/signature-v4';
import { AwsError } from '../../../rehearsal/kernel.ts';
import type { HttpsGetRequest } from '../../../shared/lambda/world.ts';
import { clusterToken } from '../../../shared/workloads/cluster-token.ts';
import { eksInventory } from '../../../shared/workloads/eks.ts';
import { simulated } from './simulated.ts';

const source = { kind: 'eks', account: '111122223333', region: 'us-west-2', cluster: 'platform' } as const;
const cluster = {
  name: 'platform',
  status: 'ACTIVE',
  endpoint: 'https://0A1B.gr7.us-west-2.eks.amazonaws.com',
  certificateAuthority: { data: Buffer.from('the authority').toString('base64') },
  resourcesVpcConfig: { endpointPublicAccess: true, endpointPrivateAccess: true },
} as const satisfies DescribeClusterResponse['cluster'];

function asked(DescribeCluster: (input: { name?: string }) => DescribeClusterResponse) {
  const requests: HttpsGetRequest[] = [];
  const { client, calls } = simulated(EKSClient, { DescribeCluster });
  const ask = eksInventory({
    eks: client,
    get: async (request) => {
      requests.push(request);
      return { status: 200, headers: {}, body: '{"metadata":{},"items":[]}' };
    },
    token: async (of) => `token for ${of}`,
    role: 'arn:aws:iam::111122223333:role/aeon-ops-workload-reader',
  });
  return { calls, requests, answer: () => ask(source, new AbortController().signal) };
}

describe('an EKS cluster', () => {
  it('is asked where its API is, and that with a token for it and its own authority', async () => {
    const { answer, calls, requests } = asked(() => ({ cluster }));
    expect(await answer()).toEqual([]);
    expect(calls).toEqual([{ operation: 'DescribeCluster', input: { name: 'platform' } }]);
    expect(requests[0]).toMatchObject({
      url: 'https://0A1B.gr7.us-west-2.eks.amazonaws.com/api/v1/pods?limit=500',
      ca: 'the authority',
      headers: { authorization: 'Bearer token for platform' },
    });
  });

  it.each<[string, DescribeClusterResponse, RegExp]>([
    ['is being made', { cluster: { name: 'platform', status: 'CREATING' } }, /no endpoint .* is CREATING/],
    ['has no authority', { cluster: { ...cluster, certificateAuthority: {} } }, /certificate authority/],
    ['is left out of the answer', {}, /in no known state/],
    [
      'has a private endpoint',
      { cluster: { ...cluster, resourcesVpcConfig: { endpointPublicAccess: false } } },
      /its endpoint is private.*make it public/,
    ],
  ])('that %s is not known', async (_what, answer, expected) => {
    const given = asked(() => answer);
    await expect(given.answer()).rejects.toThrow(expected);
    expect(given.requests).toEqual([]);
  });

  it('that is gone is not known, which is not the same as empty', async () => {
    const { answer } = asked(() => {
      throw new AwsError('ResourceNotFoundException', 'No cluster found for name: platform.', 404);
    });
    await expect(answer()).rejects.toThrow('there is no such cluster');
  });
});

describe('a token for a cluster', () => {
  const credentials = { accessKeyId: 'ASIAEXAMPLE', secretAccessKey: 'secret', sessionToken: 'a+b/c=' };
  const now = new Date('2026-03-02T08:00:00Z');
  const { sha256 } = new STSClient({ region: 'us-west-2', credentials }).config;

  async function urlOf(name: string, region = 'us-west-2'): Promise<URL> {
    const signer = new SignatureV4({ service: 'sts', region, credentials, sha256 });
    const token = await clusterToken(signer, { cluster: name, region }, now);
    expect(token).toMatch(/^k8s-aws-v1\.[\w-]+$/);
    return new URL(Buffer.from(token.replace('k8s-aws-v1.', ''), 'base64url').toString());
  }

  it('is a presigned GetCallerIdentity of the Regional endpoint, good for a minute and for this cluster', async () => {
    const { origin, searchParams } = await urlOf('platform');
    expect(origin).toBe('https://sts.us-west-2.amazonaws.com');
    expect(Object.fromEntries(searchParams)).toMatchObject({
      Action: 'GetCallerIdentity',
      Version: '2011-06-15',
      'X-Amz-Credential': 'ASIAEXAMPLE/20260302/us-west-2/sts/aws4_request',
      'X-Amz-Date': '20260302T080000Z',
      'X-Amz-Expires': '60',
      'X-Amz-Security-Token': 'a+b/c=',
      'X-Amz-SignedHeaders': 'host;x-k8s-aws-id',
    });
    expect(searchParams.has('x-k8s-aws-id')).toBe(false);
  });

  it('has another signature for another cluster', async () => {
    const signatureOf = async (name: string) => (await urlOf(name)).searchParams.get('X-Amz-Signature');
    expect(await signatureOf('platform')).toMatch(/^[0-9a-f]{64}$/);
    expect(await signatureOf('platform')).not.toBe(await signatureOf('other'));
  });

  it('goes to the endpoint of its own partition', async () => {
    expect((await urlOf('platform', 'cn-north-1')).hostname).toBe('sts.cn-north-1.amazonaws.com.cn');
  });
});
