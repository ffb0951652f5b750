import { type Identity, identityOf, type TemplateLocation } from './identity.ts';
import { evaluate, evaluateCondition, type Scope } from './intrinsics.ts';
import { expectRecord, expectText, expectTexts, isRecord, type JsonObject } from './json.ts';

/** A resource of a stack as CloudFormation would hand it to its service: every reference replaced. */
export interface ResolvedResource {
  readonly logicalId: string;
  /** `AWS::SQS::Queue` */
  readonly type: string;
  readonly properties: JsonObject;
  readonly metadata: JsonObject;
  readonly stack: string;
  readonly region: string;
  /** What `Ref` gives; `undefined` for a type that the rehearsal does not know to name. */
  readonly ref: string | undefined;
  /** `undefined` for what has no ARN, such as a queue policy. */
  readonly arn: string | undefined;
}

/**
 * Resolves a synthesized CloudFormation template for one Region and account. Resources come in the template's order;
 * those whose Condition is false are left out.
 *
 * Metadata is left as it is. Rules and Outputs are not looked at.
 *
 * @throws Error that names stack and place: for a reference to something that is not in the template or that the
 *   rehearsal cannot name, for names that depend on each other, for an intrinsic function that is not supported
 */
export function resolveTemplate(template: unknown, at: TemplateLocation): ResolvedResource[] {
  try {
    return new Template(expectRecord(template, 'template'), at).resources();
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`stack ${at.stack} in ${at.region}: ${reason}`, { cause });
  }
}

/** @throws Error when the resource has no ARN */
export function arnOf(resource: ResolvedResource): string {
  if (resource.arn === undefined) {
    throw new Error(`${resource.type} ${resource.logicalId} of stack ${resource.stack} has no ARN`);
  }
  return resource.arn;
}

