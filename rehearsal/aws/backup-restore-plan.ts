import * as z from 'zod';
import type { Kernel } from '../kernel.ts';
import type { BackupType } from './backup-resource.ts';
import type { RecoveryPoint } from './backup-vault.ts';
import { ignored, number, type Resource, readProperties } from './properties.ts';
import { type NextRun, parseSchedule } from './schedule-expression.ts';

/** AWS Backup restores by it on a schedule, to test that it can. */
export interface RestoreTestingPlan {
  readonly name: string;
  readonly arn: string;
  readonly region: string;
  readonly next: NextRun;
  readonly startWindowMs: number;
  readonly isLatest: boolean;
  readonly windowMs: number;
  readonly includes: (vaultArn: string) => boolean;
}

export interface RestoreTestingSelection {
  readonly planName: string;
  readonly region: string;
  readonly name: string;
  readonly roleArn: string;
  readonly type: BackupType;
  readonly overrides: Readonly<Record<string, string>>;
  readonly validationWindowMs: number;
  /** @param tags of the resource; undefined when it is not in this Region, or no more */
  readonly selects: (
    point: Pick<RecoveryPoint, 'resourceArn'>,
    tags: Readonly<Record<string, string>> | undefined,
  ) => boolean;
}

const anHour = 3_600_000;
const aDay = 24 * anHour;

/** Letters, digits and underscores. */
const TestingName = z.string().regex(/^\w{1,50}$/, 'has letters, digits and underscores, 50 at most');

const PlanProperties = z.strictObject({
  RestoreTestingPlanName: TestingName,
  ScheduleExpression: z.string(),
  ScheduleExpressionTimezone: z.string().default('UTC'),
  StartWindowHours: number.default(24).refine((hours) => hours >= 1 && hours <= 168, 'must be 1 to 168'),
  RecoveryPointSelection: z.strictObject({
    Algorithm: z.enum(['LATEST_WITHIN_WINDOW', 'RANDOM_WITHIN_WINDOW']),
    IncludeVaults: z.array(z.string()).min(1),
    ExcludeVaults: z.array(z.string()).default([]),
    /** All recovery points here are snapshots. */
    RecoveryPointTypes: z.array(z.enum(['SNAPSHOT', 'CONTINUOUS'])).min(1),
    SelectionWindowDays: number.default(30),
  }),
  Tags: ignored,
});

/**
 * AWS::Backup::RestoreTestingPlan.
 *
 * @throws RangeError for a property that is not simulated, by name
 */
export function restoreTestingPlan(kernel: Kernel, resource: Resource): RestoreTestingPlan {
  const plan = readProperties('AWS::Backup::RestoreTestingPlan', PlanProperties, resource);
  const { region } = resource;
  const { RestoreTestingPlanName: name, RecoveryPointSelection: selection } = plan;
  const { IncludeVaults, ExcludeVaults } = selection;
  return {
    name,
    arn: `arn:aws:backup:${region}:${kernel.account}:restore-testing-plan:${name}-${kernel.uuid()}`,
    region,
    next: parseSchedule(plan.ScheduleExpression, plan.ScheduleExpressionTimezone, kernel.now()),
    startWindowMs: plan.StartWindowHours * anHour,
    isLatest: selection.Algorithm === 'LATEST_WITHIN_WINDOW',
    windowMs: selection.SelectionWindowDays * aDay,
    includes: (arn) =>
      (IncludeVaults.includes('*') || IncludeVaults.includes(arn)) && !ExcludeVaults.includes(arn),
  };
}

const KeyValues = z.array(z.strictObject({ Key: z.string(), Value: z.string() })).default([]);

const SelectionProperties = z.strictObject({
  RestoreTestingPlanName: TestingName,
  RestoreTestingSelectionName: TestingName,
  IamRoleArn: z.string(),
  ProtectedResourceType: z.enum(['RDS', 'EBS', 'S3'], 'not simulated, or no type that can be tested'),
  ProtectedResourceArns: z.array(z.string()).default([]),
  ProtectedResourceConditions: z
    .strictObject({ StringEquals: KeyValues, StringNotEquals: KeyValues })
    .optional(),
  RestoreMetadataOverrides: z.record(z.string(), z.string()).default({}),
  ValidationWindowHours: number.default(0).refine((hours) => hours <= 168, 'must be 168 at most'),
});

/**
 * AWS::Backup::RestoreTestingSelection. A condition speaks of the tags of the resource, which has to be there.
 *
 * @throws RangeError for a property that is not simulated, by name
 */
export function restoreTestingSelection(resource: Resource): RestoreTestingSelection {
  const read = readProperties('AWS::Backup::RestoreTestingSelection', SelectionProperties, resource);
  const { ProtectedResourceArns: arns, ProtectedResourceConditions: conditions } = read;
  const equals = conditions?.StringEquals ?? [];
  const notEquals = conditions?.StringNotEquals ?? [];
  return {
    planName: read.RestoreTestingPlanName,
    region: resource.region,
    name: read.RestoreTestingSelectionName,
    roleArn: read.IamRoleArn,
    type: read.ProtectedResourceType,
    overrides: Object.fromEntries(
      Object.entries(read.RestoreMetadataOverrides).map(([key, value]) => [key.toLowerCase(), value]),
    ),
    validationWindowMs: read.ValidationWindowHours * anHour,
    selects: ({ resourceArn }, tags) => {
      if (!arns.includes('*') && !arns.includes(resourceArn)) return false;
      if (conditions === undefined) return true;
      const tagOf = (key: string): string | undefined => tags?.[key.replace(/^aws:ResourceTag\//, '')];
      return (
        tags !== undefined &&
        equals.every(({ Key, Value }) => tagOf(Key) === Value) &&
        notEquals.every(({ Key, Value }) => tagOf(Key) !== Value)
      );
    },
  };
}
