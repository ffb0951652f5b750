import type { Principal } from '../kernel.ts';
import { expectRecord, expectTexts } from './json.ts';

/** Those who ask for something; the scenario is never asked who it is. */
export type Requester = Exclude<Principal, { readonly kind: 'scenario' }>;

/**
 * How a statement's Principal speaks of a requester. `account` names only the account it belongs to: in an Allow
 * that leaves the decision to the account's identity policies, in a Deny it means everyone there.
 */
export type PrincipalMatch = 'direct' | 'account' | 'none';

export type PrincipalTest = (requester: Requester) => PrincipalMatch;

/**
 * Compiles a statement's Principal element. `*` is everyone, AWS services included.
 *
 * @throws Error that names a kind of principal the rehearsal does not have, such as Federated
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
 */
export function principalTest(principal: unknown, where: string): PrincipalTest {
  if (principal === '*') return () => 'direct';
  const tests = Object.entries(expectRecord(principal, where)).flatMap(([kind, names]) =>
    expectTexts(names, `${where}.${kind}`).map((name) => namedTest(kind, name, where)),
  );
  return (requester) => {
    const matches = tests.map((test) => test(requester));
    return (
      matches.find((match) => match === 'direct') ?? matches.find((match) => match === 'account') ?? 'none'
    );
  };
}

function namedTest(kind: string, name: string, where: string): PrincipalTest {
  if (kind === 'Service') {
    return (requester) => (requester.kind === 'service' && requester.name === name ? 'direct' : 'none');
  }
  if (kind !== 'AWS')
    throw new Error(`${where}: principals of kind '${kind}' are not supported by the rehearsal`);
  if (name === '*') return () => 'direct';
  const account = /^\d{12}$/.test(name) ? name : /^arn:aws:iam::(\d{12}):root$/.exec(name)?.[1];
  if (account !== undefined) {
    return (requester) =>
      requester.kind === 'role' && accountOf(requester.arn) === account ? 'account' : 'none';
  }
  if (!name.startsWith('arn:aws:iam::') || name.includes('*')) {
    throw new Error(`${where}: '${name}' is no account, no ARN of a role and not '*'`);
  }
  return (requester) => (requester.kind === 'role' && requester.arn === name ? 'direct' : 'none');
}

/** The account of an IAM ARN. */
export function accountOf(arn: string): string {
  return arn.split(':')[4] ?? '';
}
