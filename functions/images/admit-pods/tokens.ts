import { createHash, timingSafeEqual } from 'node:crypto';
import * as z from 'zod/mini';
import type { Secrets } from '../../../shared/aws/secrets.ts';
import { within } from '../../../shared/lambda/within.ts';
import type { World } from '../../../shared/lambda/world.ts';

/** The tokens that open the webhook's URL. */
export interface Tokens {
  /**
   * True for one of the tokens that are valid now.
   *
   * @throws Error when they are not known, for the secret cannot be read or does not hold tokens
   */
  readonly accept: (token: string) => Promise<boolean>;
}

/** The API server waits for three seconds in all. */
const readingMs = 1000;

/** Two are valid while a cluster is moved from one to the other. 256 bits each, in hex, so that none is guessed. */
const TokensSecret = z.object({
  tokens: z.array(z.string().check(z.regex(/^[0-9a-f]{64}$/))).check(z.minLength(1), z.maxLength(2)),
});

/**
 * The tokens in a secret of the form `{"tokens": ["<64 hex digits>", …]}`, which is read again every five minutes. When
 * it cannot be, the tokens known before still hold: clusters must not stop because Secrets Manager does.
 */
export function secretTokens(secrets: Secrets, name: string, log: World<unknown>['log']): Tokens {
  let known: readonly Buffer[] | undefined;

  async function current(): Promise<readonly Buffer[]> {
    try {
      const text = await within(readingMs, 'reading the tokens', () => secrets.text(name));
      known = readTokens(text, name).map(hash);
    } catch (error) {
      if (known === undefined) throw error;
      const reason = Error.isError(error) ? `${error.name}: ${error.message}` : String(error);
      log('error', 'tokens not renewed', { reason });
    }
    return known;
  }

  return {
    async accept(token) {
      const given = hash(token);
      let isAccepted = false;
      // No early end: how long it takes tells nothing of which token, or how much of one, was right.
      for (const valid of await current()) isAccepted = timingSafeEqual(valid, given) || isAccepted;
      return isAccepted;
    },
  };
}

function readTokens(text: string, name: string): readonly string[] {
  const parsed = z.safeParse(TokensSecret, parseJson(text));
  if (parsed.success) return parsed.data.tokens;
  throw new Error(
    `The secret ${name} does not have the form {"tokens": ["<64 hex digits>"]}, with one or two tokens. What it holds is not shown.`,
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Hashes are of equal length, whatever was given, as timingSafeEqual demands. */
function hash(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
