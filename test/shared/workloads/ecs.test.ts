import {
  type DescribeServicesResponse,
  type DescribeTaskDefinitionRequest,
  type DescribeTasksResponse,
  ECSClient,
  type Failure,
} from '@aws-sdk/client-ecs';
import { describe, expect, it } from '@jest/globals';
import { AwsError } from '../../../rehearsal/kernel.ts';
import { ecsInventory } from '../../../shared/workloads/ecs.ts';
import { type Answers, simulated } from './simulated.ts';

const arn = (resource: string): string => `arn:aws:ecs:us-east-1:111122223333:${resource}`;
const definition = (family: string, revision: number): string => arn(`task-definition/${family}:${revision}`);
const registry = '111122223333.dkr.ecr.us-east-1.amazonaws.com';
const digest = (letter: string): string => `sha256:${letter.repeat(64)}`;
const all = { kind: 'ecs', account: '111122223333', region: 'us-east-1' } as const;
const waiting = new AbortController().signal;

const services: DescribeServicesResponse = {
  services: [
    {
      serviceName: 'api',
      desiredCount: 0,
      taskDefinition: definition('api', 3),
      deployments: [{ taskDefinition: definition('api', 3) }, { taskDefinition: definition('api', 2) }],
    },
    { serviceName: 'worker', taskSets: [{ taskDefinition: definition('worker', 1) }] },
  ],
  failures: [],
};

const tasks: DescribeTasksResponse = {
  tasks: [
    {
      taskArn: arn('task/platform/0a1b'),
      lastStatus: 'RUNNING',
      containers: [
        { name: 'api', image: `${registry}/api:v3`, imageDigest: digest('a') },
        { name: 'starting', image: `${registry}/sidecar:v1` },
      ],
    },
  ],
  failures: [],
};

const platform: Answers = {
  ListClusters: () => ({ clusterArns: [arn('cluster/platform')] }),
  ListServices: () => ({ serviceArns: [arn('service/platform/api'), arn('service/platform/worker')] }),
  DescribeServices: () => services,
  ListTasks: () => ({ taskArns: [arn('task/platform/0a1b')] }),
  DescribeTasks: () => tasks,
  ListTaskDefinitions: () => ({ taskDefinitionArns: [] }),
  DescribeTaskDefinition: ({ taskDefinition = '' }: DescribeTaskDefinitionRequest) => {
    const [family, revision] = taskDefinition.split('/')[1]?.split(':') ?? [];
    return { taskDefinition: { containerDefinitions: [{ image: `${registry}/${family}:v${revision}` }] } };
  },
};

const nothing: Answers = {
  ...platform,
  ListClusters: () => ({ clusterArns: [] }),
};

function asked(answers: Answers) {
  const ecs = simulated(ECSClient, answers);
  const ask = ecsInventory(ecs.client);
  return { ...ecs, ask: () => ask(all, waiting) };
}

async function images(answers: Answers): Promise<string[]> {
  const named = await asked(answers).ask();
  return named
    .map(({ image: { repository, tag, digest: of }, by, isRunning }) =>
      [`${isRunning ? '*' : ''}${repository}:${tag}${of ? `@${of.slice(0, 8)}` : ''}`, by].join(' by '),
    )
    .toSorted();
}

describe('what ECS uses', () => {
  it('are the definitions of services, of all their deployments and task sets, also scaled to nothing', async () => {
    expect(await images(platform)).toEqual(
      [
        '*api:v3@sha256:a by task platform/0a1b',
        'api:v3 by task platform/0a1b',
        'sidecar:v1 by task platform/0a1b',
        'api:v2 by service platform/api',
        'api:v3 by service platform/api',
        'worker:v1 by service platform/worker',
      ].toSorted(),
    );
  });

  it('are the five newest active revisions of each family', async () => {
    const revisions = [10, 9, 2, 1, 11, 8, 7].map((revision) => definition('nightly', revision));
    const listed = {
      ...nothing,
      ListTaskDefinitions: () => ({ taskDefinitionArns: [...revisions, definition('api', 1)] }),
    };
    expect(await images(listed)).toEqual(
      ['nightly:v11', 'nightly:v10', 'nightly:v9', 'nightly:v8', 'nightly:v7', 'api:v1']
        .map((image) => `${image} by task definition ${image.replace(':v', ':')}`)
        .toSorted(),
    );
  });

  it('is asked for page by page, ten services and a hundred tasks at a time', async () => {
    const many = (kind: string, count: number) =>
      Array.from({ length: count }, (_, index) => arn(`${kind}/platform/${index}`));
    const { ask, calls } = asked({
      ...platform,
      ListServices: ({ nextToken }: { nextToken?: string }) =>
        nextToken
          ? { serviceArns: many('service', 5) }
          : { serviceArns: many('service', 100), nextToken: 'more' },
      ListTasks: () => ({ taskArns: many('task', 150) }),
      DescribeServices: ({ services: each = [] }: { services?: string[] }) => ({
        services: each.map((serviceName) => ({ serviceName })),
      }),
      DescribeTasks: ({ tasks: each = [] }: { tasks?: string[] }) => ({
        tasks: each.map((taskArn) => ({ taskArn })),
      }),
    });
    await ask();
    const count = (operation: string) => calls.filter((call) => call.operation === operation).length;
    expect(['ListServices', 'DescribeServices', 'DescribeTasks'].map(count)).toEqual([2, 11, 2]);
  });

  it('asks for a task definition once, since it never changes', async () => {
    const { ask, operations } = asked(platform);
    const first = await ask();
    expect(operations().filter((each) => each === 'DescribeTaskDefinition')).toHaveLength(3);
    expect(await ask()).toEqual(first);
    expect(operations().filter((each) => each === 'DescribeTaskDefinition')).toHaveLength(3);
  });

  it('are what tasks run, also where the name of an image is none that is known', async () => {
    const [task] = tasks.tasks ?? [];
    const containers = [{ image: 'as it came', imageDigest: digest('b') }];
    const odd = { ...platform, DescribeTasks: () => ({ tasks: [{ ...task, containers }] }) };
    expect(await images(odd)).toContain('*:undefined@sha256:b by task platform/0a1b');
  });

  it('does not miss what went away meanwhile', async () => {
    const failures: Failure[] = [{ arn: arn('task/platform/0a1b'), reason: 'MISSING' }];
    const gone = { ...platform, DescribeTasks: () => ({ tasks: [], failures }) };
    expect((await images(gone)).filter((each) => each.includes('task platform'))).toEqual([]);
  });
});

describe('ECS is not known', () => {
  it.each<[string, Answers]>([
    ['a list is left out', { ListClusters: () => ({}) }],
    ['a list of services is left out', { ListServices: () => ({}) }],
    ['descriptions are left out', { DescribeServices: () => ({}) }],
    ['one description is left out', { DescribeServices: () => ({ services: services.services?.slice(1) }) }],
    [
      'a task could not be described',
      { DescribeTasks: () => ({ tasks: [], failures: [{ reason: 'BUSY' }] }) },
    ],
    ['a definition has no containers', { DescribeTaskDefinition: () => ({ taskDefinition: {} }) }],
    [
      'a call is refused',
      {
        ListTasks: () => {
          throw new AwsError('AccessDeniedException', 'not authorized to perform: ecs:ListTasks', 400);
        },
      },
    ],
  ])('when %s', async (_when, answers) => {
    await expect(images({ ...platform, ...answers })).rejects.toThrow();
  });
});