class Template {
  readonly #at: TemplateLocation;
  readonly #resources: JsonObject;
  readonly #parameters: JsonObject;
  readonly #conditions: JsonObject;
  readonly #identities = new Map<string, Identity>();
  /** What is being named or decided right now; meeting one of them again is a cycle. */
  readonly #pending: string[] = [];
  readonly #scope: Scope = {
    ref: (name, where) => this.#ref(name, where),
    getAtt: (logicalId, attribute, where) => this.#getAtt(logicalId, attribute, where),
    condition: (name, where) => this.#condition(name, where),
  };

  constructor(template: JsonObject, at: TemplateLocation) {
    this.#at = at;
    if ('Transform' in template) throw new Error('Transform is not supported by the rehearsal');
    const section = (name: string): JsonObject => expectRecord(template[name] ?? {}, name);
    this.#resources = section('Resources');
    this.#parameters = section('Parameters');
    this.#conditions = section('Conditions');
  }

  resources(): ResolvedResource[] {
    return Object.keys(this.#resources)
      .filter((logicalId) => this.#isCreated(logicalId))
      .map((logicalId) => this.#resolved(logicalId));
  }

  #resolved(logicalId: string): ResolvedResource {
    const where = `Resources.${logicalId}`;
    const declared = this.#declared(logicalId, where);
    for (const other of expectTexts(declared.DependsOn ?? [], `${where}.DependsOn`)) {
      this.#declared(other, `${where}.DependsOn`);
    }
    const identity = this.#identity(logicalId, where);
    const properties = evaluate(declared.Properties ?? {}, this.#scope, `${where}.Properties`);
    return {
      logicalId,
      type: expectText(declared.Type, `${where}.Type`),
      properties: expectRecord(properties, `${where}.Properties`),
      metadata: expectRecord(declared.Metadata ?? {}, `${where}.Metadata`),
      stack: this.#at.stack,
      region: this.#at.region,
      ref: identity?.ref,
      arn: identity?.arn,
    };
  }

  #declared(logicalId: string, where: string): JsonObject {
    if (!Object.hasOwn(this.#resources, logicalId)) {
      throw new Error(`${where}: there is no resource '${logicalId}' in the template`);
    }
    return expectRecord(this.#resources[logicalId], `Resources.${logicalId}`);
  }

  #isCreated(logicalId: string): boolean {
    const where = `Resources.${logicalId}`;
    const condition = this.#declared(logicalId, where).Condition;
    return condition === undefined || this.#condition(expectText(condition, where), where);
  }

  #identity(logicalId: string, where: string): Identity | undefined {
    const known = this.#identities.get(logicalId);
    if (known !== undefined) return known;
    const declared = this.#declared(logicalId, where);
    if (!this.#isCreated(logicalId)) {
      throw new Error(`${where}: '${logicalId}' is not created; its Condition is false`);
    }
    const properties = declared.Properties;
    const property = (name: string): string | undefined => {
      const place = `Resources.${logicalId}.Properties.${name}`;
      const value = isRecord(properties) ? evaluate(properties[name], this.#scope, place) : undefined;
      return value === undefined ? undefined : expectText(value, place);
    };
    const identity = this.#once(logicalId, where, () =>
      identityOf(expectText(declared.Type, `Resources.${logicalId}.Type`), {
        ...this.#at,
        logicalId,
        property,
      }),
    );
    if (identity !== undefined) this.#identities.set(logicalId, identity);
    return identity;
  }

  #ref(name: string, where: string): string | undefined {
    if (name.startsWith('AWS::')) return this.#pseudoParameter(name, where);
    if (Object.hasOwn(this.#parameters, name)) return this.#parameter(name, where);
    return this.#referredTo(name, where).ref;
  }

  #getAtt(logicalId: string, attribute: string, where: string): string {
    const value = this.#referredTo(logicalId, where).attributes[attribute];
    if (value === undefined) {
      const { Type: type } = this.#declared(logicalId, where);
      throw new Error(
        `${where}: the rehearsal knows no attribute '${attribute}' of '${logicalId}' (${type})`,
      );
    }
    return value;
  }

  #referredTo(logicalId: string, where: string): Identity {
    const identity = this.#identity(logicalId, where);
    if (identity === undefined) {
      const { Type: type } = this.#declared(logicalId, where);
      throw new Error(
        `${where}: the rehearsal cannot name '${logicalId}' (${type}); teach identity.ts its type`,
      );
    }
    return identity;
  }

  #pseudoParameter(name: string, where: string): string | undefined {
    switch (name) {
      case 'AWS::AccountId':
        return this.#at.account;
      case 'AWS::NoValue':
        return undefined;
      case 'AWS::Partition':
        return 'aws';
      case 'AWS::Region':
        return this.#at.region;
      case 'AWS::StackName':
        return this.#at.stack;
      case 'AWS::URLSuffix':
        return 'amazonaws.com';
      default:
        throw new Error(`${where}: pseudo parameter '${name}' is not supported by the rehearsal`);
    }
  }

  /** A parameter has its default. That of an SSM parameter is a name, whose value is not in the template. */
  #parameter(name: string, where: string): string {
    const parameter = expectRecord(this.#parameters[name], `Parameters.${name}`);
    if (expectText(parameter.Type, `Parameters.${name}.Type`).startsWith('AWS::SSM::')) {
      throw new Error(`${where}: the value of parameter '${name}' is kept in SSM, outside the template`);
    }
    const value = parameter.Default;
    if (value === undefined) throw new Error(`${where}: parameter '${name}' has no default`);
    return String(value);
  }

  #condition(name: string, where: string): boolean {
    const expression = this.#conditions[name];
    if (expression === undefined)
      throw new Error(`${where}: there is no condition '${name}' in the template`);
    const place = `Conditions.${name}`;
    return this.#once(place, where, () => evaluateCondition(expression, this.#scope, place));
  }

  #once<Result>(what: string, where: string, action: () => Result): Result {
    if (this.#pending.includes(what)) {
      throw new Error(`${where}: circular reference ${[...this.#pending, what].join(' -> ')}`);
    }
    this.#pending.push(what);
    try {
      return action();
    } finally {
      this.#pending.pop();
    }
  }
}
