import * as z from 'zod';
import { boolean, ignored, number, type Resource, readProperties } from './properties.ts';
import { type Checker, checkers, healthyShare } from './route53-checkers.ts';

/** What a checker gets for an HTTPS request. Undefined: no answer. */
export type Fetch = (
  request: { readonly host: string; readonly path: string },
  from: Checker,
) => { readonly status: number; readonly body: string } | undefined;

const common = { Inverted: boolean.optional(), Disabled: boolean.optional() };

const Config = z.discriminatedUnion('Type', [
  z.strictObject({
    Type: z.literal('HTTPS_STR_MATCH'),
    ...common,
    FullyQualifiedDomainName: z.string(),
    Port: number.pipe(z.literal(443)),
    EnableSNI: boolean.pipe(z.literal(true)),
    ResourcePath: z.string(),
    SearchString: z.string().min(1).max(255),
    RequestInterval: number.pipe(z.literal(10)),
    FailureThreshold: number.pipe(z.number().min(1).max(10)),
    MeasureLatency: boolean.optional(),
  }),
  z.strictObject({
    Type: z.literal('CALCULATED'),
    ...common,
    ChildHealthChecks: z.array(z.string()).max(255),
    HealthThreshold: number.pipe(z.number().min(0).max(256)),
  }),
]);

const HealthCheckProperties = z.strictObject({ HealthCheckConfig: Config, HealthCheckTags: ignored });

export type HealthCheckConfig = z.output<typeof Config>;

/**
 * AWS::Route53::HealthCheck: texts looked for every ten seconds by HTTPS, and checks that are made of others.
 *
 * @throws RangeError for what is not simulated, by name
 */
export function healthCheckConfigOf(resource: Resource): HealthCheckConfig {
  return readProperties('AWS::Route53::HealthCheck', HealthCheckProperties, resource).HealthCheckConfig;
}

/** What is read of an answer's body. */
const readBytes = 5120;

/** What all checkers make of one endpoint. Each of them looks by itself and counts for itself. */
export class EndpointHealth {
  readonly #config: Extract<HealthCheckConfig, { Type: 'HTTPS_STR_MATCH' }>;
  /** A new check has everybody see its endpoint healthy. */
  readonly #views = checkers.map((checker) => ({ checker, isHealthy: true, against: 0 }));
  #status = true;

  constructor(config: Extract<HealthCheckConfig, { Type: 'HTTPS_STR_MATCH' }>) {
    this.#config = config;
  }

  /** Before it is inverted. */
  get status(): boolean {
    return this.#status;
  }

  /** Every checker looks once. Those in a Region that is dark neither look nor count. */
  look(fetch: Fetch, isDark: (region: string) => boolean): void {
    const views = this.#views.filter(({ checker }) => !isDark(checker.region));
    for (const view of views) {
      if (this.#passes(fetch, view.checker) === view.isHealthy) {
        view.against = 0;
        continue;
      }
      view.against += 1;
      if (view.against < this.#config.FailureThreshold) continue;
      view.isHealthy = !view.isHealthy;
      view.against = 0;
    }
    const healthy = views.filter(({ isHealthy }) => isHealthy).length;
    if (views.length > 0) this.#status = healthy / views.length > healthyShare;
  }

  #passes(fetch: Fetch, checker: Checker): boolean {
    const { FullyQualifiedDomainName: host, ResourcePath: path, SearchString: text } = this.#config;
    const answer = fetch({ host, path }, checker);
    if (answer === undefined || answer.status < 200 || answer.status > 399) return false;
    return Buffer.from(answer.body).subarray(0, readBytes).toString().includes(text);
  }
}
