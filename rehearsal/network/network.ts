import type { DnsRecordType } from '../../shared/lambda/dns.ts';
import { RetryableError } from '../../shared/lambda/errors.ts';
import type { HttpsAnswer, HttpsGetRequest } from '../../shared/lambda/world.ts';
import { DnsResolver } from '../aws/dns-resolver.ts';
import type { Route53 } from '../aws/route53.ts';
import type { Endpoints } from '../endpoints.ts';
import type { Kernel } from '../kernel.ts';

/** How a host fails whoever asks: its certificate is not valid, or its answer takes longer than anybody waits. */
export type HostFailure = 'tls' | 'slow';

/** What is wrong with the network. What is left out is well. */
export interface NetworkFaults {
  /** Whether nothing of one Region reaches the other, though both work. */
  readonly isCut?: (from: string, to: string) => boolean;
  readonly hostFails?: (host: string, from: string) => HostFailure | undefined;
  /** Whether the resolver of a Region answers nobody. */
  readonly dnsFails?: (region: string) => boolean;
}

interface NetworkWorld {
  readonly isDark: (region: string) => boolean;
  readonly faults: () => NetworkFaults;
}

/** From a request to its answer, within a Region and to another one. Milliseconds. */
const roundTrip = { near: 15, far: 90 };

/** The hosts of the platform and the resolvers, as functions in each Region reach them. */
export class Network {
  readonly #kernel: Kernel;
  readonly #endpoints: Endpoints;
  readonly #route53: Route53;
  readonly #world: NetworkWorld;
  readonly #resolvers = new Map<string, DnsResolver>();

  constructor(
    kernel: Kernel,
    { endpoints, route53 }: { readonly endpoints: Endpoints; readonly route53: Route53 },
    world: NetworkWorld,
  ) {
    this.#kernel = kernel;
    this.#endpoints = endpoints;
    this.#route53 = route53;
    this.#world = world;
  }

  has(host: string): boolean {
    return this.#endpoints.has(host);
  }

  isCut(from: string, to: string): boolean {
    return from !== to && this.#world.faults().isCut?.(from, to) === true;
  }

  /** @throws RetryableError, as the live one does, when no answer comes */
  async get(from: string, { url, timeoutMs }: HttpsGetRequest): Promise<HttpsAnswer> {
    const { hostname, pathname } = new URL(url);
    const region = this.#endpoints.regionOf(hostname) ?? from;
    const failure = this.#world.faults().hostFails?.(hostname, from);
    const answer =
      failure === 'slow' || this.isCut(from, region) || this.#world.isDark(region)
        ? undefined
        : this.#endpoints.get(hostname, pathname);
    if (answer === undefined) {
      await this.#wait(timeoutMs);
      throw new RetryableError(`${hostname} gave no answer within ${timeoutMs} ms`);
    }
    await this.#wait(region === from ? roundTrip.near : roundTrip.far);
    if (failure === 'tls') throw new RetryableError(`${hostname} gave no answer (certificate has expired)`);
    return { ...answer, headers: {} };
  }

  /** @throws RetryableError, as the live one does, when the resolver gives no answer */
  async resolve(from: string, name: string, type: DnsRecordType): Promise<readonly string[]> {
    await this.#wait(roundTrip.near);
    if (this.#world.faults().dnsFails?.(from)) {
      throw new RetryableError(`DNS gave no answer for the ${type} records of ${name} (ESERVFAIL)`);
    }
    const resolver = this.#resolvers.get(from) ?? new DnsResolver(this.#kernel, this.#route53);
    this.#resolvers.set(from, resolver);
    const answer = resolver.resolve(name, type);
    return answer === undefined ? [] : [answer];
  }

  #wait(ms: number): Promise<void> {
    return new Promise((resolve) => this.#kernel.after(ms, resolve));
  }
}
