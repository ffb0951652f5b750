import type { FamilyMember } from '../../../shared/domain/quarantine.ts';
import type { Standing } from '../../../shared/domain/standing.ts';
import { indexUses } from '../../../shared/workloads/in-use.ts';
import {
  describeSource,
  type ImageUse,
  type WorkloadInventory,
} from '../../../shared/workloads/inventory.ts';
import type { Checks, Protection } from './decide.ts';
import type { RepositoryView } from './repository-view.ts';
import type { Unlisted } from './surroundings.ts';

/** The copy that may be archived, as far as it matters who needs it. */
export interface Candidate {
  readonly repository: string;
  readonly digest: string;
  /** Those of all copies of the image: what is replicated may have lost one. */
  readonly tags: readonly string[];
  readonly members: readonly FamilyMember[];
}

const usesSaid = 3;

/**
 * Who needs a copy. In use is what runs the copy itself, anything that it leads to, or an index that leads to it, or
 * names it; last good and needed is the copy itself.
 */
export function protectionsOf(
  candidate: Candidate,
  inventory: WorkloadInventory,
  view: RepositoryView | Unlisted,
): readonly Protection[] {
  return [...protectionByUse(candidate, inventory, view), ...protectionByRepository(candidate, view)];
}

function protectionByUse(
  { repository, digest, tags, members }: Candidate,
  inventory: WorkloadInventory,
  view: RepositoryView | Unlisted,
): readonly Protection[] {
  const index = indexUses(inventory);
  const over = 'unlisted' in view ? [] : view.indexesOver(digest);
  const others = [...members.map((member) => member.digest), ...over].filter((other) => other !== digest);
  const uses = [
    ...index.usesOf({ repository, digest, tags }),
    ...others.flatMap((other) =>
      index.usesOf({ repository, digest: other, tags: 'unlisted' in view ? [] : view.tagsOf(other) }),
    ),
  ];
  const { missing } = inventory;
  return [
    ...(uses.length === 0 ? [] : [{ kind: 'in-use', reason: `it is in use: ${sayUses(uses)}` } as const]),
    ...(missing.length === 0
      ? []
      : [
          {
            kind: 'unknown-use',
            reason: `nobody knows whether it is in use, for not everything could be asked: ${missing
              .map(({ source, reason }) => `${describeSource(source)}: ${reason}`)
              .join('; ')}`,
          } as const,
        ]),
  ];
}

function sayUses(uses: readonly ImageUse[]): string {
  const texts = [...new Set(uses.map(({ by, source }) => `${by} in ${describeSource(source)}`))];
  const more = texts.length - usesSaid;
  return `${texts.slice(0, usesSaid).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

function protectionByRepository(
  { digest }: Candidate,
  view: RepositoryView | Unlisted,
): readonly Protection[] {
  if ('unlisted' in view) {
    const reason = `nobody knows whether it is one of the last good releases: ${view.unlisted}`;
    return [{ kind: 'unlisted', reason }];
  }
  const [index] = view.indexesOver(digest);
  return [
    ...(view.isLastGood(digest)
      ? [{ kind: 'last-good', reason: 'it is one of the last good releases to go back to' } as const]
      : []),
    ...(index === undefined
      ? []
      : [{ kind: 'needed', reason: `the index ${index} leads to it, and is not quarantined` } as const]),
  ];
}

/** Members that an index of another family needs. */
export function neededElsewhere({ members }: Candidate, view: RepositoryView): ReadonlySet<string> {
  const family = new Set(members.map(({ digest }) => digest));
  return new Set(
    members
      .filter(({ digest }) => view.indexesOver(digest).some((index) => !family.has(index)))
      .map(({ digest }) => digest),
  );
}

/** What is to be said of the evidence while nothing may be archived anyway. */
export function evidenceUnasked(
  standing: Standing,
  protections: readonly Protection[],
): Checks['evidence'] | undefined {
  if (protections.length === 0 && standing.may === 'act') return undefined;
  return { is: 'incomplete', reason: 'what is known of it is not saved yet' };
}
