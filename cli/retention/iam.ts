import { opsBucketNameOf, verdictTableName, workloadReaderRoleName } from '../../infra/names.ts';
import { resourceName } from '../../shared/policy/resource.ts';
import type { Policy } from '../../shared/policy/schema.ts';

/** The IAM policy of a person who runs `ops retention plan --aws` in one Region. It only reads. */
export function planIamPolicy({ services, workloads }: Policy, region: string, account = '*'): object {
  const repositories = Object.values(services).map(
    ({ repository }) => `arn:aws:ecr:${region}:${account}:repository/${resourceName(repository)}`,
  );
  const bucket = `arn:aws:s3:::${opsBucketNameOf(account, region)}`;
  const readers = [
    `arn:aws:iam::${account}:role/${workloadReaderRoleName}`,
    ...Object.values(workloads.readers).map(({ role }) => role),
  ];
  const allow = (Action: readonly string[], Resource: readonly string[]) => ({
    Effect: 'Allow',
    Action,
    Resource,
  });
  return {
    Version: '2012-10-17',
    Statement: [
      allow(['ecr:DescribeImages', 'ecr:BatchGetImage'], repositories),
      allow(['dynamodb:BatchGetItem'], [`arn:aws:dynamodb:${region}:${account}:table/${verdictTableName}`]),
      allow(['s3:GetObject'], [`${bucket}/cache/prune-images/*`]),
      allow(['s3:ListBucket'], [bucket]),
      // The readers' own policies have to let whoever signs in take them on.
      allow(['sts:AssumeRole'], readers),
    ],
  };
}
