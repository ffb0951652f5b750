import {
  ClusterNotFoundException,
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  DescribeTasksCommand,
  ECSClient,
  InvalidParameterException,
  ListClustersCommand,
  paginateListServices,
  paginateListTaskDefinitions,
  paginateListTasks,
} from '@aws-sdk/client-ecs';
import {
  DescribeClusterCommand,
  EKSClient,
  ResourceNotFoundException as NoCluster,
} from '@aws-sdk/client-eks';
import {
  GetFunctionCommand,
  LambdaClient,
  ResourceNotFoundException as NoFunction,
  paginateListFunctions,
  paginateListVersionsByFunction,
} from '@aws-sdk/client-lambda';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Ecs } from '../../../rehearsal/aws/ecs.ts';
import { Eks } from '../../../rehearsal/aws/eks.ts';
import type { KubernetesApi } from '../../../rehearsal/aws/kubernetes.ts';
import { LambdaInventory } from '../../../rehearsal/aws/lambda-inventory.ts';
import { AwsError, type Principal } from '../../../rehearsal/kernel.ts';
import { services } from './services.ts';
import { clientOf } from './stand.ts';
import {
  account,
  functionArn,
  region,
  roleArn,
  type VirtualKernel,
  virtualKernel,
} from './virtual-kernel.ts';

const digest = (letter: string): string => `sha256:${letter.repeat(64)}`;
const image = `${account}.dkr.ecr.${region}.amazonaws.com/aeon-dt-api`;

let kernel: VirtualKernel;

beforeEach(() => {
  kernel = virtualKernel();
});

afterEach(() => kernel[Symbol.dispose]());

describe('Amazon ECS', () => {
  let ecs: Ecs;
  let client: ECSClient;

  beforeEach(() => {
    ecs = new Ecs(kernel);
    client = clientOf(ECSClient, ecs);
    ecs.createCluster(region, 'platform');
  });

  it('tells the images of services and tasks, and what they came to when they were pulled', async () => {
    const definition = ecs.registerTaskDefinition(region, 'api', [`${image}:v1`, 'public/sidecar:2']);
    ecs.createService(region, 'platform', 'api', definition, 0);
    ecs.runTask(region, 'platform', definition, [digest('a'), digest('b')]);

    const { clusterArns: [cluster] = [] } = await client.send(new ListClustersCommand({}));
    expect(cluster).toBe(`arn:aws:ecs:${region}:${account}:cluster/platform`);
    const serviceArns: string[] = [];
    for await (const page of paginateListServices({ client }, { cluster }))
      serviceArns.push(...(page.serviceArns ?? []));
    const { services: described } = await client.send(
      new DescribeServicesCommand({ cluster, services: serviceArns }),
    );
    expect(described).toMatchObject([
      {
        serviceName: 'api',
        taskDefinition: definition,
        desiredCount: 0,
        deployments: [{ status: 'PRIMARY' }],
      },
    ]);
    const tasks: string[] = [];
    for await (const page of paginateListTasks({ client }, { cluster })) tasks.push(...(page.taskArns ?? []));
    expect((await client.send(new DescribeTasksCommand({ cluster, tasks }))).tasks).toMatchObject([
      {
        taskDefinitionArn: definition,
        containers: [{ image: `${image}:v1`, imageDigest: digest('a') }, { imageDigest: digest('b') }],
      },
    ]);
    expect(
      (await client.send(new DescribeTaskDefinitionCommand({ taskDefinition: 'api:1' }))).taskDefinition,
    ).toMatchObject({ taskDefinitionArn: definition, containerDefinitions: [{ image: `${image}:v1` }, {}] });
  });

  it('lists every revision of a task definition, page by page', async () => {
    const arns = Array.from({ length: 5 }, () => ecs.registerTaskDefinition(region, 'api', [image]));
    const pages: string[][] = [];
    for await (const { taskDefinitionArns = [] } of paginateListTaskDefinitions(
      { client, pageSize: 2 },
      {},
    )) {
      pages.push(taskDefinitionArns);
    }
    expect(pages).toEqual([arns.slice(0, 2), arns.slice(2, 4), arns.slice(4)]);
  });

  it('says what is missing, and describes ten services at most', async () => {
    const unknown = new DescribeServicesCommand({ cluster: 'platform', services: ['none'] });
    expect((await client.send(unknown)).failures).toMatchObject([{ reason: 'MISSING' }]);
    const many = Array.from({ length: 11 }, (_, index) => `service-${index}`);
    await expect(
      client.send(new DescribeServicesCommand({ cluster: 'platform', services: many })),
    ).rejects.toBeInstanceOf(InvalidParameterException);
    await expect(
      client.send(new DescribeTasksCommand({ cluster: 'other', tasks: ['x'] })),
    ).rejects.toBeInstanceOf(ClusterNotFoundException);
  });

  it('lists for whom the policy lets into the cluster', async () => {
    for await (const _page of paginateListTasks({ client }, { cluster: 'platform' }));
    expect(kernel.asked).toMatchObject([
      {
        action: 'ecs:ListTasks',
        resource: '*',
        context: { 'ecs:cluster': `arn:aws:ecs:${region}:${account}:cluster/platform` },
      },
    ]);
  });
});

