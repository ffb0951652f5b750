import { expectList, expectRecord, expectText, isList, isRecord } from './json.ts';

/** What an expression may refer to. Each throws an Error that says where, when there is no such thing. */
export interface Scope {
  /** Pseudo parameter, parameter or resource. `undefined` is AWS::NoValue. */
  readonly ref: (name: string, where: string) => string | undefined;
  readonly getAtt: (logicalId: string, attribute: string, where: string) => string;
  readonly condition: (name: string, where: string) => boolean;
}

/**
 * Replaces the intrinsic functions in a value of a template. Members and elements that come to AWS::NoValue are left
 * out, as CloudFormation leaves them out.
 *
 * @param where the value's place in the template, for errors: `Resources.Queue.Properties`
 * @returns the value as plain JSON, or `undefined` for AWS::NoValue
 * @throws Error for any function but Ref, GetAtt, If, Join, Select, Split and Sub, and for dynamic references
 */
export function evaluate(value: unknown, scope: Scope, where: string): unknown {
  if (typeof value === 'string') return withoutDynamicReference(value, where);
  if (isList(value)) {
    return value
      .map((element, index) => evaluate(element, scope, `${where}.${index}`))
      .filter((element) => element !== undefined);
  }
  if (!isRecord(value)) return value;
  const call = intrinsicCall(value, where);
  if (call !== undefined) return applied(call.name, call.argument, scope, `${where}.${call.name}`);
  const result: Record<string, unknown> = {};
  for (const [key, member] of Object.entries(value)) {
    const evaluated = evaluate(member, scope, `${where}.${key}`);
    if (evaluated !== undefined) result[key] = evaluated;
  }
  return result;
}

/** Evaluates an expression of the template's Conditions section. */
export function evaluateCondition(expression: unknown, scope: Scope, where: string): boolean {
  const [[name, argument] = ['', undefined], ...others] = Object.entries(expectRecord(expression, where));
  if (others.length > 0) throw new Error(`${where}: expected one condition function`);
  const at = `${where}.${name}`;
  const operands = (): boolean[] =>
    expectList(argument, at).map((operand, index) => evaluateCondition(operand, scope, `${at}.${index}`));
  switch (name) {
    case 'Condition':
      return scope.condition(expectText(argument, at), at);
    case 'Fn::And':
      return operands().every(Boolean);
    case 'Fn::Or':
      return operands().some(Boolean);
    case 'Fn::Not':
      return !operands().some(Boolean);
    case 'Fn::Equals': {
      const [left, right] = expectList(argument, at).map((side) => evaluate(side, scope, at));
      return left === right;
    }
    default:
      throw new Error(`${where}: condition function '${name}' is not supported by the rehearsal`);
  }
}

function intrinsicCall(
  value: Readonly<Record<string, unknown>>,
  where: string,
): { readonly name: string; readonly argument: unknown } | undefined {
  const members = Object.entries(value);
  const call = members.find(([key]) => key === 'Ref' || key.startsWith('Fn::'));
  if (call === undefined) return undefined;
  if (members.length > 1) throw new Error(`${where}: '${call[0]}' must be the only member of its object`);
  return { name: call[0], argument: call[1] };
}

function applied(name: string, argument: unknown, scope: Scope, where: string): unknown {
  switch (name) {
    case 'Ref':
      return scope.ref(expectText(argument, where), where);
    case 'Fn::GetAtt':
      return getAtt(argument, scope, where);
    case 'Fn::If':
      return chosen(argument, scope, where);
    case 'Fn::Join': {
      const [delimiter, parts] = pair(argument, where);
      return texts(parts, scope, where).join(expectText(delimiter, where));
    }
    case 'Fn::Split': {
      const [delimiter, source] = pair(argument, where);
      return expectText(evaluate(source, scope, where), where).split(expectText(delimiter, where));
    }
    case 'Fn::Select':
      return selected(argument, scope, where);
    case 'Fn::Sub':
      return substituted(argument, scope, where);
    default:
      throw new Error(`${where}: intrinsic function '${name}' is not supported by the rehearsal`);
  }
}

/** `[logicalId, attribute]`, or both in one text with a dot between. */
function getAtt(argument: unknown, scope: Scope, where: string): string {
  if (typeof argument === 'string') {
    const dot = argument.indexOf('.');
    return scope.getAtt(argument.slice(0, dot), argument.slice(dot + 1), where);
  }
  const [logicalId, attribute] = pair(argument, where);
  return scope.getAtt(expectText(logicalId, where), expectText(attribute, where), where);
}

function chosen(argument: unknown, scope: Scope, where: string): unknown {
  const [condition, whenTrue, whenFalse] = expectList(argument, where);
  const holds = scope.condition(expectText(condition, where), where);
  return evaluate(holds ? whenTrue : whenFalse, scope, `${where}.${holds ? 1 : 2}`);
}

function selected(argument: unknown, scope: Scope, where: string): string {
  const [index, list] = pair(argument, where);
  const elements = texts(list, scope, where);
  const element = elements[Number(index)];
  if (element === undefined) throw new Error(`${where}: there is no element ${index} of ${elements.length}`);
  return element;
}

/** `${name}` is a Ref or a variable of the call's own, `${id.attribute}` a GetAtt, `${!text}` the literal `${text}`. */
function substituted(argument: unknown, scope: Scope, where: string): string {
  const [template, variables] = isList(argument) ? argument : [argument, {}];
  const own = expectRecord(evaluate(variables, scope, where), where);
  return expectText(template, where).replaceAll(/\$\{([^}]+)\}/g, (_, name: string) => {
    if (name.startsWith('!')) return `\${${name.slice(1)}}`;
    if (Object.hasOwn(own, name)) return expectText(own[name], `${where}.${name}`);
    if (name.includes('.')) return getAtt(name, scope, where);
    return expectText(scope.ref(name, where), `${where}.${name}`);
  });
}

function texts(value: unknown, scope: Scope, where: string): string[] {
  return expectList(evaluate(value, scope, where), where).map((element) => expectText(element, where));
}

function pair(argument: unknown, where: string): readonly [unknown, unknown] {
  const [first, second, ...others] = expectList(argument, where);
  if (first === undefined || second === undefined || others.length > 0) {
    throw new Error(`${where}: takes two arguments`);
  }
  return [first, second];
}

function withoutDynamicReference(text: string, where: string): string {
  if (text.includes('{{resolve:')) {
    throw new Error(`${where}: dynamic reference '${text}' is not supported by the rehearsal`);
  }
  return text;
}
