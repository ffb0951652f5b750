import type { RestoreJob } from '../../../shared/backups/observed.ts';
import type { VerifyPolicy } from './deps.ts';

export function tierNamed(name: string, { backups }: VerifyPolicy) {
  const tier = backups.tiers[name];
  if (tier === undefined) throw new RangeError(`backups.tiers has no '${name}'`);
  return tier;
}

/** What the policy says of the database that was restored. Of a copy too, the source is the database itself. */
export function instanceOf({ sourceResourceArn }: RestoreJob, { databases }: VerifyPolicy) {
  const name = /^arn:[^:]+:rds:[^:]+:\d{12}:db:(.+)$/.exec(sourceResourceArn)?.[1];
  const instance = name === undefined ? undefined : databases.instances[name];
  return name === undefined || instance === undefined ? undefined : { name, instance };
}

/** Why nothing can be said of what was restored; undefined when it can. */
export function whyUnknown(job: RestoreJob, policy: VerifyPolicy): string | undefined {
  switch (job.resourceType) {
    case 'EBS':
      return undefined;
    case 'RDS':
      return instanceOf(job, policy) === undefined
        ? `databases.instances does not say what a copy of ${job.sourceResourceArn} has to hold`
        : undefined;
    default:
      return `it was restored, and nothing here looks into a copy of type ${job.resourceType}`;
  }
}
