import type { BatchResultErrorEntry } from '@aws-sdk/client-sqs';
import { AwsError } from '../kernel.ts';

interface Entry {
  readonly Id: string | undefined;
}

/**
 * @throws AwsError when SQS refuses the batch as a whole: empty, more than ten entries, ids that are malformed or repeated
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html
 */
export function checkedEntries<One extends Entry>(entries: readonly One[] = []): readonly One[] {
  const ids = entries.map(({ Id }) => Id ?? '');
  if (ids.length === 0) {
    throw refusal('EmptyBatchRequest', 'There should be at least one entry in the request.');
  }
  if (ids.length > 10) {
    throw refusal(
      'TooManyEntriesInBatchRequest',
      `Maximum number of entries per request are 10. You have sent ${ids.length}.`,
    );
  }
  if (!ids.every((id) => /^[\w-]{1,80}$/.test(id))) {
    throw refusal(
      'InvalidBatchEntryId',
      'A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long.',
    );
  }
  const repeated = ids.find((id, index) => ids.indexOf(id) !== index);
  if (repeated !== undefined) throw refusal('BatchEntryIdsNotDistinct', `Id ${repeated} repeated.`);
  return entries;
}

/** The error of a batch that is refused as a whole. */
export function refusal(code: string, message: string): AwsError {
  return new AwsError(`AWS.SimpleQueueService.${code}`, message);
}

/** Does `one` for each entry. An AwsError fails that entry only, and the call succeeds all the same. */
export function eachEntry<One extends Entry, Done extends object>(
  entries: readonly One[],
  one: (entry: One, id: string) => Done,
): { Successful: (Done & { Id: string })[]; Failed: BatchResultErrorEntry[] } {
  const Successful: (Done & { Id: string })[] = [];
  const Failed: BatchResultErrorEntry[] = [];
  for (const entry of entries) {
    const Id = entry.Id ?? '';
    try {
      Successful.push({ ...one(entry, Id), Id });
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      Failed.push({ Id, Code: error.code, Message: error.message, SenderFault: error.httpStatus < 500 });
    }
  }
  return { Successful, Failed };
}
