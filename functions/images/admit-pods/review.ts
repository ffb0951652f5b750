import * as z from 'zod/mini';

/** What the API server asks, as far as images are concerned. */
export interface Review {
  readonly uid: string;
  readonly operation: string;
  /** `apps/Deployment`, `Pod`. */
  readonly kind: string;
  /** Empty for what is in no namespace. */
  readonly namespace: string;
  /** Of the object; the beginning of it while the server has yet to make up the rest. */
  readonly name: string;
  readonly user: string;
  /** The images of the object as it is to be. */
  readonly images: readonly string[] | 'of an unknown kind';
  /** The images of the object as it is now. */
  readonly present: ReadonlySet<string>;
}

/** The group and version of the reviews that are understood. */
export const reviewVersion = 'admission.k8s.io/v1';

/**
 * Where the objects of each kind hold the spec of their pods. A webhook's `matchPolicy: Equivalent` has the API server
 * convert older versions to these.
 */
const podSpecPaths: ReadonlyMap<string, readonly string[]> = new Map([
  ['Pod', ['spec']],
  ['apps/DaemonSet', ['spec', 'template', 'spec']],
  ['apps/Deployment', ['spec', 'template', 'spec']],
  ['apps/ReplicaSet', ['spec', 'template', 'spec']],
  ['apps/StatefulSet', ['spec', 'template', 'spec']],
  ['batch/CronJob', ['spec', 'jobTemplate', 'spec', 'template', 'spec']],
  ['batch/Job', ['spec', 'template', 'spec']],
]);

const Review = z.object({
  apiVersion: z.literal(reviewVersion),
  kind: z.literal('AdmissionReview'),
  request: z.object({
    uid: z.string().check(z.minLength(1)),
    kind: z.object({ group: z.string(), kind: z.string() }),
    namespace: z.optional(z.string()),
    name: z.optional(z.string()),
    operation: z.string(),
    userInfo: z.optional(z.object({ username: z.optional(z.string()) })),
    object: z.nullish(z.unknown()),
    oldObject: z.nullish(z.unknown()),
  }),
});

/** A container of a template need not name its image: its pods will, and they are reviewed too. */
const Containers = z.nullish(z.array(z.object({ image: z.optional(z.string()) })));

const PodSpec = z.object({
  containers: Containers,
  initContainers: Containers,
  ephemeralContainers: Containers,
});

/**
 * Reads a review. Undefined for what is none, and for an object that does not have the form of its kind.
 * @see https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/
 */
export function readReview(body: string): Review | undefined {
  const parsed = z.safeParse(Review, parseJson(body));
  if (!parsed.success) return undefined;
  const { uid, operation, namespace = '', userInfo, object, oldObject, ...request } = parsed.data.request;
  const { group, kind: bare } = request.kind;
  const kind = group === '' ? bare : `${group}/${bare}`;
  const images = imagesIn(object, kind);
  const present = imagesIn(oldObject, kind);
  if (images === undefined || present === undefined) return undefined;
  return {
    uid,
    operation,
    kind,
    namespace,
    name: request.name || nameOf(object),
    user: userInfo?.username ?? '',
    images,
    present: new Set(present === 'of an unknown kind' ? [] : present),
  };
}

/** None for no object: one that is deleted, or was not there before. Undefined for one that lacks the spec of its pods. */
function imagesIn(object: unknown, kind: string): Review['images'] | undefined {
  if (object === null || object === undefined) return [];
  const path = podSpecPaths.get(kind);
  if (path === undefined) return 'of an unknown kind';
  const spec = z.safeParse(PodSpec, path.reduce(memberOf, object));
  if (!spec.success) return undefined;
  const { containers, initContainers, ephemeralContainers } = spec.data;
  return [containers, initContainers, ephemeralContainers].flatMap((list) =>
    (list ?? []).flatMap(({ image }) => image || []),
  );
}

const Named = z.object({
  metadata: z.object({ name: z.optional(z.string()), generateName: z.optional(z.string()) }),
});

function nameOf(object: unknown): string {
  const named = z.safeParse(Named, object);
  return (named.success && (named.data.metadata.name || named.data.metadata.generateName)) || '';
}

function memberOf(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
}

/** Undefined for a text that is not JSON. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
