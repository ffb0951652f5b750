import type { Finding, ImageScan } from '../../../shared/domain/finding.ts';
import { environmentsOfTags, type TagConvention } from '../../../shared/domain/image-tag.ts';
import {
  type FindingSeverity,
  findingSeverities,
  type SeverityCounts,
} from '../../../shared/domain/severity.ts';
import { type Verdict, verdicts } from '../../../shared/domain/verdict.ts';
import type { PolicySlice } from '../../../shared/policy/slice.ts';
import type { contract } from './contract.ts';

export type JudgePolicy = PolicySlice<(typeof contract.policy)[number]>;

type SeverityRules = JudgePolicy['environments'][string]['verdicts'];

export interface Judgement {
  readonly verdict: Verdict;
  /** The environment whose rules gave the verdict: the strictest of those that the image's tags name. */
  readonly environment: string;
  /** One sentence for people. */
  readonly reason: string;
  /** True while a scan is under way: the image will be judged again when it ends. */
  readonly pending: boolean;
  readonly counts: SeverityCounts;
  /** The worst findings first, at most ten. */
  readonly worst: readonly Finding[];
}

/** An image as ECR describes it now. */
export interface ImageSeen {
  readonly tags: readonly string[];
  /** True for an image index or manifest list, which ECR does not scan: only its children are images. */
  readonly isIndex: boolean;
}

/**
 * Judges an image by its scan.
 *
 * Only a scan that is COMPLETE or ACTIVE, and that came with findings, tells anything; every other state is `unknown`,
 * never clean. Each finding has the verdict that the environment gives its severity, and the strictest wins. Where the
 * engine's totals count more findings than it listed, the totals are believed. An image whose tags name several
 * environments is judged by each, and the strictest wins; one whose tags name none is judged by
 * `images.environmentWhenUnclear`.
 */
export function decideVerdict(image: ImageSeen, scan: ImageScan, policy: JudgePolicy): Judgement {
  const judgements = environmentsOf(image, policy).map((name) => judgeFor(name, image, scan, policy));
  return judgements.reduce((strictest, other) =>
    strictness(other.verdict) > strictness(strictest.verdict) ? other : strictest,
  );
}

function environmentsOf(
  image: ImageSeen,
  policy: TagConvention & JudgePolicy,
): readonly [string, ...string[]] {
  const [first, ...more] = environmentsOfTags(image.tags, policy);
  return first === undefined ? [policy.images.environmentWhenUnclear] : [first, ...more];
}

function judgeFor(environment: string, image: ImageSeen, scan: ImageScan, policy: JudgePolicy): Judgement {
  const rules = policy.environments[environment]?.verdicts;
  if (rules === undefined) throw new RangeError(`the policy has no environment '${environment}'`);
  const counts = countsOf(scan);
  const worst = worstFirst(scan.findings ?? [], rules).slice(0, 10);

  const unknown = whyUnknown(image, scan);
  if (unknown !== undefined) {
    return { verdict: 'unknown', environment, reason: unknown, pending: isPending(scan), counts, worst };
  }
  const decisive = findingSeverities
    .filter((severity) => severity in counts)
    .reduce<FindingSeverity | undefined>((strictest, severity) => {
      const isStricter =
        strictest === undefined || strictness(rules[severity]) > strictness(rules[strictest]);
      return isStricter ? severity : strictest;
    }, undefined);
  if (decisive === undefined) {
    return { verdict: 'pass', environment, reason: 'the scan found nothing', pending: false, counts, worst };
  }
  const reason = sayFindings(decisive, counts[decisive] ?? 0, worst);
  return { verdict: rules[decisive], environment, reason, pending: false, counts, worst };
}

/** A sentence when the scan tells nothing about the image; undefined when it may be judged. */
function whyUnknown(image: ImageSeen, { status, statusReason, findings }: ImageScan): string | undefined {
  const because = statusReason === '' ? '' : ` (${statusReason})`;
  if (image.isIndex) return 'it is an image index, which ECR does not scan: its children have to be judged';
  switch (status) {
    case 'COMPLETE':
    case 'ACTIVE':
      return findings === undefined ? `the scan is ${status} but came without findings${because}` : undefined;
    case 'IN_PROGRESS':
    case 'PENDING':
      return `the scan is under way (${status})`;
    case 'NEVER_SCANNED':
      return 'the image was never scanned';
    case 'FAILED':
      return `the scan failed${because}`;
    case 'UNSUPPORTED_IMAGE':
      return `the scanner does not support the image${because}`;
    case 'SCAN_ELIGIBILITY_EXPIRED':
      return 'the image fell out of the re-scan window: what is found from now on is not reported';
    case 'FINDINGS_UNAVAILABLE':
      return `the findings are not available${because}`;
    case 'LIMIT_EXCEEDED':
      return `the scan was refused by a limit of ECR${because}`;
    case 'IMAGE_ARCHIVED':
      return 'the image is archived, and archived images are not scanned';
    default:
      return status satisfies never;
  }
}

function isPending({ status }: ImageScan): boolean {
  return status === 'IN_PROGRESS' || status === 'PENDING';
}

/** The larger of the engine's total and what it listed, severity by severity. */
function countsOf({ counts, findings = [] }: ImageScan): SeverityCounts {
  const listed = Map.groupBy(findings, ({ severity }) => severity);
  return Object.fromEntries(
    findingSeverities
      .map(
        (severity) => [severity, Math.max(counts[severity] ?? 0, listed.get(severity)?.length ?? 0)] as const,
      )
      .filter(([, count]) => count > 0),
  );
}

/** By what the rules make of them, then by severity, then by id. */
function worstFirst(findings: readonly Finding[], rules: SeverityRules): readonly Finding[] {
  return findings.toSorted(
    (a, b) =>
      strictness(rules[b.severity]) - strictness(rules[a.severity]) ||
      findingSeverities.indexOf(a.severity) - findingSeverities.indexOf(b.severity) ||
      Number(a.id > b.id) - Number(a.id < b.id),
  );
}

function strictness(verdict: Verdict): number {
  return verdicts.indexOf(verdict);
}

function sayFindings(severity: FindingSeverity, count: number, worst: readonly Finding[]): string {
  const ids = [...new Set(worst.filter((finding) => finding.severity === severity).map(({ id }) => id))];
  const named = ids.slice(0, 3).join(', ');
  const more = count > 3 && named !== '' ? ', …' : '';
  return `${count} ${severity} finding${count === 1 ? '' : 's'}${named === '' ? '' : `: ${named}${more}`}`;
}
