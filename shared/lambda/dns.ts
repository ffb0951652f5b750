import { Resolver } from 'node:dns/promises';
import { RetryableError } from './errors.ts';

/** Types of records that we ask for. */
export type DnsRecordType = 'A' | 'TXT';

/**
 * Asks the resolver of the network that the function is in.
 *
 * @returns the addresses, or the texts, in no order; none where the name has no such record
 * @throws RetryableError when nobody answered: a resolver that fails, or one that cannot be reached
 */
export type Resolve = (name: string, type: DnsRecordType) => Promise<readonly string[]>;

/** A world with a resolver in it. */
export interface WithDns {
  readonly resolve: Resolve;
}

/** Milliseconds for one attempt. A resolver that knows the answer takes a few; one that has to ask, a hundred. */
const attemptMs = 1500;

const attempts = 2;

/** The codes of c-ares for an answer that says: there is nothing. The others say that there was no answer. */
const nothing = ['ENOTFOUND', 'ENODATA'];

export function withDns(resolver = new Resolver({ timeout: attemptMs, tries: attempts })): WithDns {
  return {
    async resolve(name, type) {
      try {
        if (type === 'A') return await resolver.resolve4(name);
        return (await resolver.resolveTxt(name)).map((parts) => parts.join(''));
      } catch (cause) {
        const code = codeOf(cause);
        if (nothing.includes(code)) return [];
        throw new RetryableError(`DNS gave no answer for the ${type} records of ${name} (${code})`, {
          cause,
        });
      }
    },
  };
}

function codeOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : String(error);
}
