import type { Environment } from '../shared/lambda/env.ts';
import type { World } from '../shared/lambda/world.ts';
import type { Handler } from './aws/lambda-function.ts';
import { expectRecord, expectText, isList, isRecord } from './wiring/json.ts';
import type { ResolvedResource } from './wiring/template.ts';

/** A function's source, as the rehearsal runs it. */
export interface FunctionSource {
  readonly name: string;
  readonly subscriptions: readonly { readonly name: string; readonly bus: string }[];
  /** When it is to run by the clock. */
  readonly schedules: readonly { readonly name: string; readonly expression: string }[];
  /** The parts of the policy that its bundle would hold. */
  readonly policyPaths: readonly string[];
  readonly compose: (environment: Environment, world: World<unknown>) => Handler;
}

/** Template metadata: the folder below `functions/` that a Lambda function is made of. */
const sourceMetadata = 'aeon-ops:function';

/** @throws Error when the template does not say what the function is made of */
export function sourceIdOf(resource: ResolvedResource): string {
  const id = resource.metadata[sourceMetadata];
  if (typeof id !== 'string') {
    throw new Error(
      `the Lambda function ${resource.logicalId} of stack ${resource.stack} has no metadata '${sourceMetadata}': it says which folder below functions/ it is made of`,
    );
  }
  return id;
}

/** Loads the contracts and composition roots of all functions named, by id. */
export async function loadFunctions(ids: Iterable<string>): Promise<ReadonlyMap<string, FunctionSource>> {
  const loaded = await Promise.all(
    [...new Set(ids)].map(async (id) => [id, await loadFunction(id)] as const),
  );
  return new Map(loaded);
}

async function loadFunction(id: string): Promise<FunctionSource> {
  const folder = `../functions/${id}`;
  const [{ contract }, { compose }]: [{ contract?: unknown }, { compose?: unknown }] = await Promise.all([
    import(`${folder}/contract.ts`),
    import(`${folder}/compose.ts`),
  ]);
  if (
    !isRecord(contract) ||
    typeof contract.name !== 'string' ||
    !isTexts(contract.policy) ||
    !isList(contract.subscriptions)
  ) {
    throw new Error(`functions/${id}/contract.ts exports no function contract`);
  }
  if (!isCompose(compose)) throw new Error(`functions/${id}/compose.ts exports no function 'compose'`);
  const subscriptions = contract.subscriptions.map((subscription) => {
    const { name, bus } = expectRecord(subscription, 'subscription');
    return { name: expectText(name, 'name'), bus: expectText(bus, 'bus') };
  });
  const schedules = (isList(contract.schedules) ? contract.schedules : []).map((schedule) => {
    const { name, expression } = expectRecord(schedule, 'schedule');
    return { name: expectText(name, 'name'), expression: expectText(expression, 'expression') };
  });
  return { name: contract.name, policyPaths: contract.policy, subscriptions, schedules, compose };
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}

function isCompose(value: unknown): value is FunctionSource['compose'] {
  return typeof value === 'function';
}
