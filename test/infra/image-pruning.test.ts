import { describe, expect, it } from '@jest/globals';
import { synthesize } from '../../infra/synthesize.ts';
import opsPolicy from '../../ops.config.ts';
import type { Policy } from '../../shared/policy/schema.ts';

/** The role of prune-images in the primary Region, as JSON. */
function roleOf(mode: 'observe' | 'act'): string {
  const policy: Policy = { ...opsPolicy, retention: { ...opsPolicy.retention, mode } };
  const stack = synthesize(policy).get('aeon-ops-retention-us-east-1');
  const roles = Object.values(stack?.template.Resources ?? {}).filter(
    (resource) =>
      resource.Type === 'AWS::IAM::Role' && JSON.stringify(resource).includes('reports/prune-images/'),
  );
  return JSON.stringify(roles);
}

describe('the role of prune-images', () => {
  it('can delete and archive nothing while the policy has retention observe', () => {
    const role = roleOf('observe');
    expect(role).toContain('ecr:DescribeImages');
    expect(role).not.toMatch(/ecr:(BatchDeleteImage|UpdateImageStorageClass)|journal\//);
  });

  it('can when it is to act, in the repositories of the policy alone, and never changes a verdict', () => {
    const role = roleOf('act');
    expect(role).toContain('"ecr:UpdateImageStorageClass"');
    expect(role).toContain('"ecr:BatchDeleteImage"');
    expect(role).not.toContain(':repository/*');
    expect(role).not.toMatch(/dynamodb:(PutItem|UpdateItem|DeleteItem)/);
  });
});
