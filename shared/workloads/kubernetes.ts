import { RetryableError } from '../lambda/errors.ts';
import type { HttpsAnswer, HttpsGet } from '../lambda/world.ts';
import { type WorkloadCollection, type WorkloadPage, workloadCollections } from './kubernetes-workloads.ts';
import type { NamedImage } from './named-image.ts';

/** Where a cluster's Kubernetes API is, and how it is asked. */
export interface KubernetesApi {
  readonly endpoint: string;
  /** The certificate authority of the cluster, PEM. */
  readonly ca: string;
  readonly token: string;
  /** ARN of the role that the token is of, for people. */
  readonly role: string;
}

/** The pages that Kubernetes's own clients ask for. */
const pageSize = 500;

/** A pod has ten or twenty thousand bytes. A page that is longer is cut off, and then is no JSON. */
const mostBytes = 48 * 1024 * 1024;

const pageTimeoutMs = 10_000;

/** How often a page is asked for at most, after how many milliseconds, when the cluster gave no answer or was busy. */
const pageAttempts = 2;
const pauseMs = 1000;

/** How often a list is begun at most. */
const listAttempts = 3;

/**
 * Everything in a cluster that names or runs an image: one list after the other, page by page.
 *
 * @throws RetryableError when the cluster does not answer or will not; PermanentError for an answer that is not
 * understood
 */
export async function listWorkloads(
  api: KubernetesApi,
  get: HttpsGet,
  signal: AbortSignal,
): Promise<readonly NamedImage[]> {
  const lists: (readonly NamedImage[])[] = [];
  for (const collection of workloadCollections) lists.push(await listWhole(collection, api, get, signal));
  return lists.flat();
}

/** A token leads on for some minutes only. When it has run out, the list is read again, as it is then. */
async function listWhole(
  collection: WorkloadCollection,
  api: KubernetesApi,
  get: HttpsGet,
  signal: AbortSignal,
): Promise<readonly NamedImage[]> {
  for (let attempt = 1; attempt <= listAttempts; attempt++) {
    const images = await listOnce(collection, api, get, signal);
    if (images !== 'expired') return images;
  }
  throw new RetryableError(
    `the list ${collection.path} changed faster than it could be read, ${listAttempts} times in a row`,
  );
}

async function listOnce(
  { path, read }: WorkloadCollection,
  api: KubernetesApi,
  get: HttpsGet,
  signal: AbortSignal,
): Promise<readonly NamedImage[] | 'expired'> {
  const pages: WorkloadPage[] = [];
  let next: string | undefined;
  do {
    const place = next === undefined ? '' : `&continue=${encodeURIComponent(next)}`;
    const answer = await ask(`${path}?limit=${pageSize}${place}`, api, get, signal);
    if (answer.status === 410) return 'expired';
    const page = read(bodyOf(answer, path, api));
    pages.push(page);
    next = page.next;
  } while (next !== undefined);
  return pages.flatMap(({ images }) => images);
}

async function ask(
  pathAndQuery: string,
  api: KubernetesApi,
  get: HttpsGet,
  signal: AbortSignal,
): Promise<HttpsAnswer> {
  for (let attempt = 1; ; attempt++) {
    signal.throwIfAborted();
    const isLast = attempt === pageAttempts;
    try {
      const answer = await get({
        url: `${api.endpoint}${pathAndQuery}`,
        headers: { accept: 'application/json', authorization: `Bearer ${api.token}` },
        ca: api.ca,
        timeoutMs: pageTimeoutMs,
        mostBytes,
      });
      if (isLast || (answer.status !== 429 && answer.status < 500)) return answer;
    } catch (cause) {
      if (isLast) throw unreachable(cause);
    }
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
}

function bodyOf({ status, body }: HttpsAnswer, path: string, { role }: KubernetesApi): unknown {
  switch (status) {
    case 200:
      return parseJson(body, path);
    case 401:
      throw refused(`the cluster does not know the role ${role}: it has no access entry there`, path, status);
    case 403:
      throw refused(`the cluster does not let the role ${role} look at everything`, path, status);
    default:
      throw new RetryableError(`the cluster answered HTTP ${status} for ${path}`, { facts: { status } });
  }
}

function parseJson(body: string, path: string): unknown {
  try {
    return JSON.parse(body);
  } catch (cause) {
    const bytes = Buffer.byteLength(body);
    throw new RetryableError(`the answer for ${path} is no whole JSON; ${bytes} bytes were read`, { cause });
  }
}

function refused(what: string, path: string, status: number): RetryableError {
  const remedy = 'give it an access entry with AmazonEKSViewPolicy for the whole cluster';
  return new RetryableError(`${what} (HTTP ${status} for ${path}): ${remedy}`, { facts: { status } });
}

function unreachable(cause: unknown): RetryableError {
  const said = Error.isError(cause) ? cause.message : String(cause);
  return new RetryableError(
    `the Kubernetes API could not be reached (${said}): see that its endpoint is public and lets AWS Lambda in`,
    { cause },
  );
}
