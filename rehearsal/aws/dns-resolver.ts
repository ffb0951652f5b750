import type { Kernel } from '../kernel.ts';
import type { DnsAnswer, DnsType, Route53 } from './route53.ts';

/** A resolver between clients and Route 53, with what it remembers. */
export class DnsResolver {
  readonly #kernel: Kernel;
  readonly #route53: Route53;
  readonly #keepsForSeconds: number;
  readonly #cache = new Map<string, { readonly answer: DnsAnswer; readonly until: number }>();

  /** @param keepsForSeconds it keeps answers for at least so long, whatever their TTL. Some do. */
  constructor(kernel: Kernel, route53: Route53, keepsForSeconds = 0) {
    this.#kernel = kernel;
    this.#route53 = route53;
    this.#keepsForSeconds = keepsForSeconds;
  }

  /** @returns undefined where the name has no such record, which is asked anew each time */
  resolve(name: string, type: DnsType): string | undefined {
    const key = `${type} ${name}`;
    const now = this.#kernel.now().getTime();
    const cached = this.#cache.get(key);
    if (cached !== undefined && now < cached.until) return cached.answer.value;
    const answer = this.#route53.answer(name, type);
    if (answer === undefined) return undefined;
    const seconds = Math.max(answer.ttlSeconds, this.#keepsForSeconds);
    this.#cache.set(key, { answer, until: now + seconds * 1000 });
    return answer.value;
  }
}
