import type { Finding, ImageScan } from '../domain/finding.ts';
import { environmentsOfTags } from '../domain/image-tag.ts';
import { type FindingSeverity, findingSeverities, type SeverityCounts } from '../domain/severity.ts';
import { type Verdict, verdicts, worseVerdict } from '../domain/verdict.ts';
import type { EndedWaiver, Waived } from '../domain/waived.ts';
import { resourceName } from '../policy/resource.ts';
import type { Waiver } from '../policy/schema.ts';
import type { JudgingPolicy } from './policy.ts';
import { decideWaiving } from './waivers.ts';

/** An image, or an image index, as the registry describes it now. */
export interface ImageSeen {
  readonly repository: string;
  readonly tags: readonly string[];
  readonly pushedAt: Date;
  readonly kind: 'image' | 'index';
  /** What can be scanned: the image itself, or the images that the index leads to. */
  readonly parts: readonly ImagePart[];
}

export interface ImagePart {
  readonly digest: string;
  /** `<os>/<architecture>`; undefined where nothing says it. */
  readonly platform?: string;
  readonly scan: ImageScan;
}

export interface Judgement {
  readonly verdict: Verdict;
  /** The environment whose rules gave the verdict: the strictest of those that the image's tags name. */
  readonly environment: string;
  /** One sentence for people. */
  readonly reason: string;
  /** True while a scan is awaited: the image will be judged again when it ends, and nobody is told before. */
  readonly pending: boolean;
  /** Platforms that the policy requires and the index does not have. */
  readonly missingPlatforms: readonly string[];
  /** What was not accepted by a waiver. Of an index: the most that one of its images has. */
  readonly counts: SeverityCounts;
  /** The worst findings first, at most ten; without those that a waiver accepts. */
  readonly worst: readonly Finding[];
  readonly waived: readonly Waived[];
  /** Absent: no finding has a waiver that ended. */
  readonly endedWaivers?: readonly EndedWaiver[];
}

type SeverityRules = JudgingPolicy['environments'][string]['verdicts'];

/**
 * Judges an image by its scan, and an index by the scans of its images.
 *
 * Only a scan that is COMPLETE or ACTIVE, and that came with findings, tells anything; every other state is `unknown`,
 * never clean. Findings that a waiver accepts do not count. Each other has the verdict that the environment gives its
 * severity, and the strictest wins. Where the engine's totals count more findings than it listed, the totals are
 * believed. Of an index the worst image counts, and one that lacks a required platform is at least `review`. An image
 * whose tags name several environments is judged by each, and the strictest wins; one whose tags name none is judged
 * by `images.environmentWhenUnclear`.
 *
 * A scan that has not ended is awaited for as long as the policy gives it from the push; from then on it is `unknown`
 * like any other that tells nothing.
 */
export function decideVerdict(image: ImageSeen, policy: JudgingPolicy, now: Date): Judgement {
  const [first, ...more] = environmentsOfTags(image.tags, policy);
  const environments = first === undefined ? [policy.images.environmentWhenUnclear] : [first, ...more];
  return environments.map((environment) => judgeImageFor(environment, image, policy, now)).reduce(stricter);
}

interface PartJudgement {
  readonly verdict: Verdict;
  readonly reason: string;
  readonly pending: boolean;
  readonly counts: SeverityCounts;
  readonly open: readonly Finding[];
  readonly waived: readonly Waived[];
  readonly ended: readonly EndedWaiver[];
}

function judgeImageFor(environment: string, image: ImageSeen, policy: JudgingPolicy, now: Date): Judgement {
  const rules = policy.environments[environment]?.verdicts;
  if (rules === undefined) throw new RangeError(`the policy has no environment '${environment}'`);
  const parts = image.parts.map((part) => namePart(part, image, judgePart(part, image, rules, policy, now)));

  const missingPlatforms = image.kind === 'index' ? missingFrom(image, policy) : [];
  const gap: readonly PartJudgement[] =
    missingPlatforms.length === 0
      ? []
      : [{ ...nothing, verdict: 'review', reason: `it has no image for ${missingPlatforms.join(' and ')}` }];
  const empty: readonly PartJudgement[] =
    parts.length > 0
      ? []
      : [{ ...nothing, verdict: 'unknown', reason: 'the index leads to no image that can be scanned' }];

  const decisive = [...parts, ...gap, ...empty].reduce(stricter);
  const endedWaivers = distinct(parts.flatMap(({ ended }) => ended));
  return {
    verdict: decisive.verdict,
    environment,
    reason: decisive.reason,
    pending: decisive.pending,
    missingPlatforms,
    counts: largest(parts.map(({ counts }) => counts)),
    worst: worstFirst(distinct(parts.flatMap(({ open }) => open)), rules).slice(0, 10),
    waived: distinct(parts.flatMap(({ waived }) => waived)),
    ...(endedWaivers.length > 0 && { endedWaivers }),
  };
}

const nothing = { pending: false, counts: {}, open: [], waived: [], ended: [] } as const;

/** In an index it matters which image is meant. */
function namePart(
  { platform, digest }: ImagePart,
  { kind }: ImageSeen,
  judgement: PartJudgement,
): PartJudgement {
  return kind === 'image'
    ? judgement
    : { ...judgement, reason: `${platform ?? digest}: ${judgement.reason}` };
}

