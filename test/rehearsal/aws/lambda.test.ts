import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Context } from 'aws-lambda';
import type { ExecutionEnvironment } from '../../../rehearsal/aws/lambda-function.ts';
import type { CallPoint } from '../../../rehearsal/aws/lambda-invocation.ts';
import { type Services, services } from './services.ts';
import {
  functionArn,
  queueArn,
  region,
  roleArn,
  scenario,
  type VirtualKernel,
  virtualKernel,
} from './virtual-kernel.ts';

let kernel: VirtualKernel;
let aws: Services;

beforeEach(() => {
  kernel = virtualKernel();
  aws = services(kernel);
});

afterEach(() => kernel[Symbol.dispose]());

const never = (): Promise<never> => new Promise(() => undefined);
const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
/** Invokes once for each event, all at once, and runs the clock until the answers are there. */
const invokeAll = async (name: string, ...events: unknown[]) => {
  const answers = Promise.allSettled(
    events.map((event) => aws.lambda.invoke(functionArn(name), event, scenario.principal)),
  );
  await kernel.pass(900);
  return answers;
};
const invoke = async (name: string, event: unknown = {}) => {
  const [answer] = await invokeAll(name, event);
  if (answer?.status === 'rejected') throw answer.reason;
  return answer?.value;
};
const deliver = (name: string, event: unknown = {}): void =>
  aws.lambda.deliver(functionArn(name), event, 'events.amazonaws.com', scenario.principal);

describe('an invocation', () => {
  it('answers what the handler answers, as JSON would carry it', async () => {
    aws.handler('echo', async (event) => ({ event, when: new Date(0), nothing: undefined }));
    await expect(invoke('echo', { id: 1 })).resolves.toEqual({
      kind: 'ok',
      payload: { event: { id: 1 }, when: '1970-01-01T00:00:00.000Z' },
    });
    expect(kernel.entries('invocation')).toMatchObject([{ function: 'echo', attempt: 1, outcome: 'ok' }]);
  });

  it('gives the handler a context that knows how much time is left', async () => {
    const seen: unknown[] = [];
    aws.handler(
      'timed',
      async (_event, context: Context) => {
        await sleep(1500);
        seen.push(context.functionName, context.invokedFunctionArn, context.getRemainingTimeInMillis());
        seen.push(/^[0-9a-f-]{36}$/.test(context.awsRequestId));
      },
      { Timeout: 10 },
    );
    await invoke('timed');
    expect(seen).toEqual(['timed', functionArn('timed'), 8500, true]);
  });

  it('fails with the error that the handler threw', async () => {
    aws.handler('broken', async () => {
      throw new RangeError('no such image');
    });
    await expect(invoke('broken')).resolves.toEqual({
      kind: 'failed',
      error: { errorType: 'RangeError', errorMessage: 'no such image' },
    });
    expect(kernel.entries('invocation')).toMatchObject([
      { outcome: 'failed', detail: 'RangeError: no such image' },
    ]);
  });

  it('times out when the handler takes too long, on the virtual clock', async () => {
    aws.handler('hangs', never, { Timeout: 30 });
    await expect(invoke('hangs')).resolves.toMatchObject({
      kind: 'timeout',
      error: { errorMessage: expect.stringMatching(/Task timed out after 30\.00 seconds$/) },
    });
    const [{ at } = { at: undefined }] = kernel.record.entries;
    expect(at).toEqual(new Date('2026-03-02T08:00:30Z'));
  });

  it('fails when the function cannot start', async () => {
    aws.coldStart('unset', () => {
      throw new Error('VERDICT_TABLE is not set');
    });
    await expect(invoke('unset')).resolves.toMatchObject({
      kind: 'failed',
      error: { errorMessage: 'VERDICT_TABLE is not set' },
    });
  });

  it('is refused without permission, and for a function that is not there', async () => {
    await expect(invoke('absent')).rejects.toMatchObject({ code: 'ResourceNotFoundException' });
    aws.handler('closed', async () => null);
    kernel.refuse(
      ({ action, resource }) => action === 'lambda:InvokeFunction' && resource === functionArn('closed'),
    );
    await expect(invoke('closed')).rejects.toMatchObject({ code: 'AccessDeniedException' });
  });
});

