import { lineOf } from '../domain/good-releases.ts';
import { readTag } from '../domain/image-tag.ts';
import { type Kinship, linked, ownTags } from './kinship.ts';
import type { RetentionPolicy } from './policy.ts';
import type { RegistryImage, RepositoryState } from './registry-state.ts';
import type { AgeRule, FreshSign } from './why.ts';

/** What a tag says of an image, by the convention. */
export interface TagMeaning {
  readonly environment: string;
  /** What it is a release of, by service and environment. Absent: the tag does not tell. */
  readonly line?: string;
}

export type TagReader = (tag: string) => TagMeaning;

/** A reader for the tags of one repository, which reads each once. */
export function tagReader({ environments, services, images }: RetentionPolicy): TagReader {
  const known = new Map<string, TagMeaning>();
  const meaningOf = (tag: string): TagMeaning => {
    const parts = readTag(tag, { environments, services });
    return parts?.environment === undefined
      ? { environment: images.environmentWhenUnclear }
      : { environment: parts.environment, line: lineOf(parts) };
  };
  return (tag) => {
    const meaning = known.get(tag) ?? meaningOf(tag);
    known.set(tag, meaning);
    return meaning;
  };
}

/** Says how long an image with such tags is kept: for the longest retention of all its tags. */
export function ageRules(
  read: TagReader,
  { retention }: RetentionPolicy,
): (tags: readonly string[]) => AgeRule {
  const rules = new Map(
    Object.entries(retention.images).map(([environment, days]) => [environment, { environment, days }]),
  );
  const withoutTag: AgeRule = { days: retention.untaggedImages };
  return (tags) => {
    let longest: AgeRule | undefined;
    for (const tag of tags) {
      const rule = rules.get(read(tag).environment);
      if (rule !== undefined && (longest === undefined || rule.days > longest.days)) longest = rule;
    }
    return longest ?? withoutTag;
  };
}

/**
 * When there was the newest sure sign that somebody wants an image, in milliseconds: its push, its last pull, a tag that
 * it was given since, its return from the archive, and of an index also the pushes and pulls of what it leads to, for a pull by an index is also one
 * of the image for the puller's platform.
 *
 * NaN where ECR does not tell when the image was pushed.
 */
export function lastSigns({ images, taggedAt }: RepositoryState, kinship: Kinship): readonly number[] {
  const signs = images.map((image) => ownSign(image, taggedAt));
  for (const position of partsFirst(kinship)) {
    for (const part of linked(kinship.partsOf, position)) {
      const [own = Number.NaN, of = Number.NaN] = [signs[position], signs[part]];
      if (of > own) signs[position] = of;
    }
  }
  return signs;
}

function ownSign(image: RegistryImage, taggedAt: RepositoryState['taggedAt']): number {
  const { pushedAt, pulledAt, restoredAt } = image;
  if (pushedAt === undefined) return Number.NaN;
  const own = Math.max(pushedAt.getTime(), pulledAt?.getTime() ?? 0, restoredAt?.getTime() ?? 0);
  return ownTags(image).reduce((last, tag) => Math.max(last, taggedAt.get(tag)?.getTime() ?? 0), own);
}

/** What the last sign was. */
export function signOf(
  { pushedAt, pulledAt, restoredAt, tags }: RegistryImage,
  at: number,
  taggedAt: RepositoryState['taggedAt'],
): FreshSign {
  if (pushedAt?.getTime() === at) return 'pushed';
  if (pulledAt?.getTime() === at) return 'pulled';
  if (restoredAt?.getTime() === at) return 'restored';
  return tags.some((tag) => taggedAt.get(tag)?.getTime() === at) ? 'tagged' : 'part';
}

/** The indexes, each after every index that it leads to. No digest can be part of what it names, so all are there. */
function partsFirst({ partsOf, indexesOf }: Kinship): readonly number[] {
  const unready = new Map<number, number>();
  const ready: number[] = [];
  partsOf.forEach((parts, index) => {
    if (parts === undefined) return;
    const inner = parts.filter((part) => partsOf[part] !== undefined).length;
    if (inner === 0) ready.push(index);
    else unready.set(index, inner);
  });
  // What becomes ready meanwhile is gone through too.
  for (const index of ready) {
    for (const holder of linked(indexesOf, index)) {
      const left = (unready.get(holder) ?? 0) - 1;
      unready.set(holder, left);
      if (left === 0) ready.push(holder);
    }
  }
  return ready;
}
