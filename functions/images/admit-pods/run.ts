import { type AdmitDeps, admitImages } from '../../../shared/admission/admit.ts';
import type { Decision } from '../../../shared/admission/decide.ts';
import { systemNamespace } from '../../../shared/domain/namespace.ts';
import { jsonAnswer, refusal, type UrlAnswer, type UrlRequest } from '../../../shared/lambda/function-url.ts';
import { logOutcome } from '../../../shared/lambda/outcome.ts';
import type { PolicySlice } from '../../../shared/policy/slice.ts';
import type { contract } from './contract.ts';
import { type ReviewResponse, responseTo, reviewOf } from './response.ts';
import { type Review, readReview } from './review.ts';
import type { Tokens } from './tokens.ts';

export interface AdmitPodsDeps extends AdmitDeps {
  readonly policy: PolicySlice<(typeof contract.policy)[number]>;
  readonly tokens: Tokens;
}

/** `/<token>/<cluster>`: 256 bits in hex, and a name as EKS gives it. */
const pathForm = /^\/([0-9a-f]{64})\/([0-9A-Za-z][0-9A-Za-z_-]{0,99})$/;

/** The API server sends the whole object, twice for an update. etcd holds objects of at most 1.5 MiB. */
const mostBytes = 1024 * 1024;

/**
 * Answers one request to the webhook's URL. Whoever does not have a token learns nothing, not even that they have none;
 * and nobody learns more of what was wrong with a request than its status.
 *
 * @throws Error when the tokens are not known
 */
export async function answerRequest(request: UrlRequest, deps: AdmitPodsDeps): Promise<UrlAnswer> {
  const [, token = '', cluster = ''] = pathForm.exec(request.path) ?? [];
  if (token === '' || !(await deps.tokens.accept(token))) return turnAway(404, 'no valid token', deps);
  if (request.method !== 'POST') return turnAway(405, `method ${request.method}`, deps);
  if (Buffer.byteLength(request.body) > mostBytes) return turnAway(413, 'a body of more than 1 MiB', deps);
  const review = readReview(request.body);
  if (review === undefined) return turnAway(400, 'not an AdmissionReview that is understood', deps);
  return jsonAnswer(200, reviewOf(review.uid, await decideReview(review, cluster, deps)));
}

function turnAway(status: 400 | 404 | 405 | 413, reason: string, { log }: AdmitPodsDeps): UrlAnswer {
  logOutcome(log, { outcome: 'turned away', reason, subject: 'webhook' });
  return refusal(status);
}

async function decideReview(review: Review, cluster: string, deps: AdmitPodsDeps): Promise<ReviewResponse> {
  const { namespace, kind, name, operation, user, images, present } = review;
  if (namespace === systemNamespace) return { allowed: true, warnings: [] };

  const environment = environmentOf(namespace, deps);
  const request = { unchanged: present, environment, cluster, withoutRegistry: 'foreign' } as const;
  const decisions =
    images === 'of an unknown kind'
      ? [unknownKind(kind, environment, deps)]
      : await admitImages({ ...request, images }, deps);
  const response = responseTo(decisions, environment, deps.policy.images.admission.mode);

  logOutcome(deps.log, {
    outcome: outcomeOf(decisions, response),
    reason: reasonOf(decisions),
    subject: `${cluster}/${namespace}/${kind}/${name}`,
    facts: {
      environment,
      operation,
      user,
      images: decisions.map(({ image, outcome, because }) => ({ image, outcome, because })),
    },
  });
  return response;
}

function outcomeOf(decisions: readonly Decision[], { allowed }: ReviewResponse): string {
  if (decisions.every(({ outcome }) => outcome !== 'refuse')) return 'admitted';
  return allowed ? 'would be refused' : 'not admitted';
}

/** Of the image that most stands in the way. */
function reasonOf(decisions: readonly Decision[]): string {
  const decisive =
    decisions.find(({ outcome }) => outcome === 'refuse') ??
    decisions.find(({ outcome }) => outcome === 'warn');
  return decisive?.reason ?? 'every image may run';
}

function environmentOf(namespace: string, { policy }: AdmitPodsDeps): string {
  const { admission, environmentWhenUnclear } = policy.images;
  const listed = Object.entries(admission.namespaces).find(([name]) => name === namespace);
  return listed?.[1] ?? environmentWhenUnclear;
}

/** The webhook's rules send something that this code does not know: it may hold any image. */
function unknownKind(kind: string, environment: string, { policy }: AdmitPodsDeps): Decision {
  return {
    image: kind,
    outcome: policy.environments[environment]?.admission.unknown ?? 'refuse',
    because: 'unsure',
    reason: "nobody knows where objects of this kind hold images: correct the webhook's rules",
    verdicts: [],
  };
}
