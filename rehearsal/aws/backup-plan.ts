import type { Lifecycle } from '@aws-sdk/client-backup';
import * as z from 'zod';
import type { Kernel } from '../kernel.ts';
import { boolean, ignored, number, type Resource, readProperties } from './properties.ts';
import { type NextRun, parseSchedule } from './schedule-expression.ts';

export interface BackupRule {
  readonly id: string;
  readonly name: string;
  /** In the plan's Region. */
  readonly vaultName: string;
  readonly expression: string;
  readonly timeZone: string;
  readonly next: NextRun;
  readonly startWindowMs: number;
  /** From the scheduled time on; undefined: for ever. */
  readonly completionWindowMs: number | undefined;
  readonly lifecycle: Lifecycle;
  readonly copies: readonly { readonly vaultArn: string; readonly lifecycle: Lifecycle }[];
}

export interface BackupPlan {
  readonly id: string;
  readonly arn: string;
  readonly name: string;
  readonly version: string;
  readonly region: string;
  readonly rules: readonly BackupRule[];
}

const CfnLifecycle = z
  .strictObject({
    DeleteAfterDays: number.optional(),
    MoveToColdStorageAfterDays: number.optional(),
    OptInToArchiveForSupportedResources: boolean.optional(),
  })
  .transform(
    ({ DeleteAfterDays, MoveToColdStorageAfterDays }): Lifecycle => ({
      ...(DeleteAfterDays !== undefined && { DeleteAfterDays }),
      ...(MoveToColdStorageAfterDays !== undefined && { MoveToColdStorageAfterDays }),
    }),
  )
  .default({});

const Rule = z.strictObject({
  RuleName: z.string(),
  TargetBackupVault: z.string(),
  ScheduleExpression: z.string(),
  ScheduleExpressionTimezone: z.string().default('UTC'),
  /** AWS's default is eight hours, and its least is one. */
  StartWindowMinutes: number.default(480).refine((minutes) => minutes >= 60, 'must be at least 60 minutes'),
  CompletionWindowMinutes: number.optional(),
  Lifecycle: CfnLifecycle,
  CopyActions: z
    .array(z.strictObject({ DestinationBackupVaultArn: z.string(), Lifecycle: CfnLifecycle }))
    .default([]),
  /** Points in time between backups are not simulated: of a continuous backup only its snapshots are. */
  EnableContinuousBackup: ignored,
  RecoveryPointTags: ignored,
});

const PlanProperties = z.strictObject({
  BackupPlan: z.strictObject({
    BackupPlanName: z.string(),
    BackupPlanRule: z.array(Rule).min(1),
    AdvancedBackupSettings: ignored,
  }),
  BackupPlanTags: ignored,
});

const aMinute = 60_000;

/**
 * AWS::Backup::BackupPlan.
 *
 * @throws RangeError for a property that is not simulated, by name, and for a schedule that cannot be read
 */
export function backupPlan(kernel: Kernel, resource: Resource): BackupPlan {
  const { BackupPlan: plan } = readProperties('AWS::Backup::BackupPlan', PlanProperties, resource);
  const { name: id, region } = resource;
  return {
    id,
    arn: `arn:aws:backup:${region}:${kernel.account}:backup-plan:${id}`,
    name: plan.BackupPlanName,
    version: Buffer.from(kernel.uuid()).toString('base64'),
    region,
    rules: plan.BackupPlanRule.map((rule) => ({
      id: kernel.uuid(),
      name: rule.RuleName,
      vaultName: rule.TargetBackupVault,
      expression: rule.ScheduleExpression,
      timeZone: rule.ScheduleExpressionTimezone,
      next: parseSchedule(rule.ScheduleExpression, rule.ScheduleExpressionTimezone, kernel.now()),
      startWindowMs: rule.StartWindowMinutes * aMinute,
      completionWindowMs:
        rule.CompletionWindowMinutes === undefined ? undefined : rule.CompletionWindowMinutes * aMinute,
      lifecycle: rule.Lifecycle,
      copies: rule.CopyActions.map(({ DestinationBackupVaultArn, Lifecycle: lifecycle }) => ({
        vaultArn: DestinationBackupVaultArn,
        lifecycle,
      })),
    })),
  };
}
