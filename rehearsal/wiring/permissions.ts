import { type AuthorizationRequest, AwsError, type Permissions } from '../kernel.ts';
import type { RequestContext } from './policy-condition.ts';
import { covers, type Statement } from './policy-document.ts';
import { accountOf, type Requester } from './policy-principal.ts';
import { policyHolderOf, type ResourcePolicies, resourcePoliciesOf } from './resource-policies.ts';
import { type Grant, grantsOf, type Role, rolesOf } from './roles.ts';
import type { ResolvedResource } from './template.ts';

export interface PermissionReport {
  /** What the templates' own policies allow the roles, counted by statement, action and resource. */
  readonly granted: number;
  /** What of it no allowed request has needed, ordered by role, action and resource. */
  readonly unused: readonly { readonly role: string; readonly action: string; readonly resource: string }[];
}

/**
 * IAM for the roles and resources of the templates, all of one account.
 *
 * - An explicit Deny wins, whichever policy has it.
 * - A role needs an Allow in its own policies or in the resource's. KMS keys, and roles that are to be assumed, differ:
 *   the caller's policies count only where the key policy or the trust policy leaves the decision to the account.
 * - An AWS service, and whoever does not say who they are, needs an Allow in the resource's policy.
 *
 * A resource outside the templates has no policy; a key there has the default key policy, which leaves all to the
 * account.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-basics.html
 * @see https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html
 */
export class IamPermissions implements Permissions {
  readonly #account: string;
  readonly #roles: ReadonlyMap<string, Role>;
  readonly #policies: ResourcePolicies;
  readonly #grants: ReadonlyMap<Role, readonly Grant[]>;
  readonly #used = new Set<Grant>();
  /** Requests that were let through. Policies do not change, so that the same request is again, by the same grants. */
  readonly #allowed = new Set<string>();
  #denied = 0;

