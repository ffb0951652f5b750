import type { FunctionContract } from '../shared/lambda/contract.ts';

/*
 * Physical names. They are the same in every Region, and literal: a stack refers to what another stack owns by its
 * name alone, so no stack waits for another Region, and the standby Region owes the primary nothing.
 */

export const projectTag = 'aeon-ops';

export const opsBusName = 'aeon-ops';

/** The key that queues and topics are encrypted with. Policies know it by this alias; its id differs by Region. */
export const keyAlias = 'alias/aeon-ops';

/** The key that the images of created repositories are encrypted with. */
export const registryKeyAlias = 'alias/aeon-ops-registry';

/** The key that the backup vaults of a Region are encrypted with. */
export const backupKeyAlias = 'alias/aeon-ops-backups';

/** The role by which AWS Backup makes backups and copies of them. IAM is global, and each Region has its own. */
export function backupRoleNameOf(region: string): string {
  return `aeon-ops-backup-${region}`;
}

/** The role by which AWS Backup restores. */
export function restoreRoleNameOf(region: string): string {
  return `aeon-ops-restore-${region}`;
}

/** What stands with the backups of a Region: partition key `kind`, sort key `id`. Each Region has its own. */
export const backupTableName = 'aeon-ops-backups';

/** The role by which RDS exports the snapshots of a tier to its archive. */
export function exportRoleNameOf(tier: string): string {
  return `aeon-ops-export-${tier}`;
}

/** Proofs of restores and manifests of databases: partition key `of`, sort key `at`, TTL attribute `expiresAt`. */
export const restoreTableName = 'aeon-ops-restores';

/** Secret from which the passwords of restored copies are made, in each Region that has any. The stacks make it. */
export const restorePasswordSecretName = 'aeon-ops/restore-passwords';

/** What proves that backups can be restored, in each Region that tests it. It holds the account, as the ops bucket's. */
export function evidenceBucketNameOf(account: string, region: string): string {
  return `aeon-ops-evidence-${account}-${region}`;
}

/** Pauses and the interlock, one row each: partition key `switch`. */
export const switchTableName = 'aeon-ops-switches';

/** Verdicts, one row for each copy of an image: partition key `digest`, sort key `copy` (`<region>#<repository>`). */
export const verdictTableName = 'aeon-ops-verdicts';

/** What has been told, one row for each condition and sink: partition key `conversation`, TTL attribute `expiresAt`. */
export const conversationTableName = 'aeon-ops-conversations';

/** The role of this account that may look what uses images. IAM is global: there is one for all Regions. */
export const workloadReaderRoleName = 'aeon-ops-workload-reader';

/** Secret that holds the tokens of the admission webhook, in each registry Region. People make it. */
export const admissionTokensSecretName = 'aeon-ops/admission-tokens';

/** The alarms on admission beside those on its functions. */
export const admissionAlarms = {
  slow: 'aeon-ops-admit-pods-slow',
  unreadable: 'aeon-ops-verdicts-unreadable',
} as const;

/** Reports, journals and what is cached, in each Region. No two buckets of AWS share a name, so it holds the account. */
export function opsBucketNameOf(account: string, region: string): string {
  return `aeon-ops-${account}-${region}`;
}

/** Votes, state and runs of the failover, in the standby Region: partition key `of`, sort key `at`. */
export const failoverTableName = 'aeon-ops-failover';

/** The objects of the switch, in the standby and in the witness Region. It holds the account, as the ops bucket's. */
export function switchBucketNameOf(account: string, region: string): string {
  return `aeon-ops-switch-${account}-${region}`;
}

/** Who may turn the switch. The buckets name these roles, whether they are there or not. IAM is global. */
export const switchRoleNames = {
  runbook: 'aeon-ops-run-failover',
  failback: 'aeon-ops-failback',
  breakGlass: 'aeon-ops-break-glass',
} as const;

/** Sets the deployment of ask-database that asks the replica apart from the one for restored copies. */
export const replicaVariant = 'replica';

/**
 * All certificate authorities of Amazon, those of RDS in every Region among them: part of Lambda's Node.js runtimes,
 * and kept up to date with them.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/lambda-nodejs.html#ca-certificates
 */
