import type {
  PutEventsRequest,
  PutEventsRequestEntry,
  PutEventsResponse,
  PutEventsResultEntry,
} from '@aws-sdk/client-eventbridge';
import { AwsError, type Call, type Kernel, type Operations, type Principal } from '../kernel.ts';
import { parseArn } from './arn.ts';
import { authorize } from './authorize.ts';
import type { Metrics } from './cloudwatch-metrics.ts';
import { EventDelivery, type TargetServices } from './eventbridge-delivery.ts';
import { contentOf, entrySize } from './eventbridge-entry.ts';
import { type EventContent, type EventEnvelope, envelope } from './eventbridge-event.ts';
import { busName, type Rule, ruleOf } from './eventbridge-rule.ts';
import type { Resource } from './properties.ts';
import { serviceCall } from './service-call.ts';

/** What becomes of an event on its way through a bus. */
export interface Disturbance {
  readonly drop?: boolean;
  /** How often it is delivered; 1 is the rule. */
  readonly copies?: number;
  /** How late each copy is, in milliseconds, on top of the usual. */
  readonly delayMs?: readonly number[];
}

export interface EventBridgeFaults {
  readonly disturb?: (event: EventEnvelope, bus: string) => Disturbance;
  /** The answer of a target that is ill for a while; 429 and 5xx are tried again. */
  readonly targetFails?: (targetArn: string, event: EventEnvelope) => AwsError | undefined;
  /** An error for one entry of a PutEvents call, so that it fails in part. */
  readonly entryFails?: (entry: PutEventsRequestEntry, region: string) => AwsError | undefined;
}

export interface EventCounters {
  /** Events that a bus accepted; forwarded ones count on each bus. */
  readonly published: number;
  /** Deliveries of an event to the rules of a bus that matched it; an event without a rule counts nowhere. */
  readonly matched: number;
  /** Events that were lost: to a bus that is not there, to a fault, or to a target without a dead-letter queue. */
  readonly dropped: number;
}

/** From an event's acceptance to its delivery. Milliseconds. */
const deliveryMs = 200;

/** Of all entries of a call. Bytes. */
const maxEntriesSize = 1_048_576;

/** Amazon EventBridge, classic buses: one called `default` in each Region, and those that are created. */
export class EventBridge {
  readonly #kernel: Kernel;
  readonly #faults: EventBridgeFaults;
  readonly #delivery: EventDelivery;
  /** ARNs. */
  readonly #buses = new Set<string>();
  readonly #rules: Rule[] = [];
  readonly #counters = { published: 0, matched: 0, dropped: 0 };

