import type {
  DescribeServicesRequest,
  DescribeServicesResponse,
  DescribeTaskDefinitionRequest,
  DescribeTaskDefinitionResponse,
  DescribeTasksRequest,
  DescribeTasksResponse,
  ListClustersRequest,
  ListClustersResponse,
  ListServicesRequest,
  ListServicesResponse,
  ListTaskDefinitionsRequest,
  ListTaskDefinitionsResponse,
  ListTasksRequest,
  ListTasksResponse,
  Service,
  Task,
  TaskDefinition,
} from '@aws-sdk/client-ecs';
import { AwsError, type Call, type Kernel, type Operations } from '../kernel.ts';
import { authorize } from './authorize.ts';
import { pageOf } from './paging.ts';

interface Cluster {
  readonly arn: string;
  readonly name: string;
  readonly services: Map<string, Service>;
  readonly tasks: Map<string, Task>;
}

/** The longest page of a list, and the most that is described at once. */
const limits = { page: 100, services: 10, tasks: 100 };

/** ListServices gives shorter pages than the others, unless it is asked for more. */
const defaultServicePage = 10;

/** Amazon ECS, as far as it tells which images are in use. Nothing runs and nothing is scheduled: the scenario says so. */
export class Ecs {
  readonly #kernel: Kernel;
  /** By ARN. */
  readonly #clusters = new Map<string, Cluster>();
  readonly #definitions = new Map<string, TaskDefinition>();

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
  }

  createCluster(region: string, name: string): void {
    const arn = this.#arn(region, `cluster/${name}`);
    this.#clusters.set(arn, { arn, name, services: new Map(), tasks: new Map() });
  }

  /**
   * @param images those of its containers, as a person writes them: by tag or by digest
   * @returns the ARN of the new revision
   */
  registerTaskDefinition(region: string, family: string, images: readonly string[]): string {
    const earlier = [...this.#definitions.values()].filter((definition) => definition.family === family);
    const revision = earlier.length + 1;
    const taskDefinitionArn = this.#arn(region, `task-definition/${family}:${revision}`);
    const containerDefinitions = images.map((image, index) => ({ name: `container-${index}`, image }));
    const definition = {
      taskDefinitionArn,
      family,
      revision,
      containerDefinitions,
      status: 'ACTIVE',
    } as const;
    this.#definitions.set(taskDefinitionArn, definition);
    return taskDefinitionArn;
  }

  /** @param desiredCount 0: scaled to nothing, which still needs its images to come back */
  createService(
    region: string,
    cluster: string,
    serviceName: string,
    taskDefinition: string,
    desiredCount = 1,
  ): void {
    const { arn: clusterArn, name, services } = this.#cluster(region, cluster);
    const serviceArn = this.#arn(region, `service/${name}/${serviceName}`);
    const counts = { desiredCount, runningCount: desiredCount, pendingCount: 0 };
    const deployment = { id: 'ecs-svc/1', status: 'PRIMARY', taskDefinition, ...counts };
    services.set(serviceArn, {
      serviceArn,
      serviceName,
      clusterArn,
      status: 'ACTIVE',
      taskDefinition,
      ...counts,
      deployments: [deployment],
    });
  }

  /**
   * A running task.
   *
   * @param imageDigests what the images of its containers came to when they were pulled, in order
   */
  runTask(region: string, cluster: string, taskDefinitionArn: string, imageDigests: readonly string[]): void {
    const { arn: clusterArn, name, tasks } = this.#cluster(region, cluster);
    const { containerDefinitions = [] } = this.#definition(taskDefinitionArn);
    const taskArn = this.#arn(region, `task/${name}/${this.#kernel.uuid().replaceAll('-', '')}`);
    tasks.set(taskArn, {
      taskArn,
      clusterArn,
      taskDefinitionArn,
      lastStatus: 'RUNNING',
      desiredStatus: 'RUNNING',
      containers: containerDefinitions.map(({ name: container, image }, index) => ({
        name: container,
        image,
        imageDigest: imageDigests[index],
        lastStatus: 'RUNNING',
      })),
    });
  }

  readonly operations = {
    ListClusters: ({ maxResults, nextToken }: ListClustersRequest, call: Call): ListClustersResponse => {
      this.#authorize(call, 'ListClusters', '*');
      const prefix = this.#arn(call.region, 'cluster/');
      const arns = [...this.#clusters.keys()].filter((arn) => arn.startsWith(prefix));
      const { things, ...next } = page(arns, maxResults, nextToken);
      return { clusterArns: [...things], ...next };
    },

    ListServices: (input: ListServicesRequest, call: Call): ListServicesResponse => {
      const { services } = this.#opened(call, 'ListServices', input.cluster);
      const { maxResults = defaultServicePage, nextToken } = input;
      const { things, ...next } = page([...services.keys()], maxResults, nextToken);
      return { serviceArns: [...things], ...next };
    },

    DescribeServices: (input: DescribeServicesRequest, call: Call): DescribeServicesResponse => {
      const { name, services } = this.#cluster(call.region, input.cluster);
      const arns = (input.services ?? []).map((service) =>
        service.startsWith('arn:') ? service : this.#arn(call.region, `service/${name}/${service}`),
      );
      const { found, failures } = this.#described(call, 'DescribeServices', services, arns, limits.services);
      return { services: found, failures };
    },

    /** Tasks that are to run, unless stopped ones are asked for: those are not simulated. */
    ListTasks: (input: ListTasksRequest, call: Call): ListTasksResponse => {
      const { tasks } = this.#opened(call, 'ListTasks', input.cluster);
      const arns = input.desiredStatus === 'STOPPED' ? [] : [...tasks.keys()];
      const { things, ...next } = page(arns, input.maxResults, input.nextToken);
      return { taskArns: [...things], ...next };
    },

    DescribeTasks: (input: DescribeTasksRequest, call: Call): DescribeTasksResponse => {
      const { tasks } = this.#cluster(call.region, input.cluster);
      const { found, failures } = this.#described(
        call,
        'DescribeTasks',
        tasks,
        input.tasks ?? [],
        limits.tasks,
      );
      return { tasks: found, failures };
    },

    ListTaskDefinitions: (input: ListTaskDefinitionsRequest, call: Call): ListTaskDefinitionsResponse => {
      this.#authorize(call, 'ListTaskDefinitions', '*');
      const { familyPrefix, status = 'ACTIVE', maxResults, nextToken } = input;
      const prefix = this.#arn(call.region, 'task-definition/');
      const arns = [...this.#definitions]
        .filter(
          ([arn, definition]) =>
            arn.startsWith(prefix) &&
            definition.status === status &&
            (familyPrefix === undefined || definition.family === familyPrefix),
        )
        .map(([arn]) => arn);
      const { things, ...next } = page(arns, maxResults, nextToken);
      return { taskDefinitionArns: [...things], ...next };
    },

    DescribeTaskDefinition: (
      { taskDefinition = '' }: DescribeTaskDefinitionRequest,
      call: Call,
    ): DescribeTaskDefinitionResponse => {
      this.#authorize(call, 'DescribeTaskDefinition', '*');
      const isArn = taskDefinition.startsWith('arn:');
      const arn = isArn ? taskDefinition : this.#arn(call.region, `task-definition/${taskDefinition}`);
      return { taskDefinition: this.#definition(arn) };
    },
  } satisfies Operations;

  #described<Thing>(
    call: Call,
    operation: string,
    all: ReadonlyMap<string, Thing>,
    arns: readonly string[],
    most: number,
  ) {
    for (const arn of arns) this.#authorize(call, operation, arn);
    if (arns.length === 0 || arns.length > most) {
      throw invalid(`${operation} takes 1 to ${most} at once; given ${arns.length}`);
    }
    const missing = arns.filter((arn) => !all.has(arn));
    return {
      found: arns.flatMap((arn) => all.get(arn) ?? []),
      failures: missing.map((arn) => ({ arn, reason: 'MISSING' })),
    };
  }

  /** Lists are allowed for all resources, and may be narrowed down by the condition key `ecs:cluster`. */
  #opened(call: Call, operation: string, name: string | undefined): Cluster {
    const cluster = this.#cluster(call.region, name);
    this.#authorize(call, operation, '*', { 'ecs:cluster': cluster.arn });
    return cluster;
  }

  #authorize(
    { principal }: Call,
    operation: string,
    resource: string,
    context: Readonly<Record<string, string>> = {},
  ): void {
    authorize(
      this.#kernel,
      { principal, action: `ecs:${operation}`, resource, context },
      'AccessDeniedException',
    );
  }

  #cluster(region: string, name = 'default'): Cluster {
    const arn = name.startsWith('arn:') ? name : this.#arn(region, `cluster/${name}`);
    const cluster = this.#clusters.get(arn);
    if (cluster === undefined) throw new AwsError('ClusterNotFoundException', 'Cluster not found.');
    return cluster;
  }

  #definition(arn: string): TaskDefinition {
    const definition = this.#definitions.get(arn);
    if (definition === undefined) {
      throw new AwsError('ClientException', 'Unable to describe task definition.');
    }
    return definition;
  }

  #arn(region: string, resource: string): string {
    return `arn:aws:ecs:${region}:${this.#kernel.account}:${resource}`;
  }
}

function page(all: readonly string[], size: number | undefined, token: string | undefined) {
  const cut = pageOf(all, Math.min(size ?? limits.page, limits.page), token);
  if (cut === undefined) throw invalid('Invalid token');
  return cut;
}

function invalid(message: string): AwsError {
  return new AwsError('InvalidParameterException', message);
}
