import type { OutgoingQueue } from '../../../shared/aws/queue.ts';
import { parseJson } from '../../../shared/events/json.ts';
import type { SqsMessage } from '../../../shared/events/sqs.ts';
import { deadLetter } from '../../../shared/lambda/chain.ts';
import { PermanentError } from '../../../shared/lambda/errors.ts';
import type { Outcome } from '../../../shared/lambda/outcome.ts';
import { type Hint, readHint } from './hint.ts';

/**
 * What a batch of events gives reason to look at. An event that cannot be understood is kept in the dead-letter queue,
 * and keeps no other from being looked at.
 *
 * @throws what kept it from being put there: then the whole batch has to come again
 */
export async function readHints(
  messages: readonly SqsMessage[],
  deadLetters: OutgoingQueue,
  tell: (outcome: Outcome) => void,
): Promise<readonly Hint[]> {
  const hints: Hint[] = [];
  for (const { messageId, body } of messages) {
    try {
      const hint = readHint(parseJson(body, `The message ${messageId}`));
      if (hint !== undefined) hints.push(hint);
    } catch (error) {
      if (!(error instanceof PermanentError)) throw error;
      await deadLetter(deadLetters, body, error);
      tell({ outcome: 'refused', reason: error.message, subject: `message ${messageId}` });
    }
  }
  return hints;
}
