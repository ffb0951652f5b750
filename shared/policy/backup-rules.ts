import { backupComponentRules } from './backup-component-rules.ts';
import { backupDeadlineRules } from './backup-deadline-rules.ts';
import { backupLifecycleRules } from './backup-lifecycle-rules.ts';
import { backupReferenceRules } from './backup-reference-rules.ts';
import { backupRestoreRules } from './backup-restore-rules.ts';
import { backupRpoRules } from './backup-rpo-rules.ts';
import { backupScheduleRules } from './backup-schedule-rules.ts';
import type { PolicyRule } from './rule.ts';

/** Backups that would not be there, would not last, or could not be restored, though the policy reads as if. */
export const backupRules: readonly PolicyRule[] = [
  ...backupReferenceRules,
  ...backupScheduleRules,
  ...backupLifecycleRules,
  ...backupRpoRules,
  ...backupRestoreRules,
  ...backupComponentRules,
  ...backupDeadlineRules,
];