function judgePart(
  { scan }: ImagePart,
  image: ImageSeen,
  rules: SeverityRules,
  policy: JudgingPolicy,
  now: Date,
): PartJudgement {
  const { open, waived, ended } = applyWaivers(scan.findings ?? [], image.repository, policy.waivers, now);
  const counts = countsOf(scan, open);
  const unknown = whyUnknown(scan);
  if (unknown !== undefined) {
    const pending = isAwaited(scan) && now.getTime() < dueAt(image, policy);
    return { verdict: 'unknown', reason: unknown, pending, counts, open, waived, ended };
  }
  const decisive = findingSeverities
    .filter((severity) => severity in counts)
    .reduce<FindingSeverity | undefined>((strictest, severity) => {
      const isStricter =
        strictest === undefined || strictness(rules[severity]) > strictness(rules[strictest]);
      return isStricter ? severity : strictest;
    }, undefined);
  if (decisive === undefined) {
    const reason =
      waived.length === 0 ? 'the scan found nothing' : `the scan found nothing that is not waived`;
    return { verdict: 'pass', reason, pending: false, counts, open, waived, ended };
  }
  const reason = sayFindings(decisive, counts[decisive] ?? 0, worstFirst(open, rules));
  return { verdict: rules[decisive], reason, pending: false, counts, open, waived, ended };
}

/** A sentence when the scan tells nothing about the image; undefined when it may be judged. */
function whyUnknown({ status, statusReason, findings }: ImageScan): string | undefined {
  const because = statusReason === '' ? '' : ` (${statusReason})`;
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

function isAwaited({ status }: ImageScan): boolean {
  return status === 'IN_PROGRESS' || status === 'PENDING' || status === 'NEVER_SCANNED';
}

function dueAt({ pushedAt }: ImageSeen, { images }: JudgingPolicy): number {
  return pushedAt.getTime() + images.overdueAfterMinutes.scan * 60_000;
}

function missingFrom({ repository, parts }: ImageSeen, { services }: JudgingPolicy): readonly string[] {
  const service = Object.values(services).find(
    (candidate) => resourceName(candidate.repository) === repository,
  );
  const present = new Set(parts.map(({ platform }) => platform));
  return (service?.platforms ?? []).filter((platform) => !present.has(platform));
}

function applyWaivers(
  findings: readonly Finding[],
  repository: string,
  waivers: readonly Waiver[],
  now: Date,
): Pick<PartJudgement, 'open' | 'waived' | 'ended'> {
  const open: Finding[] = [];
  const waived: Waived[] = [];
  const ended: EndedWaiver[] = [];
  for (const finding of findings) {
    const waiving = decideWaiving(finding, repository, waivers, now);
    if ('acceptedBy' in waiving) {
      waived.push(waivedBy(waiving.acceptedBy, finding));
      continue;
    }
    open.push(finding);
    ended.push(...waiving.ended.map(({ waiver, state }) => ({ ...waivedBy(waiver, finding), state })));
  }
  return { open, waived, ended };
}

function waivedBy({ owner, expires }: Waiver, { id, package: found }: Finding): Waived {
  return { id, owner, expires, ...(found !== undefined && { package: found }) };
}

/** What is listed and not waived, and what the engine counted beyond what it listed: nobody can waive the unseen. */
function countsOf({ counts, findings = [] }: ImageScan, open: readonly Finding[]): SeverityCounts {
  const listed = Map.groupBy(findings, ({ severity }) => severity);
  const left = Map.groupBy(open, ({ severity }) => severity);
  return Object.fromEntries(
    findingSeverities
      .map((severity) => {
        const unlisted = Math.max(0, (counts[severity] ?? 0) - (listed.get(severity)?.length ?? 0));
        return [severity, (left.get(severity)?.length ?? 0) + unlisted] as const;
      })
      .filter(([, count]) => count > 0),
  );
}

function largest(all: readonly SeverityCounts[]): SeverityCounts {
  return Object.fromEntries(
    findingSeverities
      .map((severity) => [severity, Math.max(0, ...all.map((counts) => counts[severity] ?? 0))] as const)
      .filter(([, count]) => count > 0),
  );
}

/** The stricter of two; of equals the first, but one that is settled before one that is only awaited. */
function stricter<One extends Pick<PartJudgement, 'verdict' | 'pending'>>(one: One, other: One): One {
  if (one.verdict === other.verdict) return one.pending && !other.pending ? other : one;
  return worseVerdict(one.verdict, other.verdict) === one.verdict ? one : other;
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

function distinct<Thing>(things: readonly Thing[]): readonly Thing[] {
  return [...new Map(things.map((thing) => [JSON.stringify(thing), thing])).values()];
}

function sayFindings(severity: FindingSeverity, count: number, worst: readonly Finding[]): string {
  const ids = [...new Set(worst.filter((finding) => finding.severity === severity).map(({ id }) => id))];
  const named = ids.slice(0, 3).join(', ');
  const more = count > 3 && named !== '' ? ', …' : '';
  return `${count} ${severity} finding${count === 1 ? '' : 's'}${named === '' ? '' : `: ${named}${more}`}`;
}