describe('an execution environment', () => {
  it('is reused, runs one invocation at a time, and is thrown away after a timeout', async () => {
    let starts = 0;
    aws.coldStart('warm', () => {
      starts += 1;
      return async (event) => (event === 'hang' ? never() : sleep(100));
    });
    await invoke('warm');
    await invoke('warm');
    expect(starts).toBe(1);
    await invokeAll('warm', 1, 2);
    expect(starts).toBe(2);
    await invoke('warm', 'hang');
    await invokeAll('warm', 1, 2);
    expect(starts).toBe(3);
  });

  it('refuses more invocations at a time than are reserved', async () => {
    aws.handler('single', () => sleep(100), { ReservedConcurrentExecutions: 1 });
    await expect(invokeAll('single', 1, 2)).resolves.toMatchObject([
      { status: 'fulfilled', value: { kind: 'ok' } },
      { status: 'rejected', reason: { code: 'TooManyRequestsException', httpStatus: 429 } },
    ]);
    await expect(invoke('single')).resolves.toMatchObject({ kind: 'ok' });
    expect(aws.total('AWS/Lambda', 'Throttles', { FunctionName: 'single' })).toBe(1);
  });
});

describe('a crash', () => {
  /** A function of three calls; says which were made and which answers arrived. */
  const withCrash = (crash: (point: CallPoint) => boolean) => {
    const log: string[] = [];
    aws = services(kernel, { crash });
    const start = (environment: ExecutionEnvironment) => async () => {
      const { invocation } = environment;
      for (const name of ['read', 'write', 'tell']) {
        await invocation?.beforeCall(name);
        log.push(name);
        await invocation?.afterCall(name);
        log.push(`${name} answered`);
      }
    };
    aws.coldStart('worker', start);
    return log;
  };

  it('before a call: the call is not made', async () => {
    const log = withCrash(({ operation, moment }) => operation === 'write' && moment === 'before');
    await expect(invoke('worker')).resolves.toMatchObject({
      kind: 'crashed',
      error: { errorType: 'Runtime.ExitError' },
    });
    expect(log).toEqual(['read', 'read answered']);
  });

  it('after a call: the call took effect and nobody knows; Lambda tries again', async () => {
    const log = withCrash(({ call, moment, attempt }) => call === 2 && moment === 'after' && attempt === 1);
    deliver('worker');
    await kernel.pass(300);
    expect(log).toEqual([
      ...['read', 'read answered', 'write'],
      ...['read', 'read answered', 'write', 'write answered', 'tell', 'tell answered'],
    ]);
    expect(kernel.entries('invocation').map(({ attempt, outcome }) => [attempt, outcome])).toEqual([
      [1, 'crashed'],
      [2, 'ok'],
    ]);
  });

  it('leaves no calls to code that outlives its invocation', async () => {
    const log: string[] = [];
    aws.coldStart(
      'slow',
      (environment) => async () => {
        const { invocation } = environment;
        await sleep(60_000);
        log.push('awake');
        await invocation?.beforeCall('late');
        log.push('called');
      },
      { Timeout: 10 },
    );
    await invoke('slow');
    expect(log).toEqual(['awake']);
  });
});

