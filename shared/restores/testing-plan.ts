/*
 * A restore test of AWS Backup says in whose name it was made by the ARN of its plan alone, so the plan's name has to
 * tell the tier.
 */

/** Restore testing takes letters, digits and underscores. The plan of a tier and its one selection have this name. */
export function restoreTestNameOf(tier: string): string {
  return `aeon_ops_${tier.replaceAll('-', '_')}`;
}

/**
 * The tier that a plan tests, of those that are given. AWS ends the ARN with the plan's name, a hyphen and a UUID.
 *
 * @returns undefined for a plan of somebody else
 */
export function tierOfPlan(planArn: string, tiers: readonly string[]): string | undefined {
  const name = /:restore-testing-plan:(\w+)-[0-9a-f-]{36}$/i.exec(planArn)?.[1];
  return tiers.find((tier) => restoreTestNameOf(tier) === name);
}

/**
 * The key of the tag on everything that a restore test has made.
 * @see https://docs.aws.amazon.com/aws-backup/latest/devguide/restore-testing.html
 */
export const restoreTestTag = 'awsbackup-restore-test';
