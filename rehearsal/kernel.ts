/**
 * What every part of the simulated AWS stands on: the virtual clock, seeded randomness, the trace, the permission
 * check and the faults. A service is written against this interface alone.
 */
export interface Kernel {
  /** The one account, twelve digits, from AWS's documentation range. */
  readonly account: string;
  readonly now: () => Date;
  /** Runs `what` after `ms` milliseconds of virtual time. Work due at one instant runs in the order it was asked for. */
  readonly after: (ms: number, what: () => void | Promise<void>) => void;
  /** Seeded: the same seed gives the same sequence. */
  readonly random: () => number;
  /** An id that looks like AWS's (a UUID), drawn from the seed. */
  readonly uuid: () => string;
  readonly trace: (entry: TraceEntry) => void;
  readonly permissions: Permissions;
}

/** Who makes a call. */
export type Principal =
  | { readonly kind: 'role'; readonly arn: string }
  | { readonly kind: 'service'; readonly name: string; readonly sourceArn?: string }
  /** Someone who has not signed the request: a caller of a public URL. */
  | { readonly kind: 'anonymous' }
  /** The scenario itself, as an administrator: everything is allowed and nothing is counted. */
  | { readonly kind: 'scenario' };

export interface Permissions {
  /**
   * Decides as IAM does: an explicit Deny wins; otherwise the identity policy or the resource policy must allow.
   * Services (events.amazonaws.com, …) have no identity policy: only a resource policy lets them in.
   * Remembers which statement was used.
   *
   * @throws AwsError AccessDenied, naming principal, action and resource as AWS words it
   */
  readonly authorize: (request: AuthorizationRequest) => void;
}

export interface AuthorizationRequest {
  readonly principal: Principal;
  /** `sqs:SendMessage` */
  readonly action: string;
  readonly resource: string;
  /** Condition keys in lower case, such as `aws:sourcearn` and `aws:securetransport`. */
  readonly context?: Readonly<Record<string, string>>;
}

/** An error as AWS answers it. `code` is the wire code, such as `ResourceNotFoundException`. */
export class AwsError extends Error {
  readonly code: string;
  readonly httpStatus: number;
  /** Further members of the error's shape. */
  readonly members: Readonly<Record<string, unknown>>;

  constructor(
    code: string,
    message: string,
    httpStatus = 400,
    members: Readonly<Record<string, unknown>> = {},
  ) {
    super(message);
    this.name = code;
    this.code = code;
    this.httpStatus = httpStatus;
    this.members = members;
  }
}

/** One call as a service receives it, after the SDK client has validated, serialized and retried as it does in AWS. */
export interface Call {
  readonly principal: Principal;
  readonly region: string;
}

/** The operations a service offers, by AWS's name. One that is not listed throws by name when it is called. */
export type Operations = Readonly<Record<string, (input: never, call: Call) => object>>;

export type TraceEntry =
  | {
      readonly kind: 'event';
      readonly region: string;
      readonly bus: string;
      readonly source: string;
      readonly detailType: string;
      readonly subject: string;
      readonly rules: readonly string[];
    }
  | { readonly kind: 'fault'; readonly region: string; readonly what: string }
  | {
      readonly kind: 'call';
      readonly region: string;
      /** The function that called, or the service that acted for itself. */
      readonly caller: string;
      readonly service: string;
      readonly operation: string;
      readonly inputHash: string;
      /** `ok`, or the error's code. */
      readonly outcome: string;
      /** The error's message, where there was one. */
      readonly detail?: string;
    }
  | {
      readonly kind: 'invocation';
      readonly region: string;
      readonly function: string;
      readonly requestId: string;
      readonly attempt: number;
      readonly outcome: 'ok' | 'failed' | 'timeout' | 'crashed';
      readonly detail: string;
    }
  | {
      readonly kind: 'log';
      readonly region: string;
      readonly function: string;
      readonly requestId: string;
      readonly level: string;
      readonly message: string;
      readonly facts: Readonly<Record<string, unknown>>;
    }
  /** A person was reached: a Slack post was accepted, a mail was sent. */
  | { readonly kind: 'message'; readonly region: string; readonly sink: string; readonly text: string }
  | { readonly kind: 'refused'; readonly region: string; readonly sink: string; readonly status: number }
  | { readonly kind: 'dead-letter'; readonly region: string; readonly queue: string; readonly why: string }
  | {
      readonly kind: 'alarm';
      readonly region: string;
      readonly name: string;
      readonly from: string;
      readonly to: string;
      readonly reason: string;
    };