  /** @throws Error for what the rehearsal cannot evaluate, naming the resource and the element */
  constructor(resources: readonly ResolvedResource[], account: string) {
    this.#account = account;
    this.#roles = rolesOf(resources);
    const trust = [...this.#roles.values()].map((role) => [role.arn, role.trust] as const);
    this.#policies = new Map([...resourcePoliciesOf(resources, account), ...trust]);
    this.#grants = new Map([...this.#roles.values()].map((role) => [role, role.own.flatMap(grantsOf)]));
  }

  /**
   * @throws AwsError AccessDenied, worded as AWS does
   * @throws Error when no template has the role that asks
   */
  authorize({ principal, action, resource, context }: AuthorizationRequest): void {
    if (principal.kind === 'scenario') return;
    const asked = JSON.stringify([principal, action, resource, context]);
    if (this.#allowed.has(asked)) return;
    const complete = { ...this.#contextOf(principal), ...context };
    const request = { action, resource };
    const role = principal.kind === 'role' ? this.#role(principal.arn) : undefined;
    const byIdentity = [...(role?.managed ?? []), ...(role?.own ?? [])].filter((statement) =>
      covers(statement, request, complete),
    );
    const policy = this.#policies.get(policyHolderOf(resource));
    const byResource = (policy ?? []).filter(
      (statement) => statement.principal(principal) !== 'none' && covers(statement, request, complete),
    );
    if (byIdentity.some(isDeny))
      this.#deny(principal, request, 'with an explicit deny in an identity-based policy');
    if (byResource.some(isDeny))
      this.#deny(principal, request, 'with an explicit deny in a resource-based policy');
    const isLetIn = byResource.some((statement) => statement.principal(principal) === 'direct');
    const leftToAccount = policy === undefined || !isDecidedByResource(action) || byResource.length > 0;
    if (!isLetIn && !(leftToAccount && byIdentity.length > 0)) {
      const kind = role === undefined || !leftToAccount ? 'resource-based' : 'identity-based';
      this.#deny(principal, request, `because no ${kind} policy allows the ${action} action`);
    }
    if (role !== undefined) this.#use(role, request, byIdentity);
    this.#allowed.add(asked);
  }

  /**
   * Checks that a service may act as a role, as Lambda does when a function is created with it.
   *
   * @param service `lambda.amazonaws.com`
   * @param sourceArn on whose behalf the service assumes the role
   * @throws AwsError AccessDenied when the role's trust policy does not let the service
   * @throws Error when no template has the role
   */
  assertAssumable(roleArn: string, service: string, sourceArn?: string): void {
    const principal: Requester = {
      kind: 'service',
      name: service,
      ...(sourceArn === undefined ? {} : { sourceArn }),
    };
    const request = { action: 'sts:AssumeRole', resource: roleArn };
    const context = this.#contextOf(principal);
    const applicable = this.#role(roleArn).trust.filter(
      (statement) => statement.principal(principal) !== 'none' && covers(statement, request, context),
    );
    if (applicable.some(isDeny))
      this.#deny(principal, request, 'with an explicit deny in the role trust policy');
    if (applicable.length === 0) {
      this.#deny(principal, request, 'because no role trust policy allows the sts:AssumeRole action');
    }
  }

  hasRole(arn: string): boolean {
    return this.#roles.has(arn);
  }

  report(): PermissionReport {
    const grants = [...this.#grants].flatMap(([role, granted]) => granted.map((grant) => ({ role, grant })));
    const unused = grants
      .filter(({ grant }) => !this.#used.has(grant))
      .map(({ role, grant }) => ({
        role: role.name,
        action: grant.action.text,
        resource: grant.resource.text,
      }))
      .toSorted(
        (one, other) =>
          compare(one.role, other.role) ||
          compare(one.action, other.action) ||
          compare(one.resource, other.resource),
      );
    return { granted: grants.length, unused };
  }

  /** How many requests were denied. */
  denied(): number {
    return this.#denied;
  }

  #role(arn: string): Role {
    const role = this.#roles.get(arn);
    if (role === undefined) throw new Error(`no template has the role ${arn}`);
    return role;
  }

  /** Services say on whose behalf they act where they have been told; roles never do. */
  #contextOf(principal: Requester): RequestContext {
    const always = { 'aws:securetransport': 'true' };
    if (principal.kind === 'role') {
      const { arn } = principal;
      return {
        ...always,
        'aws:principalaccount': accountOf(arn),
        'aws:principalarn': arn,
        'aws:principalisawsservice': 'false',
      };
    }
    if (principal.kind === 'anonymous') return { ...always, 'aws:principalisawsservice': 'false' };
    const source =
      principal.sourceArn === undefined
        ? {}
        : { 'aws:sourceaccount': this.#account, 'aws:sourcearn': principal.sourceArn };
    return {
      ...always,
      ...source,
      'aws:principalisawsservice': 'true',
      'aws:principalservicename': principal.name,
    };
  }

  #use(
    role: Role,
    request: { readonly action: string; readonly resource: string },
    by: readonly Statement[],
  ): void {
    for (const grant of this.#grants.get(role) ?? []) {
      const isUsed =
        by.includes(grant.statement) &&
        grant.action.matches(request.action) &&
        grant.resource.matches(request.resource);
      if (isUsed) this.#used.add(grant);
    }
  }

  /** @see https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html */
  #deny(
    principal: Requester,
    { action, resource }: { readonly action: string; readonly resource: string },
    why: string,
  ): never {
    this.#denied += 1;
    const who = nameOf(principal);
    throw new AwsError(
      'AccessDenied',
      `User: ${who} is not authorized to perform: ${action} on resource: ${resource} ${why}`,
      403,
    );
  }
}

function nameOf(principal: Requester): string {
  switch (principal.kind) {
    case 'role':
      return principal.arn;
    case 'service':
      return principal.name;
    case 'anonymous':
      return principal.kind;
  }
}

function isDecidedByResource(action: string): boolean {
  return action.startsWith('kms:') || action === 'sts:AssumeRole';
}

function isDeny(statement: Statement): boolean {
  return statement.effect === 'Deny';
}

function compare(one: string, other: string): number {
  return one < other ? -1 : Number(one > other);
}