export const authoritiesFile = '/var/runtime/ca-cert.pem';

/** Counts heartbeats of databases that could not be written. */
export const heartbeatsUnwrittenAlarm = 'aeon-ops-heartbeats-unwritten';

/** Counts minutes in which the standby Region did not say who the writer is. */
export const writerUnknownAlarm = 'aeon-ops-writer-unknown';

/** Where metrics of our own are. */
export const metricNamespace = 'aeon-ops';

/** Reaches people by mail, through CloudWatch and SNS alone, when the alert functions themselves fail. */
export const lastResortTopicName = 'aeon-ops-last-resort';

/** For alarms of other teams whose only possible action is an SNS topic. */
export const alarmIntakeTopicName = 'aeon-ops-alarm-intake';

/** The source that a function's ops events carry. */
export function eventSourceOf({ name }: Named): string {
  return `aeon-ops.${name}`;
}

export type Concern =
  | 'base'
  | 'registry'
  | 'workloads'
  | 'images'
  | 'retention'
  | 'backups'
  | 'restores'
  | 'databases'
  | 'failover'
  | 'fence'
  | 'alerts';

/** Also names the stack's dashboard: dashboards of all Regions share one list of names in an account. */
export function stackNameOf(concern: Concern, region: string): string {
  return `aeon-ops-${concern}-${region}`;
}

type Named = Pick<FunctionContract, 'name'>;

/** @param variant sets apart the deployments of a function that is deployed more than once in a Region */
export function functionNameOf({ name }: Named, variant?: string): string {
  return variant === undefined ? `aeon-ops-${name}` : `aeon-ops-${name}-${variant}`;
}

export function logGroupNameOf(functionName: string): string {
  return `/aws/lambda/${functionName}`;
}

export function ruleNameOf(contract: Named, subscription: string): string {
  return `${functionNameOf(contract)}-${subscription}`;
}

export function scheduleNameOf(contract: Named, schedule: string): string {
  return `${functionNameOf(contract)}-${schedule}`;
}

/** The alarm on a subscription whose events wait in a queue. The queue has the name of the rule. */
export function subscriptionQueueAlarmOf(contract: Named, subscription: string): string {
  return `${ruleNameOf(contract, subscription)}-age`;
}

/** Invocations that failed for good: Lambda sends them here, and so does the function itself. */
export function deadLetterQueueNameOf(contract: Named): string {
  return `${functionNameOf(contract)}-dlq`;
}

/** What EventBridge or SNS could not hand to the function at all. */
export function deliveryDeadLetterQueueNameOf(contract: Named): string {
  return `${functionNameOf(contract)}-delivery-dlq`;
}

export function sinkQueueNameOf(sink: string): string {
  return `aeon-ops-sink-${sink}`;
}

export function sinkDeadLetterQueueNameOf(sink: string): string {
  return `${sinkQueueNameOf(sink)}-dlq`;
}

/** Forwarding out of a Region that tells people nothing itself. */
export const forwardingName = 'aeon-ops-forward';

/** The alarms on a function. An alarm on a dead-letter queue has the queue's own name. */
export function alarmNamesOf(functionName: string): { errors: string; throttles: string; missed: string } {
  return {
    errors: `${functionName}-errors`,
    throttles: `${functionName}-throttles`,
    missed: `${functionName}-missed`,
  };
}

/** The alarm on what went to no dead-letter queue either, or one of several. */
export function lostAlarmOf(name: string, number: number): string {
  return number === 1 ? `${name}-lost` : `${name}-lost-${number}`;
}

/** The alarms on a sink's queue. */
export function sinkAlarmNamesOf(sink: string): { age: string; retrying: string } {
  return { age: `${sinkQueueNameOf(sink)}-age`, retrying: `${sinkQueueNameOf(sink)}-retrying` };
}

/** A function's folder below `functions/`, such as `images/judge-scan`: what its code is asked for by. */
export function functionIdOf({ room, name }: Pick<FunctionContract, 'room' | 'name'>): string {
  return `${room}/${name}`;
}
