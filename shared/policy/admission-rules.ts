import { systemNamespace } from '../domain/namespace.ts';
import type { PolicyProblem, PolicyRule } from './rule.ts';
import type { Policy } from './schema.ts';

/** What may run where. */
export const admissionRules: readonly PolicyRule[] = [
  namespacesNameKnownEnvironments,
  systemNamespaceIsNotReviewed,
];

function namespacesNameKnownEnvironments({ images, environments }: Policy): readonly PolicyProblem[] {
  return Object.entries(images.admission.namespaces)
    .filter(([, environment]) => !(environment in environments))
    .map(([namespace, environment]) => ({
      path: `images.admission.namespaces.${namespace}`,
      value: environment,
      fact: `there is no environment '${environment}', so no image could be admitted to the namespace by its rules`,
      remedy: `name one of ${Object.keys(environments).join(', ')}`,
    }));
}

function systemNamespaceIsNotReviewed({ images }: Policy): readonly PolicyProblem[] {
  const environment = images.admission.namespaces[systemNamespace];
  if (environment === undefined) return [];
  return [
    {
      path: `images.admission.namespaces.${systemNamespace}`,
      value: environment,
      fact: `images in ${systemNamespace} are always admitted, since a cluster that cannot start its own parts cannot be mended`,
      remedy: 'remove it',
    },
  ];
}
