import { describe, expect, it } from '@jest/globals';
import { synthesize } from '../../infra/synthesize.ts';
import policy from '../../ops.config.ts';
import { IamPermissions } from '../../rehearsal/wiring/permissions.ts';
import { type ResolvedResource, resolveTemplate } from '../../rehearsal/wiring/template.ts';

const account = '111122223333';

const deployed = [...synthesize(policy)].flatMap(([stack, { region, template }]) =>
  resolveTemplate(template, { region, account, stack }),
);

function ofType(type: string): readonly ResolvedResource[] {
  return deployed.filter((resource) => resource.type === type);
}

function where({ stack, logicalId }: ResolvedResource): string {
  return `${logicalId} of ${stack}`;
}

interface LifecycleRule {
  readonly Status: string;
  readonly Prefix?: string;
  readonly ExpirationInDays?: number;
  readonly NoncurrentVersionExpiration?: { readonly NoncurrentDays: number };
}

function rulesOf({ properties }: ResolvedResource): readonly LifecycleRule[] {
  const { Rules = [] } = (properties.LifecycleConfiguration ?? {}) as { Rules?: readonly LifecycleRule[] };
  return Rules;
}

/** Buckets in which nothing may expire, by the end of their names, and why. */
const keptForEver: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    [policy.regions.standby, policy.failover.witness].map((region) => [
      `switch-${account}-${region}`,
      'what expires there moves traffic',
    ]),
  ),
};

describe('every log group', () => {
  it('is kept for the days of the policy', () => {
    const groups = ofType('AWS::Logs::LogGroup');
    expect(groups.length).toBeGreaterThan(0);
    const others = groups.filter(({ properties }) => properties.RetentionInDays !== policy.retention.logs);
    expect(others.map(where)).toEqual([]);
  });

  it('of a function is made by its stack: Lambda would make one that never expires', () => {
    const groups = new Set(ofType('AWS::Logs::LogGroup').map(({ region, ref }) => `${region} ${ref}`));
    const lacking = ofType('AWS::Lambda::Function').filter(({ region, properties }) => {
      const { LogGroup } = (properties.LoggingConfig ?? {}) as { LogGroup?: string };
      return !groups.has(`${region} ${LogGroup}`);
    });
    expect(lacking.map(where)).toEqual([]);
  });
});

describe('every bucket', () => {
  it('lets something expire, or says why nothing may', () => {
    const lacking = ofType('AWS::S3::Bucket').filter(
      (bucket) =>
        !rulesOf(bucket).some(
          ({ Status, ExpirationInDays }) => Status === 'Enabled' && ExpirationInDays !== undefined,
        ) && !Object.keys(keptForEver).some((end) => bucket.ref?.endsWith(end)),
    );
    expect(lacking.map(where)).toEqual([]);
  });

  it('is closed to the public and to requests without TLS', () => {
    const permissions = new IamPermissions(deployed, account);
    for (const bucket of ofType('AWS::S3::Bucket')) {
      expect(bucket.properties.PublicAccessBlockConfiguration).toEqual({
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      });
      const ask = () =>
        permissions.authorize({
          principal: { kind: 'anonymous' },
          action: 's3:GetObject',
          resource: `${bucket.arn}/key`,
          context: { 'aws:securetransport': 'false' },
        });
      expect(ask).toThrow('with an explicit deny in a resource-based policy');
    }
  });
});

describe('the ops bucket', () => {
  const buckets = ofType('AWS::S3::Bucket').filter(({ ref }) => /^aeon-ops-\d{12}-/.test(ref ?? ''));

  it('is there in every Region that has a base stack, under a name of its own', () => {
    const { registry, alerts, standby } = policy.regions;
    const regions = [...new Set([...registry, ...alerts, standby])];
    expect(buckets.map(({ ref }) => ref).toSorted()).toEqual(
      regions.map((region) => `aeon-ops-${account}-${region}`).toSorted(),
    );
  });

  it('keeps all that is in it for the days of the policy, whatever its key, and earlier versions less long', () => {
    for (const bucket of buckets) {
      const expiring = rulesOf(bucket).filter(({ ExpirationInDays }) => ExpirationInDays !== undefined);
      expect(expiring).toMatchObject([
        {
          Status: 'Enabled',
          ExpirationInDays: policy.retention.reports,
          NoncurrentVersionExpiration: { NoncurrentDays: 30 },
        },
      ]);
      expect(expiring[0]).not.toHaveProperty('Prefix');
      expect(bucket.properties.VersioningConfiguration).toEqual({ Status: 'Enabled' });
    }
  });
});