describe('AWS Lambda', () => {
  let client: LambdaClient;

  beforeEach(() => {
    const { lambda, handler } = services(kernel);
    handler('zipped', async () => undefined);
    const inventory = new LambdaInventory(kernel, lambda);
    inventory.addImageFunction(region, 'imaged', {
      images: {
        $LATEST: { uri: `${image}:v2`, resolved: `${image}@${digest('b')}` },
        '1': { uri: `${image}:v1`, resolved: `${image}@${digest('a')}` },
      },
    });
    client = clientOf(LambdaClient, inventory);
  });

  it('lists functions and their versions', async () => {
    const functions: unknown[] = [];
    for await (const { Functions = [] } of paginateListFunctions({ client, pageSize: 1 }, {})) {
      functions.push(...Functions.map(({ FunctionName, PackageType }) => [FunctionName, PackageType]));
    }
    expect(functions).toEqual([
      ['zipped', 'Zip'],
      ['imaged', 'Image'],
    ]);
    const all: unknown[] = [];
    for await (const { Functions = [] } of paginateListFunctions({ client }, { FunctionVersion: 'ALL' })) {
      all.push(...Functions.map(({ FunctionName, Version }) => `${FunctionName} ${Version}`));
    }
    expect(all.toSorted()).toEqual(['imaged $LATEST', 'imaged 1', 'zipped $LATEST']);
    const versions: unknown[] = [];
    for await (const { Versions = [] } of paginateListVersionsByFunction(
      { client },
      { FunctionName: 'imaged' },
    )) {
      versions.push(...Versions.map(({ Version, FunctionArn }) => [Version, FunctionArn]));
    }
    expect(versions.toSorted()).toEqual([
      ['$LATEST', functionArn('imaged')],
      ['1', `${functionArn('imaged')}:1`],
    ]);
  });

  it('tells the image of each version, by tag and by digest', async () => {
    const codeOf = async (Qualifier?: string) =>
      (await client.send(new GetFunctionCommand({ FunctionName: 'imaged', ...(Qualifier && { Qualifier }) })))
        .Code;
    expect(await codeOf()).toMatchObject({ ResolvedImageUri: `${image}@${digest('b')}` });
    expect(await codeOf('1')).toEqual({
      RepositoryType: 'ECR',
      ImageUri: `${image}:v1`,
      ResolvedImageUri: `${image}@${digest('a')}`,
    });
    const zipped = await client.send(new GetFunctionCommand({ FunctionName: 'zipped' }));
    expect(zipped.Code).not.toHaveProperty('ImageUri');
    await expect(codeOf('2')).rejects.toBeInstanceOf(NoFunction);
  });
});

