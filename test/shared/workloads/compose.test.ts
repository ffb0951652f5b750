import { beforeEach, describe, expect, it } from '@jest/globals';
import { connectClient } from '../../../rehearsal/aws/connect.ts';
import { AwsError } from '../../../rehearsal/kernel.ts';
import type { World } from '../../../shared/lambda/world.ts';
import { composeWorkloads } from '../../../shared/workloads/compose.ts';
import type { WorkloadPolicy } from '../../../shared/workloads/policy.ts';
import { client } from '../../rehearsal/aws/stand.ts';

const own = '111122223333';
const other = '444455556666';
const roleOf = (account: string): string => `arn:aws:iam::${account}:role/aeon-ops-workload-reader`;

const policy: WorkloadPolicy = {
  workloads: {
    sources: [
      { type: 'eks', cluster: 'platform', region: 'us-east-1' },
      { type: 'eks', cluster: 'standby', region: 'us-west-2' },
      { type: 'lambda', region: 'us-west-2' },
      { type: 'ecs', region: 'eu-west-1', account: other },
    ],
    readers: { [other]: { role: roleOf(other), externalId: 'agreed' } },
  },
};

interface Asked {
  readonly call: string;
  /** Whose credentials it was made with: the key of the role that was taken on. */
  readonly as: string;
  readonly region: string;
  readonly input: unknown;
}

let asked: Asked[];
let tokens: string[];
let refused: string | undefined;

beforeEach(() => {
  asked = [];
  tokens = [];
  refused = undefined;
});

const answers: Readonly<Record<string, (input: never) => object>> = {
  'sts:AssumeRole': ({ RoleArn }: { RoleArn: string }) => {
    if (RoleArn === refused) throw new AwsError('AccessDenied', 'not authorized', 403);
    return {
      Credentials: {
        AccessKeyId: RoleArn,
        SecretAccessKey: 'secret',
        SessionToken: 'token',
        Expiration: new Date('2026-03-02T12:15:00Z'),
      },
    };
  },
  'eks:DescribeCluster': ({ name }: { name: string }) => ({
    cluster: { endpoint: `https://${name}`, certificateAuthority: { data: 'Y2E=' } },
  }),
  'lambda:ListFunctions': () => ({ Functions: [] }),
  'ecs:ListClusters': () => ({ clusterArns: [] }),
  'ecs:ListTaskDefinitions': () => ({ taskDefinitionArns: [] }),
};

const world: Pick<World<WorkloadPolicy>, 'policy' | 'client' | 'get' | 'now'> = {
  policy,
  now: () => new Date('2026-03-02T12:00:00Z'),
  client(Constructor, place) {
    const made = client(Constructor, place?.region ?? 'eu-west-1');
    connectClient(made, async ({ service, operation, input }) => {
      const call = `${service}:${operation}`;
      const as = (await place?.credentials?.())?.accessKeyId ?? 'itself';
      asked.push({ call, as, region: place?.region ?? 'its own', input });
      const answer = answers[call];
      if (answer === undefined) throw new RangeError(`no answer was prepared for ${call}`);
      return answer(input as never);
    });
    return made;
  },
  async get({ url, headers = {} }) {
    const token = headers.authorization?.replace('Bearer k8s-aws-v1.', '') ?? '';
    if (url.includes('/api/v1/pods')) tokens.push(Buffer.from(token, 'base64url').toString());
    const spec = { containers: [{ name: 'api', image: 'api:v1' }] };
    const pod = { metadata: { name: 'api-1', namespace: 'production' }, spec, status: {} };
    const items = url.includes('/api/v1/pods') ? [pod] : [];
    return { status: 200, headers: {}, body: JSON.stringify({ metadata: {}, items }) };
  },
};

const callsOf = (call: string): Asked[] => asked.filter((each) => each.call === call);

describe('workloads', () => {
  it('are asked of all sources, each in its Region and as the reader of its account', async () => {
    const { uses, missing } = await composeWorkloads(world, roleOf(own)).survey();
    expect(missing).toEqual([]);
    expect(uses.map(({ by, source }) => [by, source])).toEqual([
      ['Pod production/api-1', { kind: 'eks', account: own, region: 'us-east-1', cluster: 'platform' }],
      ['Pod production/api-1', { kind: 'eks', account: own, region: 'us-west-2', cluster: 'standby' }],
    ]);
    const made = asked.map(({ call, as, region }) => [call, as, region]);
    expect(made).toContainEqual(['eks:DescribeCluster', roleOf(own), 'us-east-1']);
    expect(made).toContainEqual(['eks:DescribeCluster', roleOf(own), 'us-west-2']);
    expect(made).toContainEqual(['lambda:ListFunctions', roleOf(own), 'us-west-2']);
    expect(made).toContainEqual(['ecs:ListClusters', roleOf(other), 'eu-west-1']);
  });

  it('take on each reader once, in the Region of the function, and another account’s with its external id', async () => {
    const workloads = composeWorkloads(world, roleOf(own));
    await workloads.survey();
    await workloads.survey();
    const assumed = callsOf('sts:AssumeRole');
    expect(assumed.map(({ as, region }) => [as, region])).toEqual([
      ['itself', 'its own'],
      ['itself', 'its own'],
    ]);
    expect(assumed.map(({ input }) => input)).toEqual([
      expect.not.objectContaining({ ExternalId: expect.anything() }),
      expect.objectContaining({ RoleArn: roleOf(other), ExternalId: 'agreed' }),
    ]);
  });

  it('are asked of a cluster with a token of the reader, signed for the cluster’s own Region', async () => {
    await composeWorkloads(world, roleOf(own)).survey();
    const urls = tokens.map((token) => new URL(token));
    expect(urls.map(({ hostname }) => hostname).toSorted()).toEqual([
      'sts.us-east-1.amazonaws.com',
      'sts.us-west-2.amazonaws.com',
    ]);
    for (const { searchParams } of urls) {
      expect(searchParams.get('X-Amz-Credential')?.startsWith(`${roleOf(own)}/20260302/`)).toBe(true);
    }
  });

  it('are missing where the reader cannot be taken on, and there alone', async () => {
    refused = roleOf(other);
    const { uses, missing } = await composeWorkloads(world, roleOf(own)).survey();
    expect(uses).toHaveLength(2);
    expect(missing).toEqual([
      {
        source: { kind: 'ecs', account: other, region: 'eu-west-1' },
        reason: expect.stringContaining(`the role ${roleOf(other)} could not be assumed`),
      },
    ]);
  });

  it('are missing in an account that the policy names no reader for', async () => {
    const { sources } = policy.workloads;
    const without = { ...world, policy: { workloads: { sources, readers: {} } } };
    const { missing } = await composeWorkloads(without, roleOf(own)).survey();
    expect(missing).toMatchObject([
      { reason: expect.stringMatching(/no reader for it in workloads\.readers/) },
    ]);
  });

  it('are asked of some sources when no more are wanted', async () => {
    const workloads = composeWorkloads(world, roleOf(own));
    const clusters = workloads.sources.filter(({ region }) => region === 'us-west-2');
    await workloads.survey(clusters);
    expect(asked.map(({ call }) => call).toSorted()).toEqual([
      'eks:DescribeCluster',
      'lambda:ListFunctions',
      'sts:AssumeRole',
    ]);
  });
});
