import type { AskReply } from '../../../shared/database/exchange.ts';
import type { WithDatabases } from '../../../shared/database/session.ts';
import { opsHandler } from '../../../shared/lambda/chain.ts';
import { type Environment, readEnvironment } from '../../../shared/lambda/env.ts';
import type { World } from '../../../shared/lambda/world.ts';
import { contract } from './contract.ts';
import { type AskDatabaseDeps, answerRequest } from './run.ts';

/** Milliseconds before Lambda ends the function that are kept to give the reply. */
const reservedMs = 5000;

export function compose(environment: Environment, world: World<object> & WithDatabases) {
  const { asks } = readEnvironment(environment, contract.env);
  const deps: AskDatabaseDeps = { connect: world.connect, asks, log: world.log };

  return opsHandler<AskReply>(world).handler((event, context) =>
    answerRequest(event, deps, () => context.getRemainingTimeInMillis() - reservedMs),
  );
}
