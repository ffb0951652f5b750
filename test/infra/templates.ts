import { templatesOf } from '../../infra/kept-templates.ts';
import type { Synthesized } from '../../infra/synthesize.ts';
import policy from '../../ops.config.ts';

/*
 * The templates of the project's own policy, with every reference written out: what refers to a resource of the stack
 * becomes that resource's kind and physical name ("Queue aeon-ops-judge-scan-dlq"), and other ARNs are of the account
 * 111122223333.
 */

export interface Resource {
  readonly stack: string;
  readonly region: string;
  /** Kind and physical name, where it has one. */
  readonly name: string;
  readonly type: string;
  readonly properties: Properties;
}

export type Properties = Readonly<Record<string, unknown>>;

/** A statement of any policy, with one and many written alike. */
export interface Statement {
  readonly sid: string;
  readonly effect: 'Allow' | 'Deny';
  /** `*`, `root`, or an AWS service. Empty in a role's own policy. */
  readonly principal: string;
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly condition: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

const pseudoParameters = new Map([
  ['AWS::AccountId', '111122223333'],
  ['AWS::Partition', 'aws'],
]);

export const synthesized: ReadonlyMap<string, Synthesized> = await templatesOf(policy);

export const resources: readonly Resource[] = resourcesOf(synthesized);

export function resourcesOf(stacks: ReadonlyMap<string, Synthesized>): Resource[] {
  return [...stacks].flatMap(([stack, { region, template }]) => {
    const names = new Map(
      Object.entries(template.Resources).map(([id, { Type, Properties = {} }]) => [
        id,
        nameOf(id, Type, Properties),
      ]),
    );
    return Object.entries(template.Resources).map(([id, { Type, Properties = {} }]) => ({
      stack,
      region,
      name: names.get(id) ?? id,
      type: Type,
      properties: writtenOut(Properties, names) as Properties,
    }));
  });
}

export function ofType(type: string, among: readonly Resource[] = resources): Resource[] {
  return among.filter((resource) => resource.type === type);
}

/** The first stack's resource of this kind and name, such as "Queue aeon-ops-sink-slack-ops". */
export function named(name: string, among: readonly Resource[] = resources): Resource {
  const found = among.find((resource) => resource.name === name);
  if (!found) throw new Error(`no template has '${name}'`);
  return found;
}

export function statementsOf(document: unknown): Statement[] {
  const { Statement: statements } = document as { Statement: Record<string, unknown>[] };
  return statements.map((statement) => ({
    sid: (statement.Sid ?? '') as string,
    effect: statement.Effect as 'Allow' | 'Deny',
    principal: principalOf(statement.Principal),
    actions: list(statement.Action),
    resources: list(statement.Resource),
    condition: (statement.Condition ?? {}) as Statement['condition'],
  }));
}

/** What the resource policy of a queue or topic says. */
export function resourcePolicyOf(resource: Resource): Statement[] {
  return resources
    .filter(({ stack, type }) => stack === resource.stack && type === `${resource.type}Policy`)
    .filter(({ properties }) => list(properties.Queues ?? properties.Topics).includes(resource.name))
    .flatMap(({ properties }) => statementsOf(properties.PolicyDocument));
}

/** What the role of a function may do. */
export function permissionsOf(lambda: Resource, among: readonly Resource[] = resources): Statement[] {
  return among
    .filter(({ stack, name }) => stack === lambda.stack && name === lambda.properties.Role)
    .flatMap(({ properties }) => properties.Policies as { PolicyDocument: unknown }[])
    .flatMap(({ PolicyDocument }) => statementsOf(PolicyDocument));
}

export function list(value: unknown): string[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value as string];
}

function nameOf(logicalId: string, type: string, properties: Properties): string {
  const kind = type.split('::').at(-1) ?? type;
  const physical = Object.entries(properties).find(
    ([key]) => key === `${kind}Name` || (key === 'Name' && kind !== 'Permission') || key === 'TableName',
  )?.[1];
  return `${kind} ${typeof physical === 'string' ? physical : logicalId}`;
}

function principalOf(principal: unknown): string {
  if (principal === undefined) return '';
  if (typeof principal === 'string') return principal;
  const { Service, AWS } = principal as { Service?: string; AWS?: string };
  return Service ?? (AWS?.endsWith(':root') ? 'root' : (AWS ?? ''));
}

function writtenOut(value: unknown, names: ReadonlyMap<string, string>): unknown {
  if (Array.isArray(value)) return value.map((item) => writtenOut(item, names));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value);
  const [intrinsic, argument] = entries[0] ?? [];
  switch (entries.length === 1 ? intrinsic : undefined) {
    case 'Ref':
      return pseudoParameters.get(argument) ?? names.get(argument);
    case 'Fn::GetAtt':
      return names.get(argument[0]);
    case 'Fn::Join':
      return (writtenOut(argument[1], names) as string[]).join(argument[0]);
    default:
      return Object.fromEntries(entries.map(([key, item]) => [key, writtenOut(item, names)]));
  }
}
