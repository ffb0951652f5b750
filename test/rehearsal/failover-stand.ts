import { S3Client } from '@aws-sdk/client-s3';
import { templatesOf } from '../../infra/kept-templates.ts';
import { stackNameOf, switchBucketNameOf, switchRoleNames } from '../../infra/names.ts';
import opsPolicy from '../../ops.config.ts';
import { Account } from '../../rehearsal/account.ts';
import { connectClient } from '../../rehearsal/aws/connect.ts';
import { furnishFailover } from '../../rehearsal/failover.ts';
import type { AwsError, Call, Operations } from '../../rehearsal/kernel.ts';
import { IamPermissions } from '../../rehearsal/wiring/permissions.ts';
import { resolveTemplate } from '../../rehearsal/wiring/template.ts';
import type { SwitchBucket } from '../../shared/aws/switch-objects.ts';
import { switchRegions } from '../../shared/failover/names.ts';
import type { Policy } from '../../shared/policy/schema.ts';
import { account as accountId, client, testKernel } from './aws/stand.ts';

export const policy: Policy = { ...opsPolicy, failover: { ...opsPolicy.failover, armed: true } };

const regions = switchRegions(policy);

const synthesized = new Map(await templatesOf(policy));

/** As text, so that a test can spoil them. */
const templates = Object.values(regions).map((region) => ({
  region,
  json: JSON.stringify(synthesized.get(stackNameOf('failover', region))?.template),
}));

/** What the switch is made of. */
const kept = /^AWS::(DynamoDB|IAM|Route53|S3)::/;

/** The switch right after its deployment, with all that it takes as given. */
export function failoverStand(spoil: (template: string) => string = (template) => template) {
  const dark = new Set<string>();
  const writes: string[] = [];
  let fault: ((operation: string, region: string) => AwsError | undefined) | undefined;
  const resources = templates
    .flatMap(({ region, json }) =>
      resolveTemplate(JSON.parse(spoil(json)), {
        region,
        account: accountId,
        stack: stackNameOf('failover', region),
      }),
    )
    .filter(({ type }) => kept.test(type));
  const permissions = new IamPermissions(resources, accountId);
  const kernel = { ...testKernel(), permissions };
  const noFunction = (): never => {
    throw new Error('the switch has no function');
  };
  const simulated = new Account(kernel, permissions, resources, noFunction, {
    isDark: (region) => dark.has(region),
  });
  furnishFailover(simulated, policy, accountId);

  const bucketIn = (region: string): SwitchBucket => {
    const s3 = client(S3Client, region);
    connectClient(s3, async ({ operation, input }) => {
      if (dark.has(region))
        throw Object.assign(new Error(`${region} does not answer`), { name: 'TimeoutError' });
      const call: Call = {
        principal: { kind: 'role', arn: `arn:aws:iam::${accountId}:role/${switchRoleNames.breakGlass}` },
        region,
      };
      if (operation !== 'GetObject') writes.push(`${operation} ${region}`);
      const error = fault?.(operation, region);
      if (error !== undefined) throw error;
      return (simulated.s3.operations as Operations)[operation]?.(input as never, call) as object;
    });
    return { region, name: switchBucketNameOf(accountId, region), s3 };
  };

  return {
    kernel,
    simulated,
    dark,
    /** Changes of the buckets that were asked for. */
    writes,
    fails: (what: typeof fault): void => {
      fault = what;
    },
    buckets: Object.values(regions).map(bucketIn),
    passSeconds: (seconds: number): void => kernel.pass(seconds * 1000),
    checkOf: (idStart: string): string =>
      resources.find(
        ({ type, logicalId }) => type === 'AWS::Route53::HealthCheck' && logicalId.startsWith(idStart),
      )?.ref ?? '',
  };
}
