import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { readReview } from '../../functions/images/admit-pods/review.ts';
import policy from '../../ops.config.ts';

interface Webhook {
  readonly name: string;
  readonly clientConfig: Readonly<Record<string, string>>;
  readonly failurePolicy: string;
  readonly namespaceSelector: {
    readonly matchExpressions: readonly { key: string; operator: string; values: readonly string[] }[];
  };
  readonly rules: readonly {
    readonly apiGroups: readonly string[];
    readonly apiVersions: readonly string[];
    readonly operations: readonly string[];
    readonly resources: readonly string[];
  }[];
}

/** The CDK brings a YAML parser along. */
const { parse } = createRequire(createRequire(import.meta.url).resolve('aws-cdk-lib'))('yaml') as {
  parse: (text: string) => { apiVersion: string; kind: string; webhooks: readonly Webhook[] };
};

const text = readFileSync(
  join(import.meta.dirname, '../../deploy/kubernetes/validating-webhook.yaml'),
  'utf8',
);
const manifest = parse(text);
const [closed, open] = manifest.webhooks as [Webhook, Webhook];

function namespacesOf({ namespaceSelector }: Webhook): { operator: string; values: readonly string[] } {
  const [{ key, ...expression }] = namespaceSelector.matchExpressions as [
    { key: string } & ReturnType<typeof namespacesOf>,
  ];
  expect(key).toBe('kubernetes.io/metadata.name');
  return expression;
}

describe('the webhook manifest', () => {
  it('is a configuration of two webhooks, each with a qualified name of its own', () => {
    expect(manifest).toMatchObject({
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'ValidatingWebhookConfiguration',
    });
    const names = manifest.webhooks.map(({ name }) => name);
    expect(new Set(names).size).toBe(2);
    for (const name of names) expect(name).toMatch(/^[a-z0-9-]+(\.[a-z0-9-]+){2,}$/);
  });

  it.each(manifest.webhooks)(
    '$name asks for an answer soon, has no side effects, and misses no version',
    (webhook) => {
      expect(webhook).toMatchObject({
        timeoutSeconds: 3,
        sideEffects: 'None',
        matchPolicy: 'Equivalent',
        admissionReviewVersions: ['v1'],
        clientConfig: { url: expect.any(String) },
      });
      expect(Object.keys(webhook.clientConfig)).toEqual(['url']);
    },
  );

  it('fails closed in the namespaces whose environment refuses what is unknown, and in no other', () => {
    const { namespaces } = policy.images.admission;
    const refusing = Object.keys(namespaces).filter(
      (name) => policy.environments[namespaces[name] ?? '']?.admission.unknown === 'refuse',
    );
    expect(closed.failurePolicy).toBe('Fail');
    expect(namespacesOf(closed)).toEqual({ operator: 'In', values: refusing });
  });

  it('leaves out kube-system and fails open in all others', () => {
    expect(open.failurePolicy).toBe('Ignore');
    const { operator, values } = namespacesOf(open);
    expect(operator).toBe('NotIn');
    expect(new Set(values)).toEqual(new Set(['kube-system', ...namespacesOf(closed).values]));
    expect(namespacesOf(closed).values).not.toContain('kube-system');
  });

  it('sends exactly the kinds whose images are known', () => {
    const kinds = {
      pods: 'Pod',
      'pods/ephemeralcontainers': 'Pod',
      deployments: 'Deployment',
      replicasets: 'ReplicaSet',
      statefulsets: 'StatefulSet',
      daemonsets: 'DaemonSet',
      jobs: 'Job',
      cronjobs: 'CronJob',
    } as Record<string, string>;
    for (const { rules } of manifest.webhooks) {
      const sent = rules.flatMap(({ apiGroups, apiVersions, operations, resources }) => {
        expect(apiVersions).toEqual(['v1']);
        expect(operations).toEqual(['CREATE', 'UPDATE']);
        return resources.map((resource) => ({
          group: apiGroups[0] ?? '',
          kind: kinds[resource] ?? resource,
        }));
      });
      expect(sent.map(({ kind }) => kind).sort()).toEqual(Object.values(kinds).sort());
      for (const kind of sent) {
        const template = { spec: { containers: [{ image: 'api' }] } };
        const job = { spec: { template } };
        const object = { spec: { ...template.spec, template, jobTemplate: job } };
        const request = { uid: 'one', kind, operation: 'CREATE', object };
        const review = { apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', request };
        expect(readReview(JSON.stringify(review))?.images).toEqual(['api']);
      }
    }
  });

  it('becomes an address with a token and a cluster in its path', () => {
    const values: Record<string, string> = {
      ADMIT_PODS_URL: 'https://abc.lambda-url.us-west-2.on.aws/',
      ADMISSION_TOKEN: '5e'.repeat(32),
      CLUSTER: 'aeon-dt-prod-cluster',
    };
    const filled = parse(text.replaceAll(/\$\{(\w+)\}/g, (_all, name: string) => values[name] ?? ''));
    for (const { clientConfig } of filled.webhooks) {
      expect(clientConfig.url).toBe(
        `https://abc.lambda-url.us-west-2.on.aws/${'5e'.repeat(32)}/aeon-dt-prod-cluster`,
      );
    }
  });
});
