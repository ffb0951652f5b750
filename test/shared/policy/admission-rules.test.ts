import { describe, expect, it } from '@jest/globals';
import { checkPolicy } from '../../../shared/policy/check.ts';
import { lintPolicy } from '../../../shared/policy/lint.ts';
import type { Policy } from '../../../shared/policy/schema.ts';
import { policy } from '../../builders.ts';

function withNamespaces(namespaces: Readonly<Record<string, string>>): Policy {
  const admission = { ...policy.images.admission, namespaces };
  return { ...policy, images: { ...policy.images, admission } };
}

describe('namespaces', () => {
  it('may have any environment of the policy, each of them several', () => {
    expect(lintPolicy(withNamespaces({ web: 'production', batch: 'production', qa: 'staging' }))).toEqual([]);
    expect(lintPolicy(withNamespaces({}))).toEqual([]);
  });

  it('of an environment that is not there are a problem', () => {
    expect(lintPolicy(withNamespaces({ web: 'production', qa: 'testing' }))).toMatchObject([
      {
        path: 'images.admission.namespaces.qa',
        value: 'testing',
        remedy: 'name one of production, staging, development',
      },
    ]);
  });

  it('do not include kube-system, for nothing is asked about it', () => {
    expect(lintPolicy(withNamespaces({ 'kube-system': 'production' }))).toMatchObject([
      { path: 'images.admission.namespaces.kube-system', value: 'production', remedy: 'remove it' },
    ]);
  });

  it.each(['Production', 'a_b', '-a', 'a-', 'a'.repeat(64), ''])(
    'have names that Kubernetes takes: not %j',
    (name) => {
      expect(() => checkPolicy(withNamespaces({ [name]: 'production' }))).toThrow(
        'images.admission.namespaces',
      );
    },
  );
});
