import { entriesOf, type Invariant } from './invariant.ts';

/** A permission, a resource policy or a key policy is missing from the templates. */
export const nothingIsDenied: Invariant = {
  name: 'nothing is denied',
  rule: 'No call, neither of a function nor of a service that works for it, is denied by a policy.',
  check(run) {
    const calls = entriesOf(run, 'call');
    const denials = calls.filter(({ entry }) =>
      /AccessDenied|AuthorizationError|NotAuthorized/.test(entry.outcome),
    );
    const texts = denials.map(
      ({ entry }) => `${entry.caller} in ${entry.region}: ${entry.detail ?? entry.outcome}`,
    );
    return { checked: calls.length, violations: [...new Set(texts)] };
  },
};