describe('asynchronous invocation', () => {
  const failing = async (): Promise<never> => {
    throw new Error('downstream is ill');
  };
  const startTimes = (): string[] =>
    kernel.record.entries
      .filter(({ entry }) => entry.kind === 'invocation')
      .map(({ at }) => at.toISOString().slice(14, 19));

  it('tries again after one minute and after two more, then hands the event to the dead-letter queue', async () => {
    aws.queue('dead');
    aws.handler('worker', failing, { DeadLetterConfig: { TargetArn: queueArn('dead') } });
    deliver('worker', { id: 7 });
    await kernel.pass(600);
    expect(startTimes()).toEqual(['00:00', '01:00', '03:00']);
    const [dead] = aws.messages('dead');
    expect(JSON.parse(dead?.Body ?? '')).toEqual({ id: 7 });
    expect(dead?.MessageAttributes).toMatchObject({
      RequestID: { StringValue: kernel.entries('invocation')[0]?.requestId },
      ErrorCode: { DataType: 'Number', StringValue: '200' },
      ErrorMessage: { StringValue: 'downstream is ill' },
    });
    expect(kernel.entries('dead-letter')).toMatchObject([
      { queue: 'dead', why: expect.stringContaining('downstream is ill') },
    ]);
    expect(aws.total('AWS/Lambda', 'Errors', { FunctionName: 'worker' })).toBe(3);
  });

  it('hands the record of a failure to the on-failure destination', async () => {
    aws.queue('failures');
    aws.handler('worker', failing);
    aws.lambda.createEventInvokeConfig({
      region,
      name: 'config',
      properties: {
        FunctionName: 'worker',
        Qualifier: '$LATEST',
        MaximumRetryAttempts: 1,
        DestinationConfig: { OnFailure: { Destination: queueArn('failures') } },
      },
    });
    deliver('worker', { id: 7 });
    await kernel.pass(600);
    expect(JSON.parse(aws.messages('failures')[0]?.Body ?? '')).toEqual({
      version: '1.0',
      timestamp: expect.stringMatching(/^2026-03-02T08:01:00/),
      requestContext: {
        requestId: kernel.entries('invocation')[0]?.requestId,
        functionArn: `${functionArn('worker')}:$LATEST`,
        condition: 'RetriesExhausted',
        approximateInvokeCount: 2,
      },
      requestPayload: { id: 7 },
      responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
      responsePayload: { errorType: 'Error', errorMessage: 'downstream is ill' },
    });
  });

  it('loses the event when the role may not send to the dead-letter queue, and the trace says so', async () => {
    aws.queue('dead');
    aws.handler('worker', failing, { DeadLetterConfig: { TargetArn: queueArn('dead') } });
    kernel.refuse(
      ({ action, principal }) =>
        action === 'sqs:SendMessage' && principal.kind === 'role' && principal.arn === roleArn('worker'),
    );
    deliver('worker');
    await kernel.pass(600);
    expect(aws.messages('dead')).toEqual([]);
    expect(kernel.entries('dead-letter')).toMatchObject([
      { queue: 'none', why: expect.stringContaining('sqs:SendMessage') },
    ]);
    expect(aws.total('AWS/Lambda', 'DeadLetterErrors', { FunctionName: 'worker' })).toBe(1);
  });

  it('tries throttled events again, ever more slowly, until they are too old', async () => {
    aws.queue('dead');
    aws.handler('busy', (event) => (event === 'long' ? sleep(600_000) : sleep(1)), {
      ReservedConcurrentExecutions: 1,
      Timeout: 900,
      DeadLetterConfig: { TargetArn: queueArn('dead') },
    });
    aws.lambda.createEventInvokeConfig({
      region,
      name: 'config',
      properties: { FunctionName: 'busy', Qualifier: '$LATEST', MaximumEventAgeInSeconds: 60 },
    });
    deliver('busy', 'long');
    deliver('busy', 'short');
    await kernel.pass(300);
    // After 1, 2, 4, 8, 16 and 32 s; then the event is older than a minute.
    expect(aws.total('AWS/Lambda', 'Throttles', { FunctionName: 'busy' })).toBe(6);
    expect(aws.messages('dead')[0]).toMatchObject({ Body: '"short"' });
    expect(kernel.entries('dead-letter')).toMatchObject([
      { why: expect.stringContaining('EventAgeExceeded') },
    ]);
  });

  it('gives up at once while no concurrency is reserved', async () => {
    aws.queue('dead');
    aws.handler('stopped', failing, {
      ReservedConcurrentExecutions: 0,
      DeadLetterConfig: { TargetArn: queueArn('dead') },
    });
    deliver('stopped');
    await kernel.pass(1);
    expect(aws.messages('dead')).toHaveLength(1);
    expect(kernel.entries('invocation')).toEqual([]);
  });

  it('may deliver one event twice', async () => {
    aws = services(kernel, { copies: () => 2 });
    const ids: string[] = [];
    aws.handler('worker', async (_event, { awsRequestId }) => void ids.push(awsRequestId));
    deliver('worker');
    await kernel.pass(1);
    expect(ids).toHaveLength(2);
    expect(new Set(ids).size).toBe(1);
    expect(kernel.entries('fault')).toHaveLength(1);
  });

  it('refuses an event of more than 1 MiB', () => {
    aws.handler('worker', failing);
    expect(() => deliver('worker', 'x'.repeat(1_048_575))).toThrow(
      expect.objectContaining({ code: 'RequestTooLargeException' }),
    );
  });
});

it('names what is not simulated', () => {
  expect(() => aws.handler('snap', async () => null, { SnapStart: {} })).toThrow(/'snap'[\s\S]*"SnapStart"/);
  expect(() =>
    aws.handler('topic', async () => null, {
      DeadLetterConfig: { TargetArn: 'arn:aws:sns:us-east-1:123456789012:t' },
    }),
  ).toThrow(/only SQS queues are simulated/);
});
