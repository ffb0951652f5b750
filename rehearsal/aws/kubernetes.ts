import type { HttpsAnswer } from '../../shared/lambda/world.ts';
import { pageOf } from './paging.ts';

/** Collections of the API that hold pods or what makes pods. */
const collections = {
  '/api/v1/pods': { kind: 'Pod', apiVersion: 'v1' },
  '/api/v1/replicationcontrollers': { kind: 'ReplicationController', apiVersion: 'v1' },
  '/apis/apps/v1/deployments': { kind: 'Deployment', apiVersion: 'apps/v1' },
  '/apis/apps/v1/replicasets': { kind: 'ReplicaSet', apiVersion: 'apps/v1' },
  '/apis/apps/v1/statefulsets': { kind: 'StatefulSet', apiVersion: 'apps/v1' },
  '/apis/apps/v1/daemonsets': { kind: 'DaemonSet', apiVersion: 'apps/v1' },
  '/apis/apps/v1/controllerrevisions': { kind: 'ControllerRevision', apiVersion: 'apps/v1' },
  '/apis/batch/v1/jobs': { kind: 'Job', apiVersion: 'batch/v1' },
  '/apis/batch/v1/cronjobs': { kind: 'CronJob', apiVersion: 'batch/v1' },
} as const;

export type WorkloadKind = (typeof collections)[keyof typeof collections]['kind'];

export interface Workload {
  readonly kind: WorkloadKind;
  readonly namespace?: string;
  readonly name: string;
  /** Of its containers, as the specification has them: by tag or by digest. */
  readonly images: readonly string[];
  readonly initImages?: readonly string[];
  /** 0: a revision that is only kept to go back to. */
  readonly replicas?: number;
  /** Of a pod: what each image came to when it was pulled, `<repository>@sha256:…`. */
  readonly imageIds?: readonly string[];
}

/** What a cluster answers when it is not asked for fewer. */
const defaultLimit = 500;

/**
 * The part of a cluster's Kubernetes API that lists pods and what makes pods.
 * @see https://kubernetes.io/docs/reference/using-api/api-concepts/#retrieving-large-results-sets-in-chunks
 */
export class KubernetesApi {
  readonly #workloads: Workload[] = [];

  get workloads(): readonly Workload[] {
    return this.#workloads;
  }

  add(workload: Workload): void {
    this.#workloads.push(workload);
  }

  remove(kind: WorkloadKind, name: string): void {
    const index = this.#workloads.findIndex((each) => each.kind === kind && each.name === name);
    if (index === -1) throw new RangeError(`there is no ${kind} ${name} in the cluster`);
    this.#workloads.splice(index, 1);
  }

  /** A list, in pages where `limit` asks for them; each but the last has a token for the next in `metadata.continue`. */
  get(url: string): HttpsAnswer {
    const { pathname, searchParams } = new URL(url);
    const collection = Object.entries(collections).find(([path]) => path === pathname)?.[1];
    if (collection === undefined) return refusal(404, 'NotFound');
    const { kind, apiVersion } = collection;
    const all = this.#workloads.filter((workload) => workload.kind === kind);
    const limit = Number(searchParams.get('limit') ?? defaultLimit);
    const page = pageOf(all, limit, searchParams.get('continue') ?? undefined);
    if (page === undefined) return refusal(410, 'Expired');
    const { things, nextToken } = page;
    return answer(200, {
      kind: `${kind}List`,
      apiVersion,
      metadata: { resourceVersion: '1', ...(nextToken !== undefined && { continue: nextToken }) },
      items: things.map(objectOf),
    });
  }
}

/** How Kubernetes says no. */
export function refusal(code: number, reason: string): HttpsAnswer {
  return answer(code, { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', reason, code });
}

function objectOf(workload: Workload): object {
  const { kind, namespace = 'default', name, replicas = 1, images, imageIds = [] } = workload;
  const metadata = { name, namespace };
  const template = { metadata: {}, spec: podSpec(workload) };
  switch (kind) {
    case 'Pod': {
      const containerStatuses = images.map((image, index) => ({
        name: `container-${index}`,
        image,
        imageID: imageIds[index] ?? '',
      }));
      return { metadata, spec: template.spec, status: { phase: 'Running', containerStatuses } };
    }
    case 'ReplicationController':
    case 'Deployment':
    case 'ReplicaSet':
    case 'StatefulSet':
      return { metadata, spec: { replicas, template }, status: { replicas } };
    case 'DaemonSet':
    case 'Job':
      return { metadata, spec: { template }, status: {} };
    case 'ControllerRevision': {
      const ownerReferences = [{ apiVersion: 'apps/v1', kind: 'StatefulSet', name, controller: true }];
      return { metadata: { ...metadata, ownerReferences }, revision: 1, data: { spec: { template } } };
    }
    case 'CronJob':
      return { metadata, spec: { schedule: '@daily', jobTemplate: { spec: { template } } }, status: {} };
  }
}

function podSpec({ images, initImages = [] }: Workload): object {
  return {
    containers: images.map((image, index) => ({ name: `container-${index}`, image })),
    ...(initImages.length > 0 && {
      initContainers: initImages.map((image, index) => ({ name: `init-${index}`, image })),
    }),
  };
}

function answer(status: number, body: object): HttpsAnswer {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}