describe('Amazon EKS', () => {
  const reader = { kind: 'role', arn: roleArn('reader') } as const;
  let eks: Eks;
  let api: KubernetesApi;

  beforeEach(() => {
    eks = new Eks(kernel);
    eks.createAccessEntry({
      region,
      name: 'entry',
      properties: {
        ClusterName: 'platform',
        PrincipalArn: reader.arn,
        AccessPolicies: [
          {
            PolicyArn: 'arn:aws:eks::aws:cluster-access-policy/AmazonEKSViewPolicy',
            AccessScope: { Type: 'cluster' },
          },
        ],
      },
    });
    api = eks.createCluster(region, 'platform');
  });

  const endpoint = async (name = 'platform') =>
    (await clientOf(EKSClient, eks).send(new DescribeClusterCommand({ name }))).cluster?.endpoint ?? '';
  const token = (query = {}): string => {
    const date = kernel
      .now()
      .toISOString()
      .replaceAll(/[-:]|\.\d+/g, '');
    const url = new URL('https://sts.us-east-1.amazonaws.com/');
    const all = {
      Action: 'GetCallerIdentity',
      'X-Amz-Date': date,
      'X-Amz-SignedHeaders': 'host;x-k8s-aws-id',
      'X-Amz-Credential': 'ASIAREADER/20260302/us-east-1/sts/aws4_request',
      ...query,
    };
    for (const [name, value] of Object.entries(all)) url.searchParams.set(name, value);
    return `k8s-aws-v1.${Buffer.from(url.href).toString('base64url')}`;
  };
  const principals: Readonly<Record<string, Principal>> = {
    ASIAREADER: reader,
    ASIAKNOWN: { kind: 'role', arn: roleArn('known') },
    ASIASTRANGER: { kind: 'role', arn: roleArn('stranger') },
  };
  const principalOf = (accessKeyId: string): Principal => {
    const principal = principals[accessKeyId];
    if (principal === undefined) throw new AwsError('InvalidClientTokenId', 'invalid', 403);
    return principal;
  };
  const get = async (path: string, bearer = token()) => {
    const { status, body } = eks.get(
      { url: `${await endpoint()}${path}`, headers: { Authorization: `Bearer ${bearer}` } },
      principalOf,
    );
    return { status, body: JSON.parse(body) };
  };

  it('tells where a cluster’s API is', async () => {
    expect(await endpoint()).toMatch(/^https:\/\/[0-9A-F]{32}\.gr7\.us-east-1\.eks\.amazonaws\.com$/);
    await expect(endpoint('none')).rejects.toBeInstanceOf(NoCluster);
  });

  it.each([
    ['Pod', '/api/v1/pods', ['spec']],
    ['ReplicationController', '/api/v1/replicationcontrollers', ['spec', 'template', 'spec']],
    ['Deployment', '/apis/apps/v1/deployments', ['spec', 'template', 'spec']],
    ['ControllerRevision', '/apis/apps/v1/controllerrevisions', ['data', 'spec', 'template', 'spec']],
    ['ReplicaSet', '/apis/apps/v1/replicasets', ['spec', 'template', 'spec']],
    ['StatefulSet', '/apis/apps/v1/statefulsets', ['spec', 'template', 'spec']],
    ['DaemonSet', '/apis/apps/v1/daemonsets', ['spec', 'template', 'spec']],
    ['Job', '/apis/batch/v1/jobs', ['spec', 'template', 'spec']],
    ['CronJob', '/apis/batch/v1/cronjobs', ['spec', 'jobTemplate', 'spec', 'template', 'spec']],
  ] as const)('lists each %s with its images', async (kind, path, place) => {
    const images = [`${image}@${digest('a')}`];
    api.add({ kind, name: 'api', images, initImages: [`${image}:init`], replicas: 0 });
    const { body } = await get(path);
    expect(body).toMatchObject({ kind: `${kind}List`, metadata: { resourceVersion: '1' } });
    const specification = place.reduce((value, name) => value[name], body.items[0]);
    expect(specification).toEqual({
      containers: [{ name: 'container-0', image: images[0] }],
      initContainers: [{ name: 'init-0', image: `${image}:init` }],
    });
    api.remove(kind, 'api');
    expect((await get(path)).body.items).toEqual([]);
  });

  it('tells what the images of a pod came to', async () => {
    const imageIds = [`${image}@${digest('a')}`];
    api.add({ kind: 'Pod', namespace: 'aeon', name: 'api-1', images: [`${image}:v1`], imageIds });
    expect((await get('/api/v1/pods')).body.items).toMatchObject([
      {
        metadata: { namespace: 'aeon', name: 'api-1' },
        status: { phase: 'Running', containerStatuses: [{ image: `${image}:v1`, imageID: imageIds[0] }] },
      },
    ]);
  });

  it('gives long lists in pages', async () => {
    for (let index = 0; index < 5; index += 1)
      api.add({ kind: 'Job', name: `job-${index}`, images: [image] });
    const first = (await get('/apis/batch/v1/jobs?limit=3')).body;
    expect(first.items).toHaveLength(3);
    const rest = (await get(`/apis/batch/v1/jobs?limit=3&continue=${first.metadata.continue}`)).body;
    expect(rest.items.map(({ metadata }: { metadata: { name: string } }) => metadata.name)).toEqual([
      'job-3',
      'job-4',
    ]);
    expect(rest.metadata).not.toHaveProperty('continue');
    expect(await get('/apis/batch/v1/jobs?continue=old')).toMatchObject({
      status: 410,
      body: { reason: 'Expired' },
    });
  });

  it.each([
    ['no token', 'none'],
    ['a token that is too old', token],
  ])('answers 401 to %s', async (_what, bearer) => {
    const given = typeof bearer === 'string' ? bearer : bearer({ 'X-Amz-Date': '20260302T074459Z' });
    expect((await get('/api/v1/pods', given)).status).toBe(401);
  });

  it('answers 401 to a token that names no cluster', async () => {
    expect((await get('/api/v1/pods', token({ 'X-Amz-SignedHeaders': 'host' }))).status).toBe(401);
  });

  it.each([
    [401, 'whom no access entry names', 'ASIASTRANGER'],
    [401, 'credentials that are none', 'ASIANOBODY'],
    [403, 'whom an access entry names without a policy', 'ASIAKNOWN'],
  ])('answers %d to %s', async (status, _whom, accessKeyId) => {
    const entry = { ClusterName: 'platform', PrincipalArn: roleArn('known') };
    eks.createAccessEntry({ region, name: 'known', properties: entry });
    const credential = `${accessKeyId}/20260302/us-east-1/sts/aws4_request`;
    expect((await get('/api/v1/pods', token({ 'X-Amz-Credential': credential }))).status).toBe(status);
  });

  it('is gone when it is deleted', async () => {
    expect(eks.cluster(region, 'platform')).toBe(api);
    eks.deleteCluster(region, 'platform');
    await expect(endpoint()).rejects.toBeInstanceOf(NoCluster);
    expect(() => eks.cluster(region, 'platform')).toThrow(/no EKS cluster platform/);
  });

  it('answers 404 to what it does not have', async () => {
    expect((await get('/api/v1/secrets')).status).toBe(404);
  });
});
