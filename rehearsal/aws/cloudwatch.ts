import { AwsError, type Kernel } from '../kernel.ts';
import { parseArn } from './arn.ts';
import {
  type Alarm,
  type AlarmState,
  type AlarmStateValue,
  datapointsOf,
  evaluate,
  minutesLookedAt,
} from './cloudwatch-alarm.ts';
import { alarmArn, alarmOf } from './cloudwatch-configuration.ts';
import {
  type AlarmActions,
  alarmEventDetail,
  alarmFunctionEvent,
  alarmNotification,
} from './cloudwatch-messages.ts';
import { type MetricId, type MetricSeries, type Metrics, minuteOf } from './cloudwatch-metrics.ts';
import type { EventBridge } from './eventbridge.ts';
import type { Lambda } from './lambda.ts';
import type { Resource } from './properties.ts';
import type { Sns } from './sns.ts';
import type { Sqs } from './sqs.ts';
import type { SqsQueue } from './sqs-queue.ts';

interface Watched {
  readonly alarm: Alarm;
  readonly actions: AlarmActions;
  readonly metricId: string;
  readonly series: readonly MetricSeries[];
  state: AlarmState;
  /** How many minutes an evaluation looks back. */
  readonly minutes: number;
  /** Its last evaluation saw the same in each minute: for as long as that goes on, the next one comes to the same. */
  isSettled: boolean;
}

/** What alarms tell, and what reports only when asked. */
export interface CloudWatchServices {
  readonly eventBridge: EventBridge;
  readonly sns: Sns;
  readonly lambda: Lambda;
  readonly sqs: Sqs;
}

/** What a queue reports. */
interface QueueSeries {
  readonly visible: MetricSeries;
  readonly notVisible: MetricSeries;
  readonly oldestAge: MetricSeries;
}

const minuteMs = 60_000;

/** Amazon CloudWatch: alarms on single metrics and on sums of some, evaluated at each full minute. */
export class CloudWatch {
  readonly #kernel: Kernel;
  readonly #metrics: Metrics;
  readonly #services: CloudWatchServices;
  readonly #alarms = new Map<string, Watched>();
  readonly #queues = new Map<SqsQueue, QueueSeries>();

  constructor(kernel: Kernel, metrics: Metrics, services: CloudWatchServices) {
    this.#kernel = kernel;
    this.#metrics = metrics;
    this.#services = services;
  }

  /**
   * AWS::CloudWatch::Alarm.
   *
   * @param made `long ago`: it has found out its state, and whatever it had to tell of that was told
   * @throws RangeError for a property that is not simulated, such as ExtendedStatistic, by name; and for a
   *   metric that the service it belongs to does not report here: the alarm could never fire
   */
  createAlarm(resource: Resource, made: 'now' | 'long ago' = 'now'): void {
    const { alarm, actions } = alarmOf(this.#kernel.account, resource);
    const series = alarm.metrics.map((metric) => this.#metrics.series(metric));
    const now = this.#kernel.now();
    if (alarm.treatMissingData === 'breaching' && alarm.comparison === 'LessThanThreshold') {
      // What must never be silent was not so far: the story begins long after the deployment.
      series[0]?.add(alarm.threshold, minuteOf(now) - 1);
    }
    const unchecked: AlarmState = {
      value: 'INSUFFICIENT_DATA',
      reason: 'Unchecked: Initial alarm creation',
      timestamp: now,
    };
    const found = evaluate(alarm, unchecked.value, datapointsOf(alarm, series, minuteOf(now)), now);
    this.#alarms.set(alarm.arn, {
      alarm,
      actions,
      metricId: this.#kernel.uuid(),
      series,
      minutes: minutesLookedAt(alarm),
      isSettled: false,
      state: made === 'now' ? unchecked : (found ?? unchecked),
    });
  }

