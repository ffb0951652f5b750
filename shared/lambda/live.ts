import { https } from './https.ts';
import type { ClientConfig, LogSink, World } from './world.ts';

/**
 * The SDK on its own waits for an answer for ever, until the function's timeout ends everything. All operations that
 * we call answer within a second; one that has not within five is tried again.
 */
const clientConfig: ClientConfig = {
  maxAttempts: 3,
  requestHandler: { connectionTimeout: 2000, requestTimeout: 5000, throwOnRequestTimeout: true },
};

/**
 * A log record as fields: for a function whose log format is JSON, Lambda puts an object that is logged alone, as it
 * is, under `message`, beside `timestamp`, `level` and `requestId`. A second argument would make text of everything.
 * Inside the object an Error would become its stack under the name of its class, which minifying has changed: facts
 * hold the error's name and message as text.
 * @see https://github.com/aws/aws-lambda-nodejs-runtime-interface-client/blob/main/src/logging/formatter.ts
 */
const log: LogSink = (level, message, facts) => console[level]({ ...facts, message });

/** The world in AWS. The clients take the Region and the credentials from the environment that Lambda sets. */
export function live<Policy>(policy: Policy): World<Policy> {
  const now = (): Date => new Date();
  return {
    policy,
    now,
    random: Math.random,
    client: (Constructor, place) => new Constructor({ ...clientConfig, ...place }),
    ...https(now),
    log,
  };
}
