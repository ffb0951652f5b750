import type { CopyJob as SdkCopyJob } from '@aws-sdk/client-backup';
import type { DatabaseContent } from '../databases/content.ts';
import { AwsError, type Kernel } from '../kernel.ts';
import { authorize } from './authorize.ts';
import type { BackupContents } from './backup-contents.ts';
import type { BackupResource, BackupResources } from './backup-resource.ts';
import type { RecoveryPoint, Vault, Vaults } from './backup-vault.ts';
import type { ServiceEvent } from './ecr-events.ts';

/** A backup that a plan is about to ask for, or a job that is about to begin. */
export interface StartingBackup {
  readonly resource: BackupResource;
  readonly vault: string;
  /** Of the rule; undefined for a job that was started by hand. */
  readonly rule: string | undefined;
  /** When it was asked for. */
  readonly at: Date;
}

export type BackupFault =
  /** It waits for its start window to end. */
  | { readonly end: 'EXPIRED' }
  | { readonly end: 'FAILED' | 'ABORTED' | 'PARTIAL'; readonly message: string }
  /** COMPLETED, and only its message says that something is missing: "completed with issues". */
  | { readonly end: 'COMPLETED'; readonly message: string };

/** A copy job that is about to begin. */
export interface StartingCopy {
  readonly point: RecoveryPoint;
  readonly to: Vault;
}

export type CopyFault =
  /** A key that may not be used. */
  | { readonly end: 'FAILED'; readonly key: 'source' | 'destination' }
  | { readonly end: 'FAILED'; readonly message: string }
  /** It waits so much longer to begin. */
  | { readonly lateMs: number }
  /** It begins, and never ends. */
  | { readonly end: 'never' };

/** A restore test whose time has come. */
export interface StartingTest {
  readonly plan: string;
  readonly region: string;
}

/** A restore of a test that is about to begin. */
export interface StartingRestore extends StartingTest {
  readonly point: RecoveryPoint;
}

export type RestoreFault =
  | { readonly end: 'FAILED'; readonly message: string }
  /** What it has made cannot be deleted, and stays. */
  | { readonly leaves: string }
  /** It completes, and what it has made holds something else than was backed up. */
  | { readonly alters: (content: DatabaseContent) => void };

export interface BackupFaults {
  /** Whether a plan makes no job at all for a resource whose time has come. */
  readonly forgets?: (backup: StartingBackup) => boolean;
  readonly backup?: (backup: StartingBackup) => BackupFault | undefined;
  /** Whether a plan makes no copy job at all of a backup that is complete. */
  readonly forgetsCopy?: (copy: StartingCopy) => boolean;
  readonly copy?: (copy: StartingCopy) => CopyFault | undefined;
  /** Whether a test does not begin, though its time has come. */
  readonly forgetsTest?: (test: StartingTest) => boolean;
  readonly restore?: (restore: StartingRestore) => RestoreFault | undefined;
}

/** What the parts of the simulated AWS Backup share. */
export interface BackupContext {
  readonly kernel: Kernel;
  readonly resources: BackupResources;
  readonly vaults: Vaults;
  readonly faults: BackupFaults;
  readonly contents: BackupContents;
  readonly tell: (event: ServiceEvent) => void;
  /** ARNs of resources that are being backed up or copied: a second job waits. */
  readonly busy: Set<string>;
}

/** How often a job that cannot begin tries again. */
export const retryMs = 10 * 60_000;

/**
 * What a role may not do, as AWS Backup tells it in a job's message.
 *
 * @returns undefined when it may
 */
export function refusalOf(
  { kernel }: BackupContext,
  roleArn: string,
  action: string,
  resource: string,
  context: Readonly<Record<string, string>> = {},
): string | undefined {
  try {
    authorize(kernel, { principal: { kind: 'role', arn: roleArn }, action, resource, context });
    return undefined;
  } catch (error) {
    if (error instanceof AwsError) return error.message;
    throw error;
  }
}

/** Who asked for a job: the plan that did, or nobody. */
export type Creator = NonNullable<SdkCopyJob['CreatedBy']>;

/** Between two bounds, in milliseconds. */
export function durationOf({ kernel }: BackupContext, least: number, most: number): number {
  return least + kernel.random() * (most - least);
}

const bytesPerGb = 1_000_000_000;

/** From the beginning of a job to its end: a few minutes, and two seconds for each GB. */
export function transferMs(context: BackupContext, sizeInBytes: number): number {
  return durationOf(context, 3 * 60_000, 8 * 60_000) + (sizeInBytes / bytesPerGb) * 2000;
}
