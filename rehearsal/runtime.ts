import type { Connect, WithDatabases } from '../shared/database/session.ts';
import type { WithDns } from '../shared/lambda/dns.ts';
import { RetryableError } from '../shared/lambda/errors.ts';
import type { ClientPlace, HttpsAnswer, HttpsGet, HttpsPost, World } from '../shared/lambda/world.ts';
import { slicePolicy } from '../shared/policy/slice.ts';
import { connectClient, type Dispatch, simulatedSettings } from './aws/connect.ts';
import { durably } from './aws/lambda-durable-runtime.ts';
import type { ColdStart, ExecutionEnvironment } from './aws/lambda-function.ts';
import type { FunctionSource } from './functions.ts';
import { AwsError, type Call, type Kernel, type Operations, type Principal } from './kernel.ts';
import type { Network } from './network/network.ts';
import type { Random } from './random.ts';
import { inputHash } from './trace.ts';
import { isRecord } from './wiring/json.ts';
import type { ResolvedResource } from './wiring/template.ts';

export interface RuntimeParts {
  readonly kernel: Kernel;
  readonly random: Random;
  /** The one that is deployed. */
  readonly policy: () => object;
  /** The services that SDK clients reach, by the name they sign for. */
  readonly services: () => ReadonlyMap<string, Operations>;
  /** The network of a Region. */
  readonly post: (region: string) => HttpsPost;
  readonly get: HttpsGet;
  readonly connect: Connect;
  /** Whose credentials these are: of a role that was assumed. */
  readonly principalOf: (accessKeyId: string) => Principal;
  /** What a function logged, as CloudWatch Logs keeps it. */
  readonly logged: (region: string, logGroup: string, record: unknown) => void;
  /** A fault of the service that is called, if there is to be one. */
  readonly callFails: (call: {
    region: string;
    caller: string;
    service: string;
    operation: string;
  }) => AwsError | undefined;
  /** Whether nothing in this Region answers. */
  readonly isDark: (region: string) => boolean;
  /** What is reached outside of AWS, and what Regions reach of each other. */
  readonly network: () => Network;
}

/** From a call of AWS to its answer: at least, and by how much more it varies. Milliseconds. */
const latency = { least: 4, spread: 16 };

/** Until a connection to a Region that does not answer is given up, as our clients are set. Milliseconds. */
const connectionTimeout = 2000;

/**
 * What Lambda's Node.js runtime is to our functions: it sets the environment as the template says, composes the
 * handler with the simulated AWS as its world, and takes the log.
 */
export function coldStart(
  resource: ResolvedResource,
  source: FunctionSource,
  parts: RuntimeParts,
): ColdStart {
  const variables = environmentOf(resource);
  return (environment) => {
    const policy = slicePolicy(parts.policy(), source.policyPaths);
    const { region, functionName } = environment;
    const random = parts.random.fork(`${region}/${functionName}`);
    const dispatch = (place?: ClientPlace): Dispatch => dispatcher(environment, place, random, parts);
    const log = logger(environment, parts);
    const world: World<unknown> & WithDatabases & WithDns = {
      policy,
      now: parts.kernel.now,
      random: random.next,
      client(Constructor, place) {
        const own = { ...simulatedSettings, region, maxAttempts: 3 };
        const client = new Constructor({ ...own, ...place });
        connectClient(client, dispatch(place));
        return client;
      },
      post: survivable(environment, 'https:POST', parts.post(region)),
      get: survivable(environment, 'https:GET', outside(region, parts)),
      resolve: (name, type) => parts.network().resolve(region, name, type),
      connect: connector(environment, random, parts),
      log,
    };
    const handler = source.compose({ ...variables, AWS_REGION: region }, world);
    return durably(handler, (Constructor) => world.client(Constructor));
  };
}

function environmentOf({ properties }: ResolvedResource): Readonly<Record<string, string>> {
  const variables = isRecord(properties.Environment) ? properties.Environment.Variables : {};
  if (!isRecord(variables)) return {};
  return Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, String(value)]));
}

