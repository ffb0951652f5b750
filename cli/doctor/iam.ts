import type { Policy } from '../../shared/policy/schema.ts';
import { checks } from './aws/checks.ts';

/** The IAM policy of a person, or a pipeline, that runs `ops doctor --aws`. It only reads. */
export function doctorIamPolicy(policy: Policy): object {
  const permissions = [
    { actions: ['ecr:DescribeRegistry'], resources: ['*'] },
    ...checks.flatMap((check) => check.permissions(policy)),
  ];
  return {
    Version: '2012-10-17',
    Statement: permissions.map(({ actions, resources }) => ({
      Effect: 'Allow',
      Action: actions,
      Resource: resources,
    })),
  };
}
