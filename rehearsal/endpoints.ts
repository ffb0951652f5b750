/** What a host answers to a GET. */
export interface EndpointAnswer {
  readonly status: number;
  readonly body: string;
}

interface Endpoint {
  readonly region: string;
  readonly paths: Map<string, EndpointAnswer | 'silent'>;
}

/** The hosts of the platform, as everybody reaches them by HTTPS, and those of AWS that it is compared with. */
export class Endpoints {
  readonly #isDark: (region: string) => boolean;
  readonly #hosts = new Map<string, Endpoint>();

  constructor(isDark: (region: string) => boolean) {
    this.#isDark = isDark;
  }

  /** From now on the host, which is in this Region, answers so at a path. `silent`: it takes the request and is mute. */
  serve(region: string, host: string, path: string, answer: EndpointAnswer | 'silent'): void {
    const endpoint = this.#hosts.get(host) ?? { region, paths: new Map() };
    endpoint.paths.set(path, answer);
    this.#hosts.set(host, endpoint);
  }

  /** Undefined for a host that is not there. */
  regionOf(host: string): string | undefined {
    return this.#hosts.get(host)?.region;
  }

  has(host: string): boolean {
    return this.#hosts.has(host);
  }

  /** @returns undefined when no answer comes: the host is unknown or silent, or its Region is dark */
  get(host: string, path: string): EndpointAnswer | undefined {
    const endpoint = this.#hosts.get(host);
    if (endpoint === undefined || this.#isDark(endpoint.region)) return undefined;
    const answer = endpoint.paths.get(path) ?? { status: 404, body: '' };
    return answer === 'silent' ? undefined : answer;
  }
}
