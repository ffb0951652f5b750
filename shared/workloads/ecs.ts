import {
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  DescribeTasksCommand,
  type ECSClient,
  type Failure,
  paginateListClusters,
  paginateListServices,
  paginateListTaskDefinitions,
  paginateListTasks,
  type Service,
  type Task,
} from '@aws-sdk/client-ecs';
import { parseImageReference } from '../domain/image-reference.ts';
import { chunksOf, eachOf } from '../lambda/each-of.ts';
import { RetryableError } from '../lambda/errors.ts';
import type { WorkloadSource } from './inventory.ts';
import { type NamedImage, namedImage, runningImage } from './named-image.ts';

/** Calls at once. ECS refills one call a second in some of its buckets, and deployments need them too. */
const atOnce = 4;

/** Of each family so many active revisions count, the newest: what a person, or a schedule, may start again. */
const revisionsKept = 5;

/** Limits of DescribeServices and DescribeTasks. */
const mostServices = 10;
const mostTasks = 100;

/**
 * The images of all services, running tasks and newest task definitions of an account and Region. A service counts
 * when it is scaled to nothing too, with the revisions of all its deployments and task sets.
 *
 * What a task definition holds never changes, so it is asked for once.
 */
export function ecsInventory(client: ECSClient) {
  /** ARN -> the images of its containers, as they are written. */
  const definitions = new Map<string, readonly string[]>();

  async function imagesOfDefinition(arn: string, abortSignal: AbortSignal): Promise<readonly string[]> {
    const known = definitions.get(arn);
    if (known !== undefined) return known;
    const command = new DescribeTaskDefinitionCommand({ taskDefinition: arn });
    const { containerDefinitions } = (await client.send(command, { abortSignal })).taskDefinition ?? {};
    if (containerDefinitions === undefined) throw new RetryableError(`ECS named no containers of ${arn}`);
    const images = containerDefinitions.flatMap(({ image }) => image ?? []);
    definitions.set(arn, images);
    return images;
  }

  return async (_all: WorkloadSource, abortSignal: AbortSignal): Promise<readonly NamedImage[]> => {
    const paging = [{ client }, {}, { abortSignal }] as const;
    const images: NamedImage[] = [];
    /** ARN of a task definition -> who names it. */
    const named = new Map<string, Set<string>>();
    const name = (arn: string | undefined, by: string): void => {
      if (arn !== undefined) named.set(arn, (named.get(arn) ?? new Set()).add(by));
    };

    const clusters: string[] = [];
    for await (const page of paginateListClusters(...paging)) clusters.push(...listed(page.clusterArns));
    await eachOf(clusters, atOnce, async (cluster) => {
      for (const service of await servicesOf(client, cluster, abortSignal)) {
        const by = `service ${lastPart(cluster)}/${service.serviceName}`;
        for (const arn of definitionsOf(service)) name(arn, by);
      }
      for (const task of await tasksOf(client, cluster, abortSignal))
        images.push(...imagesOfTask(task, cluster));
    });

    const active: string[] = [];
    for await (const page of paginateListTaskDefinitions({ client }, { status: 'ACTIVE' }, { abortSignal })) {
      active.push(...listed(page.taskDefinitionArns));
    }
    for (const arn of newestRevisions(active)) name(arn, `task definition ${lastPart(arn)}`);

    await eachOf(named, atOnce, async ([arn, names]) => {
      const written = await imagesOfDefinition(arn, abortSignal);
      for (const by of names) images.push(...written.flatMap((image) => namedImage(image, by)));
    });
    return images;
  };
}

async function servicesOf(
  client: ECSClient,
  cluster: string,
  abortSignal: AbortSignal,
): Promise<readonly Service[]> {
  const arns: string[] = [];
  for await (const page of paginateListServices({ client, pageSize: 100 }, { cluster }, { abortSignal })) {
    arns.push(...listed(page.serviceArns));
  }
  const found: Service[] = [];
  for (const services of chunksOf(arns, mostServices)) {
    const command = new DescribeServicesCommand({ cluster, services: [...services] });
    const answer = await client.send(command, { abortSignal });
    found.push(...described(services, answer.services, answer.failures));
  }
  return found;
}

async function tasksOf(
  client: ECSClient,
  cluster: string,
  abortSignal: AbortSignal,
): Promise<readonly Task[]> {
  const arns: string[] = [];
  for await (const page of paginateListTasks({ client }, { cluster }, { abortSignal })) {
    arns.push(...listed(page.taskArns));
  }
  const found: Task[] = [];
  for (const tasks of chunksOf(arns, mostTasks)) {
    const answer = await client.send(new DescribeTasksCommand({ cluster, tasks: [...tasks] }), {
      abortSignal,
    });
    found.push(...described(tasks, answer.tasks, answer.failures));
  }
  return found;
}

function definitionsOf({
  taskDefinition,
  deployments = [],
  taskSets = [],
}: Service): readonly (string | undefined)[] {
  return [taskDefinition, ...[...deployments, ...taskSets].map((each) => each.taskDefinition)];
}

function imagesOfTask({ taskArn = '', containers = [] }: Task, cluster: string): readonly NamedImage[] {
  const by = `task ${lastPart(cluster)}/${lastPart(taskArn)}`;
  return containers.flatMap(({ image, imageDigest: digest }) => {
    const written = parseImageReference(image ?? '') ?? { repository: '' };
    return digest === undefined ? namedImage(image, by) : runningImage(image, { ...written, digest }, by);
  });
}

/** @param arns `…:task-definition/<family>:<revision>` */
function newestRevisions(arns: readonly string[]): readonly string[] {
  const revisionOf = (arn: string): number => Number(arn.slice(arn.lastIndexOf(':') + 1));
  const families = Map.groupBy(arns, (arn) => arn.slice(0, arn.lastIndexOf(':')));
  return [...families.values()].flatMap((revisions) =>
    revisions.toSorted((one, other) => revisionOf(other) - revisionOf(one)).slice(0, revisionsKept),
  );
}

/** A list that is left out of an answer is not an empty one. */
function listed(arns: readonly string[] | undefined): readonly string[] {
  if (arns === undefined) throw new RetryableError('ECS left the list out of its answer');
  return arns;
}

/** What went away between the list and this question is not missed. */
function described<Thing>(
  asked: readonly string[],
  things: readonly Thing[] | undefined,
  failures: readonly Failure[] = [],
): readonly Thing[] {
  const failure = failures.find(({ reason }) => reason !== 'MISSING');
  if (failure) throw new RetryableError(`ECS could not describe ${failure.arn}: ${failure.reason}`);
  if (things === undefined) throw new RetryableError('ECS left the descriptions out of its answer');
  const left = asked.length - things.length - failures.length;
  if (left > 0)
    throw new RetryableError(`ECS left ${left} of ${asked.length} descriptions out of its answer`);
  return things;
}

function lastPart(arn: string): string {
  return arn.slice(arn.lastIndexOf('/') + 1);
}
