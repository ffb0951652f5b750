import {
  InvalidParameterValueException,
  InvalidRequestException,
  LimitExceededException,
  ResourceNotFoundException,
} from '@aws-sdk/client-backup';

/** What became of a wish to start a job. The same token starts no second one, and is answered with the first. */
export type Started =
  | { readonly end: 'started'; readonly jobId: string }
  /** AWS Backup does not want it, now or ever: trying the same again is of no use. */
  | { readonly end: 'refused'; readonly reason: string };

const refusals = [
  InvalidParameterValueException,
  InvalidRequestException,
  LimitExceededException,
  ResourceNotFoundException,
] as const;

/** @throws whatever is no refusal: a missing permission, a service that is not there */
export async function started(start: () => Promise<string | undefined>): Promise<Started> {
  try {
    const jobId = await start();
    return jobId === undefined
      ? { end: 'refused', reason: 'AWS Backup named no job' }
      : { end: 'started', jobId };
  } catch (error) {
    if (error instanceof Error && refusals.some((kind) => error instanceof kind)) {
      return { end: 'refused', reason: `${error.name}: ${error.message}` };
    }
    throw error;
  }
}
