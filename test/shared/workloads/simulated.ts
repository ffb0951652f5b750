import { connectClient } from '../../../rehearsal/aws/connect.ts';
import { client } from '../../rehearsal/aws/stand.ts';

/** Answers of one service by operation, in the SDK's own types; what is thrown is an error of the service. */
export type Answers = Readonly<Record<string, (input: never) => object>>;

/** A real SDK client that is answered so, and which calls were made of it, in order. */
export function simulated<Client>(Constructor: new (config: never) => Client, answers: Answers) {
  const calls: { readonly operation: string; readonly input: unknown }[] = [];
  const made = client(Constructor as new (config: object) => Client);
  connectClient(made, async ({ operation, input }) => {
    calls.push({ operation, input });
    const answer = answers[operation];
    if (answer === undefined) throw new RangeError(`no answer was prepared for ${operation}`);
    return answer(input as never);
  });
  return { client: made, calls, operations: () => calls.map(({ operation }) => operation) };
}
