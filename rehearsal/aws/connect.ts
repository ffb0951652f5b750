import { AwsError } from '../kernel.ts';
import { answer, errorAnswer, type HttpResponse, type OperationSchema, type Protocol } from './wire.ts';

/** One attempt of one call. */
export interface AwsRequest {
  /** The name that the service's requests are signed for: `dynamodb`, `events`, `secretsmanager`. */
  readonly service: string;
  /** `PutItem` */
  readonly operation: string;
  /** A copy of what the caller handed to the command: neither side sees what the other changes later. */
  readonly input: unknown;
}

/**
 * Answers one attempt with the operation's output or throws AwsError. What else it throws reaches the client's retry
 * strategy as a broken connection would. A promise that never settles is a call that is never answered.
 */
export type Dispatch = (request: AwsRequest) => Promise<object>;

/**
 * Lets the simulated AWS answer an SDK v3 client in place of the network. What the client does above the transport
 * stays real: validation, serialization, endpoints, retries, pagination, parsing of answers and errors. Requests are
 * not signed. Only this one client is changed.
 *
 * @throws TypeError when the object is no SDK v3 client
 */
export function connectClient(client: unknown, dispatch: Dispatch): void {
  if (!isSdkClient(client)) {
    throw new TypeError(
      'cannot connect this object to the simulated AWS: it is not an AWS SDK v3 client with a schema protocol',
    );
  }
  const { config, middlewareStack } = client;
  const { protocol, defaultSigningName: service } = config;
  /** What the SDK makes by `{ ...config, ...context }`, without copying the eighty settings for each call. */
  const withContext = (context: object): object => Object.assign(Object.create(config), context);
  middlewareStack.addRelativeTo(
    (_next, context) =>
      async ({ input }) => {
        const operation = operationOf(context);
        const request = { service, operation: operation.name, input: copy(input) };
        const response = await respond(protocol, operation, () => dispatch(request));
        const output = await protocol.deserializeResponse(operation, withContext(context), response);
        return { response, output };
      },
    { name: 'simulatedAws', relation: 'after', toMiddleware: 'retryMiddleware' },
  );
}

async function respond(
  protocol: Protocol,
  operation: OperationSchema,
  ask: () => Promise<object>,
): Promise<HttpResponse> {
  let output: object;
  try {
    output = await ask();
  } catch (error) {
    if (error instanceof AwsError) return errorAnswer(protocol, operation, error);
    throw error;
  }
  return answer(protocol, operation, output);
}

/** Signs nothing: no request leaves the process. */
export const simulatedCredentials = { accessKeyId: 'simulated', secretAccessKey: 'simulated' };

/**
 * The SDK's defaults. It looks for each in the environment and in the files of whoever runs the rehearsal, the endpoints
 * even anew for each call; said outright, nothing is looked for, and what stands there changes nothing.
 */
export const simulatedSettings = {
  credentials: simulatedCredentials,
  retryMode: 'standard',
  useDualstackEndpoint: false,
  useFipsEndpoint: false,
  ignoreConfiguredEndpointUrls: true,
  authSchemePreference: [],
  accountIdEndpointMode: 'preferred',
  defaultsMode: 'legacy',
  defaultUserAgentProvider: async () => [['aws-sdk-js', 'simulated']],
  userAgentAppId: async () => undefined,
  endpointDiscoveryEnabledProvider: async () => undefined,
};

interface SdkClient {
  readonly config: { readonly protocol: Protocol; readonly defaultSigningName: string };
  readonly middlewareStack: {
    addRelativeTo(
      middleware: Middleware,
      where: { name: string; relation: 'after'; toMiddleware: string },
    ): void;
  };
}

type Middleware = (
  next: unknown,
  context: object,
) => (request: { readonly input: unknown }) => Promise<{ response: unknown; output: object }>;

function isSdkClient(client: unknown): client is SdkClient {
  const config = member(client, 'config');
  return (
    typeof member(member(client, 'middlewareStack'), 'addRelativeTo') === 'function' &&
    typeof member(member(config, 'protocol'), 'deserializeResponse') === 'function' &&
    typeof member(config, 'defaultSigningName') === 'string'
  );
}

/** The SDK keeps an operation's schema as an array: `[9, namespace, name, traits, input, output]`. */
function operationOf(context: object): OperationSchema {
  const schema = member(member(context, '__smithy_context'), 'operationSchema');
  if (!Array.isArray(schema) || schema.length < 6) {
    throw new TypeError(
      'this command carries no operation schema: its SDK client is too old for the simulated AWS',
    );
  }
  const [, namespace, name, traits, input, output] = schema;
  return { namespace, name, traits, input, output };
}

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}

function copy(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(copy);
  if (value instanceof Date) return new Date(value);
  if (value instanceof Uint8Array) return value.slice();
  const copied: Record<string, unknown> = {};
  for (const name of Object.keys(value)) copied[name] = copy(Reflect.get(value, name));
  return copied;
}
