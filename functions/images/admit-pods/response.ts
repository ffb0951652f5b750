import type { Decision } from '../../../shared/admission/decide.ts';
import { reviewVersion } from './review.ts';

/** What the API server is told. */
export interface ReviewResponse {
  readonly allowed: boolean;
  /** Shown to whoever asked for the change. */
  readonly message?: string;
  /** Shown to them beside the success, or beside the message. */
  readonly warnings: readonly string[];
}

/** The API server cuts longer warnings off, and leaves out those beyond 4,096 characters in all. */
const longestWarning = 256;
const mostWarnings = 15;

/** A refusal goes through events and terminals, where nobody reads more. */
const longestMessage = 2000;

/** Each image that may not run, and why. In mode `observe` they are warned of, and run. */
export function responseTo(
  decisions: readonly Decision[],
  environment: string,
  mode: 'observe' | 'act',
): ReviewResponse {
  const refused = decisions.filter(({ outcome }) => outcome === 'refuse');
  const warned = decisions.filter(({ outcome }) => outcome === 'warn').map(sentence);
  if (refused.length === 0 || mode === 'observe') {
    const wouldBe = refused.map((decision) => `would be refused in ${environment}: ${sentence(decision)}`);
    return { allowed: true, warnings: [...wouldBe, ...warned] };
  }
  const what = refused.length === 1 ? 'an image' : `${refused.length} images`;
  const message = `${what} may not run in ${environment}: ${refused.map(sentence).join('; ')}`;
  return { allowed: false, message, warnings: warned };
}

function sentence({ image, reason }: Decision): string {
  return `${image}: ${reason}`;
}

/** @see https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/#response */
export function reviewOf(uid: string, { allowed, message, warnings }: ReviewResponse): object {
  const shown = warnings.slice(0, mostWarnings).map((warning) => cut(`aeon-ops: ${warning}`, longestWarning));
  return {
    apiVersion: reviewVersion,
    kind: 'AdmissionReview',
    response: {
      uid,
      allowed,
      ...(message !== undefined && {
        status: { code: 403, reason: 'Forbidden', message: cut(`aeon-ops: ${message}`, longestMessage) },
      }),
      ...(shown.length > 0 && { warnings: shown }),
    },
  };
}

function cut(text: string, longest: number): string {
  return text.length <= longest ? text : `${text.slice(0, longest - 1)}…`;
}
