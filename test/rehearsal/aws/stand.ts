import { connectClient } from '../../../rehearsal/aws/connect.ts';
import {
  type AuthorizationRequest,
  AwsError,
  type Kernel,
  type Operations,
  type Principal,
} from '../../../rehearsal/kernel.ts';

export const account = '123456789012';

export const role: Principal = { kind: 'role', arn: `arn:aws:iam::${account}:role/tester` };

/** A kernel that allows everything, with a clock that is turned by hand. */
export interface TestKernel extends Kernel {
  /** Lets time pass; what is due meanwhile happens in order. */
  readonly pass: (ms: number) => void;
  /** What permission was asked for, newest last. */
  readonly asked: readonly AuthorizationRequest[];
  /** Denies everything from now on. */
  readonly refuse: () => void;
}

export function testKernel(start = '2026-11-23T08:00:00Z', random: () => number = () => 0.5): TestKernel {
  let now = Date.parse(start);
  let ids = 0;
  const due: { at: number; what: () => void | Promise<void> }[] = [];
  const asked: AuthorizationRequest[] = [];
  let isRefusing = false;
  return {
    account,
    now: () => new Date(now),
    after: (ms, what) => void due.push({ at: now + ms, what }),
    random,
    uuid: () => `00000000-0000-4000-8000-${String(ids++).padStart(12, '0')}`,
    trace: () => undefined,
    permissions: {
      authorize(request) {
        asked.push(request);
        if (isRefusing)
          throw new AwsError('AccessDenied', `not authorized to perform: ${request.action}`, 403);
      },
    },
    asked,
    refuse() {
      isRefusing = true;
    },
    pass(ms) {
      const end = now + ms;
      for (;;) {
        const next = due.filter(({ at }) => at <= end).sort((one, other) => one.at - other.at)[0];
        if (next === undefined) break;
        due.splice(due.indexOf(next), 1);
        now = next.at;
        void next.what();
      }
      now = end;
    },
  };
}

interface ClientConfig {
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  readonly maxAttempts: number;
}

/** A real SDK client, never to be answered by the network. */
export function client<Client>(
  Constructor: new (config: ClientConfig) => Client,
  region = 'us-east-1',
  maxAttempts = 1,
): Client {
  return new Constructor({
    region,
    credentials: { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'none' },
    maxAttempts,
  });
}

/** A real SDK client that a simulated service answers. */
export function clientOf<Client>(
  Constructor: new (config: ClientConfig) => Client,
  { operations }: { readonly operations: Operations },
  region = 'us-east-1',
): Client {
  const connected = client(Constructor, region);
  connectClient(connected, async ({ operation, input }) => {
    const perform = operations[operation];
    if (perform === undefined) throw new RangeError(`${operation} is not simulated`);
    return perform(input as never, { principal: role, region });
  });
  return connected;
}
