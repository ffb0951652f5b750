import { eachOf } from '../lambda/each-of.ts';
import { PermanentError, RetryableError } from '../lambda/errors.ts';
import { within } from '../lambda/within.ts';
import { describeSource, type ImageUse, type WorkloadInventory, type WorkloadSource } from './inventory.ts';

/**
 * Asks one source to the end, for everything in it that names or runs an image.
 *
 * @param signal tells when nobody waits for the answer any more
 * @throws whatever kept it from knowing all of it; a person reads the message
 */
export type AskSource = (source: WorkloadSource, signal: AbortSignal) => Promise<readonly ImageUse[]>;

export interface SurveyTerms {
  readonly now: () => Date;
  /** For all sources together. What has not answered by then is missing. */
  readonly timeoutMs: number;
}

/** Sources asked at once. A page of pods takes some ten megabytes while it is read. */
const atOnce = 4;

type Answer = { readonly uses: readonly ImageUse[] } | { readonly reason: string };

/** Asks every source on its own: one that fails is missing, with the reason, and stops no other. Never rejects. */
export async function surveyWorkloads(
  sources: readonly WorkloadSource[],
  ask: AskSource,
  { now, timeoutMs }: SurveyTerms,
): Promise<WorkloadInventory> {
  const takenAt = now();
  const answers = new Map<WorkloadSource, Answer>();
  await eachOf(sources, atOnce, async (source) => {
    const leftMs = takenAt.getTime() + timeoutMs - now().getTime();
    answers.set(source, await answerOf(source, ask, leftMs));
  });
  const inOrder = sources.flatMap((source) => {
    const answer = answers.get(source);
    return answer === undefined ? [] : [{ source, answer }];
  });
  return {
    uses: inOrder.flatMap(({ answer }) => ('uses' in answer ? answer.uses : [])),
    missing: inOrder.flatMap(({ source, answer }) =>
      'reason' in answer ? [{ source, reason: answer.reason }] : [],
    ),
    takenAt,
  };
}

async function answerOf(source: WorkloadSource, ask: AskSource, leftMs: number): Promise<Answer> {
  if (leftMs <= 0) return { reason: 'there was no time left to ask it' };
  try {
    const what = `asking ${describeSource(source)}`;
    return { uses: await within(leftMs, what, (signal) => ask(source, signal)) };
  } catch (error) {
    return { reason: reasonOf(error) };
  }
}

/** Our own errors are sentences; those of the SDK say by their name what they are. */
function reasonOf(error: unknown): string {
  if (error instanceof PermanentError || error instanceof RetryableError) return error.message;
  return Error.isError(error) ? `${error.name}: ${error.message}` : String(error);
}