  constructor(kernel: Kernel, targets: TargetServices, metrics: Metrics, faults: EventBridgeFaults = {}) {
    this.#kernel = kernel;
    this.#faults = faults;
    this.#delivery = new EventDelivery(kernel, targets, {
      metrics,
      forward: (busArn, event, roleArn) => this.#forward(busArn, event, roleArn),
      targetFails: (targetArn, event) => faults.targetFails?.(targetArn, event),
      onLost: () => {
        this.#counters.dropped += 1;
      },
    });
  }

  /** AWS::Events::EventBus. */
  createBus(region: string, name: string): void {
    this.#buses.add(this.#busArn(region, name));
  }

  /**
   * AWS::Events::Rule with an event pattern.
   *
   * @throws RangeError for a property that is not simulated, such as ScheduleExpression or InputTransformer, by name
   * @throws AwsError InvalidEventPatternException, ResourceNotFoundException
   */
  createRule(resource: Resource): void {
    const rule = ruleOf(this.#kernel.account, resource);
    if (!this.#hasBus(rule.region, rule.bus)) {
      throw new AwsError(
        'ResourceNotFoundException',
        `Event bus ${rule.bus} does not exist in ${rule.region}.`,
      );
    }
    this.#rules.push(rule);
  }

  get counters(): EventCounters {
    return this.#counters;
  }

  /** An event of an AWS service: to the default bus of its Region, without asking anyone. */
  emit({ region, ...content }: EventContent & { readonly region: string }): void {
    this.#publish('default', region, this.#envelope(content, region));
  }

  readonly operations = {
    PutEvents: ({ Entries = [] }: PutEventsRequest, call: Call): PutEventsResponse => {
      if (Entries.length === 0 || Entries.length > 10) {
        throw new AwsError(
          'ValidationException',
          `1 validation error detected: Value at 'entries' failed to satisfy constraint: Member must have length between 1 and 10, not ${Entries.length}`,
        );
      }
      const size = Entries.reduce((sum, entry) => sum + entrySize(entry), 0);
      if (size > maxEntriesSize) {
        throw new AwsError(
          'ValidationException',
          `Total size of the entries in the request is over the limit: ${size} of ${maxEntriesSize} bytes.`,
        );
      }
      for (const { EventBusName = 'default', Source = '', DetailType = '' } of Entries) {
        this.#authorize(this.#busArn(call.region, EventBusName), Source, DetailType, call.principal);
      }
      const results = Entries.map((entry) => this.#put(entry, call.region));
      return {
        FailedEntryCount: results.filter(({ ErrorCode }) => ErrorCode !== undefined).length,
        Entries: results,
      };
    },
  } satisfies Operations;

  /** A caller without permission for one entry gets none of them in. */
  #authorize(resource: string, source: string, detailType: string, principal: Principal): void {
    const context = { 'events:source': source, 'events:detail-type': detailType };
    authorize(
      this.#kernel,
      { principal, action: 'events:PutEvents', resource, context },
      'AccessDeniedException',
    );
  }

  #put(entry: PutEventsRequestEntry, region: string): PutEventsResultEntry {
    try {
      const fault = this.#faults.entryFails?.(entry, region);
      if (fault !== undefined) throw fault;
      const content = contentOf(entry);
      if (content.source.startsWith('aws.')) {
        throw new AwsError('NotAuthorizedForSourceException', 'Not authorized for the source.');
      }
      const event = this.#envelope(content, region);
      this.#publish(busName(entry.EventBusName ?? 'default'), region, event);
      return { EventId: event.id };
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      return { ErrorCode: error.code, ErrorMessage: error.message };
    }
  }

  /**
   * Another Region's bus takes an event only from the Region where it arose.
   * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-cross-region.html
   */
  #forward(busArn: string, event: EventEnvelope, roleArn: string): void {
    const { region } = parseArn(busArn);
    const { source, 'detail-type': detailType } = event;
    const call = {
      region,
      caller: 'events.amazonaws.com',
      service: 'events',
      operation: 'PutEvents',
      input: event,
    };
    serviceCall(this.#kernel, call, () => {
      this.#authorize(busArn, source, detailType, { kind: 'role', arn: roleArn });
      if (!this.#hasBus(region, busName(busArn))) {
        throw new AwsError('ResourceNotFoundException', `Event bus ${busArn} does not exist.`);
      }
      this.#publish(busName(busArn), region, event);
    });
  }

  #publish(bus: string, region: string, event: EventEnvelope): void {
    const what = `${event.source} '${event['detail-type']}' ${event.id} on bus ${bus}`;
    if (!this.#hasBus(region, bus)) {
      this.#counters.dropped += 1;
      const why = `PutEvents accepted ${what}, which does not exist in ${region}`;
      this.#kernel.trace({ kind: 'dead-letter', region, queue: 'none', why });
      return;
    }
    this.#counters.published += 1;
    const { drop = false, copies = 1, delayMs = [] } = this.#faults.disturb?.(event, bus) ?? {};
    if (drop) {
      this.#counters.dropped += 1;
      this.#kernel.trace({ kind: 'fault', region, what: `lost ${what}` });
      return;
    }
    if (copies !== 1)
      this.#kernel.trace({ kind: 'fault', region, what: `delivered ${copies} times: ${what}` });
    for (let copy = 0; copy < copies; copy += 1) {
      const late = delayMs[copy] ?? 0;
      if (late > 0) this.#kernel.trace({ kind: 'fault', region, what: `${late} ms late: ${what}` });
      this.#kernel.after(deliveryMs + late, () => this.#route(bus, region, event));
    }
  }

  #route(bus: string, region: string, event: EventEnvelope): void {
    const matched = this.#rules.filter(
      (rule) => rule.region === region && rule.bus === bus && rule.isEnabled && rule.matches(event),
    );
    if (matched.length > 0) this.#counters.matched += 1;
    this.#kernel.trace({
      kind: 'event',
      region,
      bus,
      source: event.source,
      detailType: event['detail-type'],
      subject: event.resources[0] ?? '',
      rules: matched.map(({ name }) => name),
    });
    for (const rule of matched) this.#delivery.deliver(rule, event);
  }

  #envelope(content: EventContent, region: string): EventEnvelope {
    const { account } = this.#kernel;
    return envelope(content, { id: this.#kernel.uuid(), account, region, now: this.#kernel.now() });
  }

  #hasBus(region: string, name: string): boolean {
    return name === 'default' || this.#buses.has(this.#busArn(region, name));
  }

  #busArn(region: string, nameOrArn: string): string {
    if (nameOrArn.startsWith('arn:')) return nameOrArn;
    return `arn:aws:events:${region}:${this.#kernel.account}:event-bus/${nameOrArn}`;
  }
}
