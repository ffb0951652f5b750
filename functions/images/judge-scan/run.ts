import type { OutgoingQueue } from '../../../shared/aws/queue.ts';
import type { Standing } from '../../../shared/domain/standing.ts';
import { type ImageEvent, parseImageEvent } from '../../../shared/events/image-event.ts';
import { parseJson } from '../../../shared/events/json.ts';
import type { SqsMessage } from '../../../shared/events/sqs.ts';
import { type JudgeDeps, judgeImage } from '../../../shared/judging/judge.ts';
import { deadLetter } from '../../../shared/lambda/chain.ts';
import { PermanentError, RetryableError } from '../../../shared/lambda/errors.ts';
import type { Outcome } from '../../../shared/lambda/outcome.ts';

/**
 * Judges the image that an event is about.
 *
 * @throws RetryableError when the event tells that a scan ended and ECR itself still says that it is under way
 */
export async function judgeEvent(
  event: ImageEvent,
  standing: Standing,
  deps: JudgeDeps,
): Promise<readonly Outcome[]> {
  const [judged, ...indexes] = await judgeImage(event, standing, deps);
  if (judged.pending && event.tells === 'scan ended') {
    throw new RetryableError(`${judged.reason}, although its end was announced`, {
      facts: { subject: judged.subject },
    });
  }
  return [judged, ...indexes];
}

export interface BatchResult {
  readonly outcomes: readonly Outcome[];
  /** Messages that have to be tried again. */
  readonly failed: readonly string[];
}

/**
 * Judges the images that a batch of messages is about, each once: a storm of findings for one digest is one judgement.
 *
 * A message that cannot be understood is kept in the dead-letter queue and fails no other.
 */
export async function judgeBatch(
  messages: readonly SqsMessage[],
  standing: Standing,
  deadLetters: OutgoingQueue,
  deps: JudgeDeps,
): Promise<BatchResult> {
  const outcomes: Outcome[] = [];
  const failed: string[] = [];
  const byImage = new Map<string, { readonly event: ImageEvent; readonly ids: string[] }>();
  for (const { messageId, body } of messages) {
    try {
      const event = parseImageEvent(parseJson(body, `The message ${messageId}`));
      const key = `${event.repository}@${event.digest}`;
      const group = byImage.get(key) ?? { event, ids: [] };
      group.ids.push(messageId);
      byImage.set(key, group);
    } catch (error) {
      if (!(error instanceof PermanentError)) throw error;
      const subject = `message ${messageId}`;
      outcomes.push({ outcome: 'refused', reason: error.message, subject });
      try {
        await deadLetter(deadLetters, body, error);
      } catch (fault) {
        outcomes.push({ outcome: 'failed', reason: describe(fault), subject });
        failed.push(messageId);
      }
    }
  }
  for (const [subject, { event, ids }] of byImage) {
    try {
      outcomes.push(...(await judgeEvent(event, standing, deps)));
    } catch (error) {
      outcomes.push({ outcome: 'failed', reason: describe(error), subject });
      failed.push(...ids);
    }
  }
  return { outcomes, failed };
}

function describe(error: unknown): string {
  return Error.isError(error) ? `${error.name}: ${error.message}` : String(error);
}
