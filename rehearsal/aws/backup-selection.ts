import * as z from 'zod';
import { iamGlob } from '../wiring/glob.ts';
import { type BackupResource, restoreTestPrefix } from './backup-resource.ts';
import { type Resource, readProperties } from './properties.ts';

/** Which resources a backup plan is for. */
export interface BackupSelection {
  readonly planId: string;
  readonly roleArn: string;
  readonly selects: (resource: Pick<BackupResource, 'arn' | 'tags'>) => boolean;
}

const ConditionParameters = z
  .array(z.strictObject({ ConditionKey: z.string(), ConditionValue: z.string() }))
  .default([]);

const Conditions = z
  .strictObject({
    StringEquals: ConditionParameters,
    StringNotEquals: ConditionParameters,
    StringLike: ConditionParameters,
    StringNotLike: ConditionParameters,
  })
  .default({ StringEquals: [], StringNotEquals: [], StringLike: [], StringNotLike: [] });

const Selection = z
  .strictObject({
    SelectionName: z.string(),
    IamRoleArn: z.string(),
    Resources: z.array(z.string()).default([]),
    NotResources: z.array(z.string()).default([]),
    ListOfTags: z
      .array(
        z.strictObject({
          ConditionType: z.literal('STRINGEQUALS'),
          ConditionKey: z.string(),
          ConditionValue: z.string(),
        }),
      )
      .default([]),
    Conditions,
  })
  .refine(
    ({ Resources, ListOfTags }) => Resources.length === 0 || ListOfTags.length === 0,
    'Resources together with ListOfTags are not simulated: use Conditions',
  );

const SelectionProperties = z.strictObject({ BackupPlanId: z.string(), BackupSelection: Selection });

type Tags = Readonly<Record<string, string>>;

/**
 * AWS::Backup::BackupSelection. One of the `ListOfTags` is enough, while all `Conditions` have to hold. What a restore
 * test has made is never selected.
 *
 * @throws RangeError for a property that is not simulated, by name
 * @see https://docs.aws.amazon.com/aws-backup/latest/devguide/assigning-resources.html
 */
export function backupSelection(resource: Resource): BackupSelection {
  const read = readProperties('AWS::Backup::BackupSelection', SelectionProperties, resource);
  const { BackupPlanId: planId, BackupSelection: selection } = read;
  const { Resources, NotResources, ListOfTags, IamRoleArn: roleArn } = selection;
  const included = (Resources.length > 0 ? Resources : ['*']).map(globOf);
  const excluded = NotResources.map(globOf);
  const conditions = conditionsOf(selection.Conditions);
  return {
    planId,
    roleArn,
    selects: ({ arn, tags }) =>
      !isRestoreTest(arn, tags) &&
      included.some((matches) => matches(arn)) &&
      !excluded.some((matches) => matches(arn)) &&
      (ListOfTags.length === 0 ||
        ListOfTags.some(({ ConditionKey, ConditionValue }) => tags[ConditionKey] === ConditionValue)) &&
      conditions.every((holds) => holds(tags)),
  };
}

function globOf(pattern: string): (text: string) => boolean {
  const glob = iamGlob(pattern);
  return (text) => glob.test(text);
}

function isRestoreTest(arn: string, tags: Tags): boolean {
  return restoreTestPrefix in tags || arn.includes(restoreTestPrefix);
}

function conditionsOf(conditions: z.output<typeof Conditions>): readonly ((tags: Tags) => boolean)[] {
  const test =
    (isWanted: boolean, matcherOf: (value: string) => (text: string) => boolean) =>
    ({ ConditionKey, ConditionValue }: { ConditionKey: string; ConditionValue: string }) => {
      const key = tagKeyOf(ConditionKey);
      const matches = matcherOf(ConditionValue);
      return (tags: Tags): boolean => {
        const value = tags[key];
        return (value !== undefined && matches(value)) === isWanted;
      };
    };
  const equals = (value: string) => (text: string) => text === value;
  return [
    ...conditions.StringEquals.map(test(true, equals)),
    ...conditions.StringNotEquals.map(test(false, equals)),
    ...conditions.StringLike.map(test(true, globOf)),
    ...conditions.StringNotLike.map(test(false, globOf)),
  ];
}

/** @param key `aws:ResourceTag/<key>` */
function tagKeyOf(key: string): string {
  const prefix = 'aws:ResourceTag/';
  if (key.startsWith(prefix)) return key.slice(prefix.length);
  throw new RangeError(`AWS Backup selects by '${prefix}<key>', and '${key}' is no such condition key`);
}
