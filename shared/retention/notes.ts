import type { TagReader } from './age.ts';
import { ownTags } from './kinship.ts';
import type { PlannedImage } from './plan.ts';
import { dayMs, type RetentionPolicy } from './policy.ts';
import type { RegistryImage, RepositoryState } from './registry-state.ts';

/** Something about a repository that people should know, for the rules may not do there what they were made for. */
export type RetentionNote =
  /** Tags that name no environment: the images are kept as long as those of `environmentWhenUnclear`. */
  | { readonly note: 'unclear-tags'; readonly count: number; readonly examples: readonly string[] }
  /** A rule of the policy that no image of the repository falls under, by its path. */
  | { readonly note: 'rule-without-images'; readonly rule: string }
  /** There are images past every retention, and all of them are kept. */
  | { readonly note: 'nothing-ages-out'; readonly count: number; readonly mostly: string }
  | { readonly note: 'push-time-unknown'; readonly count: number; readonly examples: readonly string[] }
  /** Archived indexes that are kept: what was pushed before them is kept too. */
  | { readonly note: 'unread-indexes'; readonly count: number; readonly examples: readonly string[] };

const mostExamples = 3;

export function notesOf(
  { images: all, parts, missing }: RepositoryState,
  planned: readonly PlannedImage[],
  read: TagReader,
  { retention, environments }: RetentionPolicy,
  now: Date,
): readonly RetentionNote[] {
  if (all.length === 0) return [];
  const unclear: string[] = [];
  const named = new Set<string>();
  let hasRelease = false;
  for (const image of all) {
    for (const tag of ownTags(image)) {
      hasRelease = true;
      const { environment, line } = read(tag);
      if (line === undefined) unclear.push(tag);
      else named.add(environment);
    }
  }
  const undated = all.filter(({ pushedAt }) => pushedAt === undefined);
  const unread = planned.filter(
    ({ image, outcome }) => outcome === 'keep' && image.kind === 'index' && !parts.has(image.digest),
  );
  // Where all tags are clear, an environment without images is only one that the service has none in.
  const unmatched =
    unclear.length === 0 ? [] : Object.keys(environments).filter((environment) => !named.has(environment));
  return [
    ...counted('unclear-tags', unclear),
    ...(hasRelease ? [] : [{ note: 'rule-without-images', rule: 'retention.keepGoodReleases' } as const]),
    ...unmatched.map((name) => ({ note: 'rule-without-images', rule: `retention.images.${name}` }) as const),
    ...(missing.length > 0 ? [] : nothingAgesOut(planned, longestRetention(retention), now)),
    ...counted('push-time-unknown', undated.map(nameOf)),
    ...counted(
      'unread-indexes',
      unread.map(({ image }) => nameOf(image)),
    ),
  ];
}

function longestRetention({ images, untaggedImages }: RetentionPolicy['retention']): number {
  return Math.max(untaggedImages, ...Object.values(images));
}

/** What is in use, a last good release or needed by what is kept has a right to be old; what is pulled all the time may not. */
function nothingAgesOut(
  planned: readonly PlannedImage[],
  longestDays: number,
  now: Date,
): readonly RetentionNote[] {
  if (planned.some(({ outcome }) => outcome !== 'keep')) return [];
  const isPast = ({ image }: PlannedImage): boolean =>
    image.pushedAt === undefined || now.getTime() - image.pushedAt.getTime() >= longestDays * dayMs;
  const past = planned.filter(isPast);
  const mostly = Map.groupBy(past, ({ why }) => why.code);
  const [first] = [...mostly].toSorted(([, some], [, others]) => others.length - some.length);
  return first === undefined ? [] : [{ note: 'nothing-ages-out', count: past.length, mostly: first[0] }];
}

function counted<Note extends 'unclear-tags' | 'push-time-unknown' | 'unread-indexes'>(
  note: Note,
  names: readonly string[],
): readonly { note: Note; count: number; examples: readonly string[] }[] {
  return names.length === 0
    ? []
    : [{ note, count: names.length, examples: names.toSorted().slice(0, mostExamples) }];
}

function nameOf({ tags, digest }: RegistryImage): string {
  return tags[0] ?? digest;
}
