import * as z from 'zod/mini';
import { type AdmitDeps, admitImages, registryOf } from '../../../shared/admission/admit.ts';
import type { Decision } from '../../../shared/admission/decide.ts';
import { parseImageReference, readEcrHost } from '../../../shared/domain/image-reference.ts';
import { parseJson } from '../../../shared/events/json.ts';
import { parseOrRefuse } from '../../../shared/events/parse.ts';
import { PermanentError } from '../../../shared/lambda/errors.ts';
import { jsonAnswer, refusal, type UrlAnswer, type UrlRequest } from '../../../shared/lambda/function-url.ts';
import { logOutcome } from '../../../shared/lambda/outcome.ts';
import type { ImageTags } from './image-tags.ts';

export interface AdmitImageDeps extends AdmitDeps {
  readonly tags: ImageTags;
  readonly region: string;
}

/** May this image run in this environment? */
const Question = z.object({ image: z.string(), environment: z.string() });

type Question = z.infer<typeof Question>;

export interface Answer {
  readonly admitted: boolean;
  /** `warn` is admitted too, and the reason says why that is not as it should be. */
  readonly outcome: Decision['outcome'];
  readonly reason: string;
  /** The image by its digest: the one to deploy. As it was given, when its digest is not known. */
  readonly image: string;
  readonly environment: string;
  readonly verdicts: Decision['verdicts'];
}

/**
 * Answers who invokes the function directly.
 *
 * @throws PermanentError for a question that cannot be understood
 */
export async function answerQuestion(event: unknown, deps: AdmitImageDeps): Promise<Answer> {
  const question = readQuestion(event, deps);
  const image = await withDigest(question.image, deps);
  const answer =
    image === undefined ? noSuchImage(question, deps) : await decide({ ...question, image }, deps);
  const { outcome, reason, environment, admitted, verdicts } = answer;
  logOutcome(deps.log, {
    outcome: admitted ? 'admitted' : 'not admitted',
    reason,
    subject: answer.image,
    facts: { environment, isWarned: outcome === 'warn', verdicts },
  });
  return answer;
}

/** Answers who calls the function's URL, where IAM has let in whoever is known. What was wrong is said to them. */
export async function answerRequest({ method, body }: UrlRequest, deps: AdmitImageDeps): Promise<UrlAnswer> {
  if (method !== 'POST') return refusal(405);
  try {
    return jsonAnswer(200, await answerQuestion(parseJson(body, 'The body'), deps));
  } catch (error) {
    if (error instanceof PermanentError) return jsonAnswer(400, { message: error.message });
    throw error;
  }
}

function readQuestion(event: unknown, { policy }: AdmitImageDeps): Question {
  const question = parseOrRefuse(Question, event, 'The question');
  const environments = Object.keys(policy.environments);
  if (environments.includes(question.environment)) return question;
  throw new PermanentError(
    `There is no environment '${question.environment.slice(0, 60)}': ask for one of ${environments.join(', ')}`,
  );
}

/**
 * The image with the digest that its tag has now, in this Region; as it is where there is nothing to find out. Undefined
 * when the registry does not have it.
 */
async function withDigest(
  image: string,
  { account, region, tags }: AdmitImageDeps,
): Promise<string | undefined> {
  const reference = parseImageReference(image);
  if (reference === undefined || reference.digest !== undefined) return image;
  if (registryOf(reference, 'ours', account) === 'foreign') return image;
  const home = reference.registry === undefined ? region : readEcrHost(reference.registry)?.region;
  if (home !== region) {
    throw new PermanentError(
      `${image} is in the registry of ${home}, and a tag can only be looked up where it is: ask in ${home}, or by digest`,
    );
  }
  const digest = await tags.digestOf(reference.repository, reference.tag ?? 'latest');
  return digest && `${image}@${digest}`;
}

function noSuchImage({ image, environment }: Question, { region }: AdmitImageDeps): Answer {
  const reason = `our registry in ${region} has no such image`;
  return { admitted: false, outcome: 'refuse', reason, image, environment, verdicts: [] };
}

async function decide({ image, environment }: Question, deps: AdmitImageDeps): Promise<Answer> {
  const request = {
    images: [image],
    unchanged: new Set<string>(),
    environment,
    withoutRegistry: 'ours',
  } as const;
  const [decision] = await admitImages(request, deps);
  if (decision === undefined) throw new RangeError('one image was asked about, and none was decided');
  const { outcome, reason, verdicts } = decision;
  return { admitted: outcome !== 'refuse', outcome, reason, image, environment, verdicts };
}
