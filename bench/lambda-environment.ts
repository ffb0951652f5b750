import policy from '../ops.config.ts';
import type { FunctionContract } from '../shared/lambda/contract.ts';

/** What Lambda itself sets, as far as a function can come to read it. The credentials are nobody's. */
const setByLambda = {
  AWS_REGION: 'us-east-1',
  AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
  AWS_LAMBDA_FUNCTION_NAME: 'bench',
  AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
  AWS_SECRET_ACCESS_KEY: 'example',
  AWS_SESSION_TOKEN: 'example',
} as const;

/** Variables whose value has a form, and is read before the first event. */
const formed: Readonly<Record<string, string | undefined>> = {
  SINK: Object.keys(policy.alerts.sinks)[0],
  SINK_QUEUE_URLS: JSON.stringify({ bench: 'https://sqs.us-east-1.amazonaws.com/111122223333/bench' }),
};

/** An environment in which the function starts, and which leads nowhere. */
export function environmentOf({ env }: Pick<FunctionContract, 'env'>): Record<string, string> {
  const ours = Object.values(env).map((variable) => [variable, formed[variable] ?? 'bench'] as const);
  return { ...setByLambda, ...Object.fromEntries(ours) };
}
