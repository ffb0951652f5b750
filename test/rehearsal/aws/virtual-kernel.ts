import { installClock, type VirtualClock } from '../../../rehearsal/clock.ts';
import {
  type AuthorizationRequest,
  AwsError,
  type Kernel,
  type TraceEntry,
} from '../../../rehearsal/kernel.ts';
import { seededRandom } from '../../../rehearsal/random.ts';
import { Trace } from '../../../rehearsal/trace.ts';

export const account = '123456789012';
export const region = 'us-east-1';

export const roleArn = (name: string): string => `arn:aws:iam::${account}:role/${name}`;
export const queueArn = (name: string, where = region): string => `arn:aws:sqs:${where}:${account}:${name}`;
export const functionArn = (name: string, where = region): string =>
  `arn:aws:lambda:${where}:${account}:function:${name}`;
export const topicArn = (name: string, where = region): string => `arn:aws:sns:${where}:${account}:${name}`;

export const scenario = { principal: { kind: 'scenario' }, region } as const;

/** A kernel on the virtual clock in which everybody may do everything, until `refuse` says otherwise. */
export interface VirtualKernel extends Kernel, Disposable {
  readonly clock: VirtualClock;
  readonly record: Trace;
  /** What permission was asked for, in order. */
  readonly asked: readonly AuthorizationRequest[];
  /** Denies what the test says from now on. */
  readonly refuse: (isRefused: (request: AuthorizationRequest) => boolean) => void;
  readonly pass: (seconds: number) => Promise<void>;
  /** The trace's entries of one kind. */
  readonly entries: <Kind extends TraceEntry['kind']>(kind: Kind) => Extract<TraceEntry, { kind: Kind }>[];
}

export function virtualKernel(seed = 1): VirtualKernel {
  const clock = installClock(new Date('2026-03-02T08:00:00Z'));
  const record = new Trace(clock.now);
  const random = seededRandom(seed);
  const asked: AuthorizationRequest[] = [];
  let isRefused: (request: AuthorizationRequest) => boolean = () => false;
  return {
    account,
    now: clock.now,
    after: clock.after,
    random: random.fork('random').next,
    uuid: random.fork('ids').uuid,
    trace: record.add,
    permissions: {
      authorize(request) {
        asked.push(request);
        if (isRefused(request)) {
          throw new AwsError('AccessDenied', `not authorized to perform: ${request.action}`, 403);
        }
      },
    },
    clock,
    record,
    asked,
    refuse(test) {
      isRefused = test;
    },
    pass: (seconds) => clock.runUntil(new Date(clock.now().getTime() + seconds * 1000)),
    entries: (kind) =>
      record.entries.map(({ entry }) => entry).filter((entry) => entry.kind === kind) as never,
    [Symbol.dispose]: () => clock[Symbol.dispose](),
  };
}
