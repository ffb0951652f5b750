import { admissionRules } from './admission-rules.ts';
import { alertRules } from './alert-rules.ts';
import { backupRules } from './backup-rules.ts';
import { databaseRules } from './database-rules.ts';
import { failoverRules } from './failover-rules.ts';
import { imageRules } from './image-rules.ts';
import { regionRules } from './region-rules.ts';
import { registryRules } from './registry-rules.ts';
import { retentionRules } from './retention-rules.ts';
import type { PolicyProblem, PolicyRule } from './rule.ts';
import type { Policy } from './schema.ts';
import { workloadRules } from './workload-rules.ts';

const rules: readonly PolicyRule[] = [
  ...regionRules,
  ...imageRules,
  ...admissionRules,
  ...registryRules,
  ...workloadRules,
  ...retentionRules,
  ...backupRules,
  ...databaseRules,
  ...failoverRules,
  ...alertRules,
];

/** Every rule's findings, in the order of the rules. An empty list: the policy makes sense. */
export function lintPolicy(policy: Policy): readonly PolicyProblem[] {
  return rules.flatMap((rule) => rule(policy));
}