  /** Evaluates all alarms at each full minute from now on, for as long as the clock runs. */
  start(): void {
    const now = this.#kernel.now().getTime();
    this.#kernel.after(minuteMs - (now % minuteMs), () => {
      this.#evaluateAll();
      this.start();
    });
  }

  /** Reports a value of the scenario's own. */
  putMetric(metric: MetricId, value: number): void {
    this.#metrics.put(metric, value);
  }

  /**
   * Puts an alarm into a state, as the API's SetAlarmState does: the next evaluation may end it. An alarm whose metric
   * nobody reports stays where it is put if it treats missing data as `ignore`.
   *
   * @throws AwsError ResourceNotFound
   */
  setAlarmState(region: string, name: string, value: AlarmStateValue, reason: string): void {
    const watched = this.#alarms.get(alarmArn(this.#kernel.account, region, name));
    if (watched === undefined)
      throw new AwsError('ResourceNotFound', `there is no alarm '${name}' in ${region}`, 404);
    if (watched.state.value === value) return;
    watched.isSettled = false;
    this.#change(watched, { value, reason, timestamp: this.#kernel.now() });
  }

  /** @returns undefined when there is no such alarm */
  alarmState(region: string, name: string): AlarmStateValue | undefined {
    return this.#alarms.get(alarmArn(this.#kernel.account, region, name))?.state.value;
  }

  #evaluateAll(): void {
    const now = this.#kernel.now();
    const minute = minuteOf(now);
    this.#measureQueues(minute - 1);
    for (const watched of this.#alarms.values()) {
      const { alarm, series, state, minutes, isSettled } = watched;
      const isSteady = series.every((one) => one.isSteady(minute - minutes, minute));
      if (isSteady && isSettled) continue;
      const next = evaluate(alarm, state.value, datapointsOf(alarm, series, minute), now);
      watched.isSettled = isSteady;
      if (next !== undefined) this.#change(watched, next);
    }
  }

  /** Queues report once a minute. What they report counts for the minute that ends. */
  #measureQueues(minute: number): void {
    for (const queue of this.#services.sqs.queues) {
      const { visible, notVisible, oldestAge } = queue.depth();
      const series = this.#seriesOf(queue);
      series.visible.add(visible, minute);
      series.notVisible.add(notVisible, minute);
      series.oldestAge.add(oldestAge, minute);
    }
  }

  #seriesOf(queue: SqsQueue): QueueSeries {
    const present = this.#queues.get(queue);
    if (present !== undefined) return present;
    const { region, name: QueueName } = queue.settings;
    const series = (name: string): MetricSeries =>
      this.#metrics.series({ region, namespace: 'AWS/SQS', name, dimensions: { QueueName } });
    const created = {
      visible: series('ApproximateNumberOfMessagesVisible'),
      notVisible: series('ApproximateNumberOfMessagesNotVisible'),
      oldestAge: series('ApproximateAgeOfOldestMessage'),
    };
    this.#queues.set(queue, created);
    return created;
  }

  #change(watched: Watched, state: AlarmState): void {
    const { alarm, state: previous } = watched;
    const { region } = alarm;
    watched.state = state;
    const change = { ...watched, account: this.#kernel.account, previous };
    this.#kernel.trace({
      kind: 'alarm',
      region,
      name: alarm.name,
      from: previous.value,
      to: state.value,
      reason: state.reason,
    });
    this.#services.eventBridge.emit({
      region,
      source: 'aws.cloudwatch',
      detailType: 'CloudWatch Alarm State Change',
      resources: [alarm.arn],
      detail: alarmEventDetail(change),
    });
    for (const action of watched.actions[state.value]) {
      try {
        if (parseArn(action).service === 'sns') {
          const principal = {
            kind: 'service',
            name: 'cloudwatch.amazonaws.com',
            sourceArn: alarm.arn,
          } as const;
          this.#services.sns.deliver(action, alarmNotification(change), principal.name, principal);
        } else {
          const name = 'lambda.alarms.cloudwatch.amazonaws.com';
          const principal = { kind: 'service', name, sourceArn: alarm.arn } as const;
          this.#services.lambda.deliver(action, alarmFunctionEvent(change), name, principal);
        }
      } catch (error) {
        if (!(error instanceof AwsError)) throw error;
        const why = `alarm ${alarm.name} could not tell ${action}: ${error.code}: ${error.message}`;
        this.#kernel.trace({ kind: 'dead-letter', region, queue: 'none', why });
      }
    }
  }
}
