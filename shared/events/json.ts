import { PermanentError } from '../lambda/errors.ts';
import { excerpt } from './excerpt.ts';

/**
 * Parses JSON that somebody else wrote. Not for secrets: the error shows how the text begins.
 *
 * @param what names the text in the error, such as `the body of SQS message 059f36b4`
 * @throws PermanentError when the text is not JSON
 */
export function parseJson(text: string, what: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new PermanentError(`${what} is not JSON (given ${excerpt(text, 80)})`, { cause, facts: { what } });
  }
}
