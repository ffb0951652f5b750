import { createHash } from 'node:crypto';
import { awsDurations } from '../../shared/failover/aws-durations.ts';
import type { Kernel } from '../kernel.ts';
import type { Resource } from './properties.ts';
import {
  EndpointHealth,
  type Fetch,
  type HealthCheckConfig,
  healthCheckConfigOf,
} from './route53-health-check.ts';
import { type FailoverRecord, failoverRecordOf } from './route53-record.ts';

/** An answer to a DNS query. */
export interface DnsAnswer {
  readonly value: string;
  readonly ttlSeconds: number;
}

export type DnsType = FailoverRecord['type'];

export interface Route53World {
  /** What is at the other end of an HTTPS request. */
  readonly fetch: Fetch;
  readonly isDark: (region: string) => boolean;
  /** Whether there is a host of this name, whose address DNS then knows. */
  readonly isHost: (name: string) => boolean;
}

interface Check {
  readonly config: HealthCheckConfig;
  readonly endpoint?: EndpointHealth;
  readonly createdAt: number;
}

/** What the name servers answer by, and what they will when they know of the last change. */
interface Known {
  readonly before: boolean;
  readonly now: boolean;
  readonly changedAt: number;
}

const interval = 10_000;

/** From the change of a status until all name servers know. Three looks come before it. */
const untilKnown = awsDurations.switchSeen.seconds * 1000 - 3 * interval;

/**
 * Amazon Route 53, as far as it works while its control plane does not: health checks and failover records of the
 * templates. It offers no operation, so that a call to it ends the rehearsal.
 *
 * From the first question on, all checkers look at the same moment, every ten seconds. Until then nobody could tell
 * whether they did, and as many looks as could have changed anything are made up for.
 */
export class Route53 {
  readonly #kernel: Kernel;
  readonly #world: Route53World;
  readonly #checks = new Map<string, Check>();
  readonly #known = new Map<string, Known>();
  readonly #records: FailoverRecord[] = [];
  #isWatched = false;

  constructor(kernel: Kernel, world: Route53World) {
    this.#kernel = kernel;
    this.#world = world;
  }

  /** @throws RangeError for what is not simulated, and for a child that is not there */
  createHealthCheck(resource: Resource): void {
    const config = healthCheckConfigOf(resource);
    const createdAt = this.#now();
    const endpoint = config.Type === 'CALCULATED' ? {} : { endpoint: new EndpointHealth(config) };
    this.#checks.set(resource.name, { config, createdAt, ...endpoint });
    const status = this.#status(resource.name);
    this.#known.set(resource.name, { before: status, now: status, changedAt: createdAt });
  }

  /** @throws RangeError for what is not simulated, what Route 53 refuses, and a check that is not there */
  createRecordSet(resource: Resource): void {
    const record = failoverRecordOf(resource);
    const { name, type, failover, healthCheckId } = record;
    if (this.#of(name, type).some((other) => other.failover === failover)) {
      throw new RangeError(`${name} has a ${failover} record of type ${type} already`);
    }
    if (healthCheckId !== undefined) this.#check(healthCheckId);
    this.#records.push(record);
  }

  /** Whether a check is healthy now, as GetHealthCheckStatus would say. For tests and scenarios. */
  isHealthy(id: string): boolean {
    this.#watch();
    return this.#status(id);
  }

  /**
   * What a name server answers now.
   *
   * @returns undefined where the name has no such record
   */
  answer(name: string, type: DnsType): DnsAnswer | undefined {
    this.#watch();
    const record = this.#chosen(this.#of(name, type));
    if (record !== undefined) {
      const { ttlSeconds, value } = record;
      return { ttlSeconds, value: type === 'A' ? addressOf(value) : value };
    }
    const alias = type === 'A' ? this.answer(name, 'CNAME') : undefined;
    if (alias !== undefined) return { ...alias, value: addressOf(alias.value) };
    return type === 'A' && this.#world.isHost(name)
      ? { value: addressOf(name), ttlSeconds: awsDurations.aliasTtl.seconds }
      : undefined;
  }

  /** The first unless only the other one is healthy. */
  #chosen(records: readonly FailoverRecord[]): FailoverRecord | undefined {
    const primary = records.find(({ failover }) => failover === 'PRIMARY');
    const secondary = records.find(({ failover }) => failover === 'SECONDARY');
    const isUp = ({ healthCheckId }: FailoverRecord): boolean =>
      healthCheckId === undefined || this.#isKnownHealthy(healthCheckId);
    if (primary === undefined) return secondary;
    return isUp(primary) || secondary === undefined || !isUp(secondary) ? primary : secondary;
  }

  #isKnownHealthy(id: string): boolean {
    const known = this.#known.get(id);
    if (known === undefined) return true;
    return this.#now() - known.changedAt < untilKnown ? known.before : known.now;
  }

  #status(id: string): boolean {
    const { config, endpoint } = this.#check(id);
    if (config.Disabled === true) return true;
    const status =
      config.Type === 'CALCULATED'
        ? config.ChildHealthChecks.filter((child) => this.#status(child)).length >= config.HealthThreshold
        : endpoint?.status === true;
    return status !== (config.Inverted === true);
  }

  #watch(): void {
    if (this.#isWatched) return;
    this.#isWatched = true;
    const now = this.#now();
    const most = 1 + Math.max(0, ...[...this.#checks.values()].map(thresholdOf));
    for (let back = most - 1; back >= 0; back -= 1) {
      const at = now - back * interval;
      this.#look(at);
    }
    this.#lookOn();
  }

  #lookOn(): void {
    this.#kernel.after(interval, () => {
      this.#look(this.#now());
      this.#lookOn();
    });
  }

  /** Checks that were not there at that moment are not looked at. */
  #look(at: number): void {
    const { fetch, isDark } = this.#world;
    for (const { endpoint, createdAt } of this.#checks.values()) {
      if (createdAt < at) endpoint?.look(fetch, isDark);
    }
    for (const id of this.#checks.keys()) {
      const status = this.#status(id);
      const known = this.#known.get(id);
      if (known?.now !== status) this.#known.set(id, { before: !status, now: status, changedAt: at });
    }
  }

  #of(name: string, type: DnsType): readonly FailoverRecord[] {
    return this.#records.filter((record) => record.name === name && record.type === type);
  }

  #check(id: string): Check {
    const check = this.#checks.get(id);
    if (check === undefined) throw new RangeError(`Route 53 has no health check '${id}'`);
    return check;
  }

  #now(): number {
    return this.#kernel.now().getTime();
  }
}

function thresholdOf({ config }: Check): number {
  return config.Type === 'CALCULATED' ? 0 : config.FailureThreshold;
}

/**
 * The one address of a host, from the range for benchmarks, so that nobody's is meant.
 * @see https://www.rfc-editor.org/rfc/rfc2544
 */
export function addressOf(host: string): string {
  const [one = 0, two = 0] = createHash('sha256').update(host).digest();
  return `198.18.${one}.${two}`;
}
