import type { ImageScan } from './finding.ts';
import type { FindingSeverity } from './severity.ts';

/**
 * Whether a copy can be pulled, in ECR's words. ACTIVATING: it was archived, and is being restored. `gone`: it is not in
 * the repository.
 * @see https://docs.aws.amazon.com/AmazonECR/latest/userguide/archive-image.html
 */
export type ImageState = 'ACTIVE' | 'ARCHIVED' | 'ACTIVATING' | 'gone';

/**
 * How a case stands:
 *
 * - `watched`: nothing is done, for the automation may only tell;
 * - `held`: it is not archived although it is blocked, for somebody needs it, or nobody knows whether somebody does;
 * - `archiving`: an archive call is about to be made, or was just made;
 * - `archived`: nothing of it can be pulled any more, but for what other images need too;
 * - `failed`: ECR refused to archive or to restore it;
 * - `reprieved`: a person has it released for a while, although it is blocked;
 * - `restoring`: it is no longer blocked, and what was archived for the block is on its way back;
 * - `released`: it is no longer blocked, and all is back; `gone`: it was deleted.
 */
export const quarantineStates = [
  'watched',
  'held',
  'archiving',
  'archived',
  'failed',
  'reprieved',
  'restoring',
  'released',
  'gone',
] as const;

export type QuarantineState = (typeof quarantineStates)[number];

/**
 * What keeps a blocked image from being archived, the most certain first:
 *
 * - `in-use`: a workload runs it or names it;
 * - `last-good`: it is one of the releases that are kept to go back to;
 * - `needed`: an index that is not quarantined leads to it;
 * - `unknown-use`: not everything that may use it could be asked; `unlisted`: the repository could not be looked through;
 * - `unproven`: its scans are gone, and nothing was saved that shows the block.
 */
export const protectionKinds = [
  'in-use',
  'last-good',
  'needed',
  'unknown-use',
  'unlisted',
  'unproven',
] as const;

export type ProtectionKind = (typeof protectionKinds)[number];

/** What people are told of a case. */
export const quarantineOutcomes = [
  'quarantined',
  'reasserted',
  'held',
  'overdue',
  'observed',
  'suspended',
  'failed',
  'reprieved',
  'released',
  'gone',
] as const;

export type QuarantineOutcome = (typeof quarantineOutcomes)[number];

/** An image of a copy that can be pulled on its own: the copy itself, or what its index leads to. */
export interface FamilyMember {
  readonly digest: string;
  readonly kind: 'image' | 'index';
  /** As the index tells it. */
  readonly platform?: string;
}

/** A person wants a blocked image released. */
export interface ReleaseRequest {
  /** The ARN of the person, or of the role that they had taken on. */
  readonly by: string;
  readonly reason: string;
  /** ISO 8601, UTC. */
  readonly at: string;
  /** From then on it is enforced again. ISO 8601, UTC. */
  readonly until: string;
  /** True: it is scanned anew, and enforced again as soon as that has led to a block, or has not led to anything. */
  readonly rescan: boolean;
  /** When it was seen to be back, and its scans were started. Absent: not yet. */
  readonly activeAt?: string;
}

/** What is told of a case, or was told last. */
export interface Telling {
  readonly outcome: QuarantineOutcome;
  /** Sets apart what has the same outcome: the day since when it is overdue, the times that it was undone. */
  readonly which: string;
  /** When it came to be so. ISO 8601, UTC. */
  readonly since: string;
  /** False until the event is on the bus. */
  readonly isTold: boolean;
}

/** What is done about one copy of an image that is blocked: one repository in one Region. */
export interface QuarantineCase {
  readonly digest: string;
  readonly region: string;
  readonly repository: string;
  readonly kind: 'image' | 'index';
  readonly tags: readonly string[];
  readonly environment: string;
  /** The copy itself first, then the indexes and at last the images that it leads to. */
  readonly members: readonly FamilyMember[];
  /** Since when it is blocked. ISO 8601, UTC. */
  readonly blockedSince: string;
  /** Why it is blocked, in the words of the verdict. */
  readonly blockReason: string;
  /** The worst severity among the findings that block it. */
  readonly severity: FindingSeverity;
  /** When it has to be replaced wherever it is in use. For one block it only ever moves to an earlier moment. */
  readonly fixBy: string;
  readonly state: QuarantineState;
  /** Why it stands so. */
  readonly reason: string;
  /** Of a case that is `held`. */
  readonly heldBy?: ProtectionKind;
  /** Of a case that is `watched`. */
  readonly because?: 'observe' | 'suspended';
  /** Digests that were archived here for this block. They are noted before they are archived. */
  readonly archived: readonly string[];
  /** When an archive call was last about to be made. ISO 8601, UTC. */
  readonly begunAt?: string;
  /** Members that ECR would not archive. */
  readonly left: readonly string[];
  /** True once all of it was archived: if it can be pulled then, somebody has brought it back. */
  readonly isSettled: boolean;
  /** How often a push or a replication has brought it back. */
  readonly undone: number;
  readonly request?: ReleaseRequest;
  readonly telling?: Telling;
  /** Counts the writes. 0: not written yet. */
  readonly version: number;
}

/** False for a case that nothing is left to be done about. */
export function isOpen({ state }: Pick<QuarantineCase, 'state'>): boolean {
  return state !== 'released' && state !== 'gone';
}

/**
 * What ECR knew of a copy before it was archived. ECR forgets the scans of what is archived, and Amazon Inspector closes
 * its findings, so that from then on the copy is judged by this.
 */
export interface Evidence {
  readonly digest: string;
  readonly region: string;
  readonly repository: string;
  /** The images that can be scanned, each with its scan. */
  readonly parts: readonly EvidencePart[];
  /** When ECR was asked. ISO 8601, UTC. */
  readonly savedAt: string;
}

export interface EvidencePart {
  readonly digest: string;
  readonly platform?: string;
  readonly scan: ImageScan;
  /** Findings that were left out because they would not fit, the mildest ones. The scan's totals count them. */
  readonly omitted?: number;
}
