import { entriesOf, type Invariant } from './invariant.ts';

/** Whom the owners of another account let in is their affair, and no template of ours can say it. */
const roleElsewhere = /User: arn:aws:iam::(\d{12}):.* resource: arn:aws:iam::(?!\1)\d{12}:role/;

/** A permission, a resource policy or a key policy is missing from the templates. */
export const nothingIsDenied: Invariant = {
  name: 'nothing is denied',
  rule: 'No call, neither of a function nor of a service that works for it, is denied by a policy.',
  check(run) {
    const calls = entriesOf(run, 'call');
    const denials = calls.filter(
      ({ entry }) =>
        /AccessDenied|AuthorizationError|NotAuthorized/.test(entry.outcome) &&
        !roleElsewhere.test(entry.detail ?? ''),
    );
    const texts = denials.map(
      ({ entry }) => `${entry.caller} in ${entry.region}: ${entry.detail ?? entry.outcome}`,
    );
    return { checked: calls.length, violations: [...new Set(texts)] };
  },
};
