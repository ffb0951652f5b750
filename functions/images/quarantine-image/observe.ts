import type { StoredImages } from '../../../shared/aws/image-archive.ts';
import type { KnownOfCopy } from '../../../shared/aws/quarantine-table.ts';
import type { CopyId, KnownOfDigest } from '../../../shared/aws/verdict-table.ts';
import {
  type FamilyMember,
  type ImageState,
  isOpen,
  type QuarantineCase,
} from '../../../shared/domain/quarantine.ts';
import type { Standing } from '../../../shared/domain/standing.ts';
import { isGood } from '../../../shared/domain/verdict.ts';
import type { VerdictRecord } from '../../../shared/domain/verdict-record.ts';
import type { CaseFacts } from './case.ts';
import { type Candidate, evidenceUnasked, neededElsewhere, protectionsOf } from './checks.ts';
import type { Checks, Observed, Rescan } from './decide.ts';
import type { QuarantineDeps } from './deps.ts';
import { keepEvidence } from './evidence.ts';
import { familyOf, statesOf } from './family.ts';
import { goodToActOnMs, type Surroundings } from './surroundings.ts';

/** A copy as it is found, before anything that costs more is asked. */
export interface Found {
  readonly observed: Observed;
  readonly facts: CaseFacts;
  readonly pushedAt: Date;
}

/** @returns undefined for an artifact, which nothing judges */
export async function observe(
  copy: CopyId,
  record: VerdictRecord,
  known: KnownOfCopy,
  standing: Standing,
  deps: QuarantineDeps,
): Promise<Found | undefined> {
  const { now } = deps;
  const open = known.case !== undefined && isOpen(known.case) ? known.case : undefined;
  const asked = new Set([copy.digest, ...(open?.members ?? []).map(({ digest }) => digest)]);
  const images = await deps.archive.imagesOf(copy.repository, [...asked]);
  const described = images.get(copy.digest);
  if (described?.kind === 'artifact') return undefined;
  const kind = described?.kind ?? record.kind;
  const members = open?.members ?? (described && (await familyOf(deps.manifests, copy, kind)));
  const states =
    described === undefined
      ? new Map<string, ImageState>([[copy.digest, 'gone']])
      : members && (await statesOfAll(copy.repository, members, images, deps));
  const tags = described?.tags ?? record.tags;
  const pushedAt = described?.pushedAt ?? new Date(record.pushedAt);
  const rescan = open && (await rescanOf(open, record, deps));
  const forOthers = states && open && (await archivedForOthers(open, record, states, deps));
  return {
    observed: {
      record,
      standing,
      now: now(),
      isIncoming: tags.length === 0 && now().getTime() < pushedAt.getTime() + incomingMs(deps),
      ...(known.case && { case: known.case }),
      ...(states && { states }),
      ...(rescan && { rescan }),
      ...(forOthers && { archivedForOthers: forOthers }),
    },
    facts: { record, kind, tags, members: members ?? [] },
    pushedAt,
  };
}

/** @param images those of them that were asked for already */
async function statesOfAll(
  repository: string,
  members: readonly FamilyMember[],
  images: StoredImages,
  { archive }: QuarantineDeps,
): Promise<ReadonlyMap<string, ImageState>> {
  const others = members.flatMap(({ digest }) => (images.has(digest) ? [] : [digest]));
  if (others.length === 0) return statesOf(images, members);
  return statesOf(new Map([...images, ...(await archive.imagesOf(repository, others))]), members);
}

/** In a replica the images of an index come long before it, at times: as long as a replication may take. */
function incomingMs({ policy }: QuarantineDeps): number {
  return policy.images.overdueAfterMinutes.replication * 60_000;
}

/** Who needs the copy, and whether all that is known of it is saved. */
export async function check(
  copy: CopyId,
  { observed, facts, pushedAt }: Found,
  surroundings: Surroundings,
  knownOfDigest: () => Promise<KnownOfDigest>,
  deps: QuarantineDeps,
): Promise<Checks> {
  const { kind, tags, members } = facts;
  const { copies } = await knownOfDigest();
  const candidate: Candidate = {
    ...copy,
    members,
    tags: [...new Set([...tags, ...copies.flatMap((other) => other.tags)])],
  };
  const view = await surroundings.repository(copy.repository, goodToActOnMs).view();
  const protections = protectionsOf(candidate, await surroundings.inventory(goodToActOnMs), view);
  return {
    protections,
    neededElsewhere: 'unlisted' in view ? new Set() : neededElsewhere(candidate, view),
    evidence:
      evidenceUnasked(observed.standing, protections) ??
      (await keepEvidence({ copy, kind, tags, pushedAt }, members, deps)),
  };
}

/** How far the new scan is that a person asked for. */
async function rescanOf(
  { request, members, repository }: QuarantineCase,
  record: VerdictRecord,
  { registry, policy, now }: QuarantineDeps,
): Promise<Rescan | undefined> {
  if (request?.rescan !== true) return undefined;
  if (request.activeAt === undefined) return 'to be started';
  const images = members.filter(({ kind }) => kind === 'image');
  const scans = await Promise.all(images.map(({ digest }) => registry.scanOf({ repository, digest })));
  const isUnderWay = scans.some(({ status }) => ['PENDING', 'IN_PROGRESS', 'NEVER_SCANNED'].includes(status));
  const newest = scans
    .flatMap(({ scannedAt }) => scannedAt ?? [])
    .toSorted()
    .at(-1);
  const isNew = newest !== undefined && newest > request.at;
  if (!isUnderWay && isNew && (record.scannedAt ?? '') >= newest) return 'judged';
  const dueAt = Date.parse(request.activeAt) + policy.images.overdueAfterMinutes.scan * 60_000;
  return now().getTime() < dueAt ? 'awaited' : 'overdue';
}

/**
 * Members that were archived in the case of another index that leads to them. Only asked when the copy is to be restored:
 * an index that is back has to lead to what is back.
 */
async function archivedForOthers(
  { digest: own, archived, request, region, repository }: QuarantineCase,
  { verdict }: VerdictRecord,
  states: ReadonlyMap<string, ImageState>,
  { cases, verdicts }: QuarantineDeps,
): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  const isReleased = isGood(verdict) || (verdict === 'block' && request !== undefined);
  if (!isReleased || states.get(own) === 'gone') return found;
  const asked = [...states].flatMap(([digest, state]) =>
    state === 'ACTIVE' || state === 'gone' || archived.includes(digest) ? [] : [digest],
  );
  for (const digest of asked) {
    const { indexes } = await verdicts.of(digest);
    for (const index of indexes) {
      if (index.region !== region || index.repository !== repository || index.digest === own) continue;
      const other = await cases.caseOf(index);
      if (other?.archived.includes(digest)) found.add(digest);
    }
  }
  return found;
}
