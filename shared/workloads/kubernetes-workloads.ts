import * as z from 'zod/mini';
import { type ImageReference, parseImageReference } from '../domain/image-reference.ts';
import { parseOrRefuse } from '../events/parse.ts';
import { type NamedImage, namedImage, runningImage } from './named-image.ts';

/*
 * What Kubernetes keeps pods and what makes pods in, and which images are named there.
 *
 * Every container counts: init containers and ephemeral ones too. A ReplicaSet that is scaled to nothing and a
 * ControllerRevision are revisions to go back to. Deployments are looked at beside their ReplicaSets, because one that
 * is paused has none for what it is to become. Pods and Jobs that have ended are not: nothing starts them again.
 */

/** One page of a list. */
export interface WorkloadPage {
  readonly images: readonly NamedImage[];
  /** Leads to the next page. */
  readonly next?: string;
}

export interface WorkloadCollection {
  readonly path: string;
  /** @throws PermanentError for what is no list of this kind */
  readonly read: (body: unknown) => WorkloadPage;
}

const Metadata = z.object({ name: z.string(), namespace: z.optional(z.string()) });

/** `image` may be missing: a workload may leave it to something that fills it in. */
const Containers = z.optional(z.array(z.object({ name: z.string(), image: z.optional(z.string()) })));

const PodSpec = z.object({
  containers: z.array(z.object({ name: z.string(), image: z.optional(z.string()) })),
  initContainers: Containers,
  ephemeralContainers: Containers,
});

type PodSpec = z.infer<typeof PodSpec>;

const Template = z.object({ spec: PodSpec });

const Templated = z.object({ metadata: Metadata, spec: z.object({ template: Template }) });

const Statuses = z.optional(z.array(z.object({ name: z.string(), imageID: z.string() })));

const Pod = z.object({
  metadata: Metadata,
  spec: PodSpec,
  status: z.object({
    phase: z.optional(z.string()),
    containerStatuses: Statuses,
    initContainerStatuses: Statuses,
    ephemeralContainerStatuses: Statuses,
  }),
});

const Job = z.object({
  ...Templated.shape,
  status: z.optional(
    z.object({ conditions: z.optional(z.array(z.object({ type: z.string(), status: z.string() }))) }),
  ),
});

const CronJob = z.object({
  metadata: Metadata,
  spec: z.object({ jobTemplate: z.object({ spec: z.object({ template: Template }) }) }),
});

/** Nothing is demanded of `data`, which is known of those who make pods alone. */
const ControllerRevision = z.object({
  metadata: z.object({
    ...Metadata.shape,
    ownerReferences: z.optional(z.array(z.object({ kind: z.string() }))),
  }),
  data: z.optional(z.unknown()),
});

const RevisionData = z.object({ spec: z.object({ template: Template }) });

export const workloadCollections: readonly WorkloadCollection[] = [
  collection('/api/v1/pods', Pod, imagesOfPod),
  templates('/api/v1/replicationcontrollers', 'ReplicationController'),
  templates('/apis/apps/v1/deployments', 'Deployment'),
  templates('/apis/apps/v1/replicasets', 'ReplicaSet'),
  templates('/apis/apps/v1/statefulsets', 'StatefulSet'),
  templates('/apis/apps/v1/daemonsets', 'DaemonSet'),
  collection('/apis/apps/v1/controllerrevisions', ControllerRevision, imagesOfRevision),
  collection('/apis/batch/v1/jobs', Job, (job) =>
    hasEnded(job) ? [] : imagesOf(job.spec.template.spec, nameOf('Job', job)),
  ),
  collection('/apis/batch/v1/cronjobs', CronJob, (cronJob) =>
    imagesOf(cronJob.spec.jobTemplate.spec.template.spec, nameOf('CronJob', cronJob)),
  ),
];

function templates(path: string, kind: string): WorkloadCollection {
  return collection(path, Templated, (workload) =>
    imagesOf(workload.spec.template.spec, nameOf(kind, workload)),
  );
}

function collection<Item>(
  path: string,
  schema: z.ZodMiniType<Item>,
  imagesOfItem: (item: Item) => readonly NamedImage[],
): WorkloadCollection {
  const List = z.object({
    metadata: z.object({ continue: z.optional(z.string()) }),
    items: z.array(schema),
  });
  return {
    path,
    read(body) {
      const { metadata, items } = parseOrRefuse(List, body, `the list ${path}`);
      return { images: items.flatMap(imagesOfItem), ...(metadata.continue && { next: metadata.continue }) };
    },
  };
}

function imagesOf(spec: PodSpec, by: string): readonly NamedImage[] {
  return containersOf(spec).flatMap(({ image }) => namedImage(image, by));
}

function imagesOfPod(pod: z.infer<typeof Pod>): readonly NamedImage[] {
  const { spec, status } = pod;
  if (status.phase === 'Succeeded' || status.phase === 'Failed') return [];
  const by = nameOf('Pod', pod);
  const statuses = [
    ...(status.initContainerStatuses ?? []),
    ...(status.containerStatuses ?? []),
    ...(status.ephemeralContainerStatuses ?? []),
  ];
  const pulled = new Map(statuses.map(({ name, imageID }) => [name, pulledImage(imageID)]));
  return containersOf(spec).flatMap(({ name, image }) => {
    const came = pulled.get(name);
    return came === undefined ? namedImage(image, by) : runningImage(image, came, by);
  });
}

/**
 * What a container's image came to: `<repository>@sha256:…`, before which older runtimes write `docker-pullable://`.
 * Undefined while nothing is pulled, and where a runtime knows its own id alone, which is no digest of a manifest.
 */
function pulledImage(imageId: string): ImageReference | undefined {
  const image = parseImageReference(imageId.replace(/^[a-z-]+:\/\//, ''));
  return image?.digest === undefined ? undefined : image;
}

function imagesOfRevision(revision: z.infer<typeof ControllerRevision>): readonly NamedImage[] {
  const { metadata, data } = revision;
  const makesPods = metadata.ownerReferences?.some(({ kind }) => /^(StatefulSet|DaemonSet)$/.test(kind));
  if (!makesPods) return [];
  const by = nameOf('ControllerRevision', revision);
  return imagesOf(parseOrRefuse(RevisionData, data, by).spec.template.spec, by);
}

function hasEnded({ status }: z.infer<typeof Job>): boolean {
  const conditions = status?.conditions ?? [];
  return conditions.some(({ type, status: is }) => /^(Complete|Failed)$/.test(type) && is === 'True');
}

function containersOf({ containers, initContainers = [], ephemeralContainers = [] }: PodSpec) {
  return [...initContainers, ...containers, ...ephemeralContainers];
}

function nameOf(kind: string, { metadata }: { readonly metadata: z.infer<typeof Metadata> }): string {
  return `${kind} ${metadata.namespace ?? ''}/${metadata.name}`;
}
