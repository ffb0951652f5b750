/**
 * Everything a function may touch outside itself, handed in by its composition root.
 *
 * In AWS this is `live` (see live.ts); in the rehearsal it is the simulated AWS on a virtual clock. Code below a
 * composition root never makes a client, reads `process.env` or asks for the present moment by other means.
 */
export interface World<Policy> {
  /** The part of the policy that the function's contract names, and no more. */
  readonly policy: Policy;
  /** The present moment: the only clock. */
  readonly now: () => Date;
  /** A number in [0, 1), for jitter. */
  readonly random: () => number;
  /** Makes an AWS SDK client: for the function's own Region and role, unless it is to be another's. */
  readonly client: <Client>(Constructor: new (config: ClientConfig) => Client, place?: ClientPlace) => Client;
  /** One HTTPS POST. Resolves for every HTTP status; rejects only when no answer came. */
  readonly post: HttpsPost;
  /** One HTTPS GET of text. Resolves and rejects as `post` does. */
  readonly get: HttpsGet;
  /** Where structured log records go. */
  readonly log: LogSink;
}

/** What every AWS SDK v3 client constructor accepts of what we set. */
export interface ClientConfig {
  readonly region?: string;
  readonly maxAttempts?: number;
  readonly credentials?: AwsCredentials | CredentialsProvider;
  /** Milliseconds; with `throwOnRequestTimeout` false, a late answer is only warned of. */
  readonly requestHandler?: {
    readonly connectionTimeout: number;
    readonly requestTimeout: number;
    readonly throwOnRequestTimeout: boolean;
  };
}

/** Where a client works, and as whom. */
export interface ClientPlace {
  readonly region: string;
  /** Left out: as the function's own role. */
  readonly credentials?: CredentialsProvider;
}

export interface AwsCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  readonly expiration?: Date;
}

/** The SDK asks it before a call, and again when what it got is about to expire. */
export type CredentialsProvider = () => Promise<AwsCredentials>;

export interface HttpsRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Milliseconds until the attempt is given up: connection, answer and body together. */
  readonly timeoutMs: number;
}

export interface HttpsAnswer {
  readonly status: number;
  /** Header names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export type HttpsPost = (request: HttpsRequest) => Promise<HttpsAnswer>;

export interface HttpsGetRequest {
  readonly url: string;
  readonly timeoutMs: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** The only certificate authorities that the server may have its certificate from, as PEM. Left out: the usual ones. */
  readonly ca?: string;
  /** How much of the body is read; what is longer is cut off. Left out: 1 MiB. */
  readonly mostBytes?: number;
}

export type HttpsGet = (request: HttpsGetRequest) => Promise<HttpsAnswer>;

export type LogLevel = 'info' | 'warn' | 'error';

/** Facts of a log record: plain JSON values. Secrets and message bodies do not belong here. */
export type LogFacts = Readonly<Record<string, unknown>>;

export type LogSink = (level: LogLevel, message: string, facts: LogFacts) => void;