/** Each attempt of each call of one execution environment: takes a while, is traced, and dies with its invocation. */
function dispatcher(
  environment: ExecutionEnvironment,
  place: ClientPlace | undefined,
  random: Random,
  parts: RuntimeParts,
): Dispatch {
  const { kernel, services, callFails, isDark, principalOf, network } = parts;
  const { functionName, roleArn } = environment;
  const { region } = place ?? environment;
  const caller = async (): Promise<Call> => ({
    principal: place?.credentials
      ? principalOf((await place.credentials()).accessKeyId)
      : { kind: 'role', arn: roleArn },
    region,
  });
  return async ({ service, operation, input }) => {
    const { invocation } = environment;
    if (invocation === undefined)
      throw new Error(`${functionName} calls ${service}:${operation} outside an invocation`);
    await invocation.beforeCall(`${service}:${operation}`);
    const call = await caller();
    await pause(kernel, latency.least + random.next() * latency.spread);

    const trace = (outcome: string, detail?: string): void =>
      kernel.trace({
        kind: 'call',
        region,
        caller: functionName,
        service,
        operation,
        inputHash: inputHash(input),
        outcome,
        ...(detail !== undefined && { detail }),
      });
    const operate = services().get(service)?.[operation];
    if (!isOperation(operate)) throw new Error(`the rehearsal does not simulate ${service}:${operation}`);
    if (isDark(region) || network().isCut(environment.region, region)) {
      await pause(kernel, connectionTimeout);
      trace('TimeoutError', `${service} in ${region} does not answer`);
      throw timeout(`${service} in ${region} does not answer`);
    }
    try {
      const fault = callFails({ region, caller: functionName, service, operation });
      if (fault) throw fault;
      const output = await operate(input, call);
      trace('ok');
      await invocation.afterCall(`${service}:${operation}`);
      return output;
    } catch (error) {
      if (error instanceof AwsError) trace(error.code, error.message);
      throw error;
    }
  };
}

/** As the SDK's own handler of requests throws it: worth trying again. */
function timeout(message: string): Error {
  const error = new Error(message);
  error.name = 'TimeoutError';
  return error;
}

/** What is asked over HTTPS is in a Region too: its host says in which. */
function outside(from: string, { kernel, get, isDark, network }: RuntimeParts): HttpsGet {
  return async (request) => {
    const { hostname } = new URL(request.url);
    if (network().has(hostname)) return network().get(from, request);
    const region = /\.([a-z]{2}(?:-[a-z]+)+-\d)\./.exec(hostname)?.[1];
    if (region === undefined || !isDark(region)) return get(request);
    await pause(kernel, request.timeoutMs);
    throw new RetryableError(`${hostname} gave no answer within ${request.timeoutMs} ms`);
  };
}

/** A request of an invocation that has ended is neither made nor answered. */
function survivable<Asked>(
  environment: ExecutionEnvironment,
  name: string,
  ask: (request: Asked) => Promise<HttpsAnswer>,
): (request: Asked) => Promise<HttpsAnswer> {
  return async (request) => {
    await environment.invocation?.beforeCall(name);
    const answer = await ask(request);
    await environment.invocation?.afterCall(name);
    return answer;
  };
}

/** Lambda writes the log as the function's role, and drops in silence what the role may not write. */
function logger(environment: ExecutionEnvironment, { kernel, logged }: RuntimeParts): World<unknown>['log'] {
  const { region, functionName, roleArn } = environment;
  const resource = `arn:aws:logs:${region}:${kernel.account}:log-group:/aws/lambda/${functionName}:*`;
  let stream = false;
  const may = (action: string): boolean => {
    try {
      kernel.permissions.authorize({ principal: { kind: 'role', arn: roleArn }, action, resource });
      return true;
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      const [service = '', operation = ''] = action.split(':');
      const denied = {
        caller: 'lambda.amazonaws.com',
        service,
        operation,
        inputHash: '',
        outcome: error.code,
      };
      kernel.trace({ kind: 'call', region, ...denied, detail: error.message });
      return false;
    }
  };
  return (level, message, facts) => {
    stream ||= may('logs:CreateLogStream');
    if (!stream || !may('logs:PutLogEvents')) return;
    const requestId = environment.invocation?.requestId ?? 'init';
    kernel.trace({ kind: 'log', region, function: functionName, requestId, level, message, facts });
    const record = { level: level.toUpperCase(), requestId, message: { ...facts, message } };
    logged(region, `/aws/lambda/${functionName}`, record);
  };
}

/** Each statement takes a while, and dies with its invocation. */
function connector(
  environment: ExecutionEnvironment,
  random: Random,
  { kernel, connect }: RuntimeParts,
): Connect {
  return (access, work) =>
    connect(access, (session) =>
      work({
        async run(statement) {
          const call = `postgres:${statement.name}`;
          await environment.invocation?.beforeCall(call);
          await pause(kernel, latency.least + random.next() * latency.spread);
          const rows = await session.run(statement);
          await environment.invocation?.afterCall(call);
          return rows;
        },
      }),
    );
}

function pause(kernel: Kernel, ms: number): Promise<void> {
  return new Promise((resolve) => kernel.after(ms, resolve));
}

function isOperation(value: unknown): value is (input: unknown, call: Call) => object | Promise<object> {
  return typeof value === 'function';
}
