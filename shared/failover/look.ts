import type { HttpsGet } from '../lambda/world.ts';
import { lookTimeoutSeconds } from './budget.ts';

/** What is looked at. */
export interface Target {
  readonly url: string;
  /** Has to be within the first 5,120 bytes, as for a health check of Route 53. Left out: any answer will do. */
  readonly body?: string;
}

/** One look at one target. */
export interface Look {
  readonly isUp: boolean;
  /** Whether anything answered: an answer of whatever kind proves that there is a way from here to there. */
  readonly isAnswered: boolean;
  /** A few words for people. */
  readonly saw: string;
}

const readBytes = 5120;

/**
 * Looks once. Up is an answer with status 200 and the body, within the time, from a server whose certificate is valid
 * for its name.
 */
export async function lookAt({ url, body }: Target, get: HttpsGet): Promise<Look> {
  try {
    const answer = await get({ url, timeoutMs: lookTimeoutSeconds * 1000, mostBytes: readBytes });
    if (answer.status !== 200) return { isUp: false, isAnswered: true, saw: `status ${answer.status}` };
    if (body !== undefined && !answer.body.includes(body)) {
      return { isUp: false, isAnswered: true, saw: 'status 200 without the body' };
    }
    return { isUp: true, isAnswered: true, saw: 'ready' };
  } catch (error) {
    return { isUp: false, isAnswered: false, saw: Error.isError(error) ? error.message : String(error) };
  }
}
