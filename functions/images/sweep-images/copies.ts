import type { ListedImage } from '../../../shared/aws/image-registry.ts';
import type { ReplicaStatus } from '../../../shared/aws/image-replication.ts';
import { recordKey } from '../../../shared/aws/verdict-table.ts';
import { copyGap } from '../../../shared/domain/image-gap.ts';
import { environmentsOfTags } from '../../../shared/domain/image-tag.ts';
import type { Gap } from './gaps.ts';
import type { SweepPolicy } from './policy.ts';

/** The copy of an image in another Region, by which it should have been replicated. */
export interface AwaitedCopy {
  readonly image: ListedImage;
  readonly region: string;
}

/** An awaited copy of which nothing is recorded there, and what ECR says of its replication. */
export interface AskedCopy extends AwaitedCopy {
  /** Undefined: ECR knows of no replication of the image to the Region. */
  readonly status: ReplicaStatus | undefined;
}

/**
 * The copies that should be there by now: of every image that has a tag, in every other Region. The images that an index
 * leads to are replicated before it.
 */
export function awaitedCopies(
  images: readonly ListedImage[],
  { regions, images: { overdueAfterMinutes } }: SweepPolicy,
  now: Date,
): readonly AwaitedCopy[] {
  const replicas = regions.registry.filter((region) => region !== regions.primary);
  const dueBefore = now.getTime() - overdueAfterMinutes.replication * 60_000;
  return images
    .filter(({ tags, pushedAt }) => tags.length > 0 && pushedAt.getTime() <= dueBefore)
    .flatMap((image) => replicas.map((region) => ({ image, region })));
}

export function unrecorded(
  copies: readonly AwaitedCopy[],
  repository: string,
  records: ReadonlyMap<string, unknown>,
): readonly AwaitedCopy[] {
  return copies.filter(
    ({ image: { digest }, region }) => !records.has(recordKey({ region, repository, digest })),
  );
}

/** So many of a repository and Region are told of one by one, and all others together. */
const mostOnTheirOwn = 3;

export interface CopyContext {
  readonly repository: string;
  /** The repository's. */
  readonly arn: string;
  readonly policy: SweepPolicy;
  /** Whether a gap is open since an earlier sweep: what was told of one by one stays so. */
  readonly isOpen: (gap: string) => boolean;
  readonly now: Date;
}

/**
 * The gaps in the copies of a repository. A copy that ECR says is complete has not been judged in its Region yet, which
 * is for the sweep of that Region to find.
 */
export function decideCopyGaps(copies: readonly AskedCopy[], context: CopyContext): readonly Gap[] {
  const missing = copies.filter(({ status }) => status?.status !== 'COMPLETE');
  return [...Map.groupBy(missing, ({ region }) => region)].flatMap(([region, inRegion]) => {
    const gaps = inRegion
      .map((copy) => ({ copy, gap: oneCopy(copy, context) }))
      .map((each) => ({ ...each, isOpen: context.isOpen(each.gap.facts.gap) }))
      .sort(
        (one, other) =>
          Number(other.isOpen) - Number(one.isOpen) ||
          other.copy.image.pushedAt.getTime() - one.copy.image.pushedAt.getTime() ||
          Number(one.gap.subject > other.gap.subject) - Number(one.gap.subject < other.gap.subject),
      );
    const rest = gaps.slice(mostOnTheirOwn).map(({ copy }) => copy);
    return [
      ...gaps.slice(0, mostOnTheirOwn).map(({ gap }) => gap),
      ...(rest.length > 0 ? [otherCopies(rest, region, context)] : []),
    ];
  });
}

function oneCopy({ image, region, status }: AskedCopy, { repository, arn, policy, now }: CopyContext): Gap {
  const kind =
    status === undefined ? 'copy-missing' : status.status === 'FAILED' ? 'copy-failed' : 'copy-late';
  return {
    scope: copiesScope(repository),
    subject: `${arn}/${image.digest}`,
    environment: environmentsOfTags(image.tags, policy)[0] ?? policy.images.environmentWhenUnclear,
    reason: `${phrases[kind](region, status?.failureCode ?? '')}, ${sayAge(image.pushedAt, now)} after its push`,
    facts: {
      gap: copyGap(region, repository, image.digest),
      kind,
      repository,
      digest: image.digest,
      tags: image.tags.slice(0, 3),
      copyRegion: region,
    },
  };
}

const phrases = {
  'copy-missing': (region: string) => `no replication to ${region} is known of`,
  'copy-late': (region: string) => `the replication to ${region} is still under way`,
  'copy-failed': (region: string, code: string) =>
    `the replication to ${region} failed${code === '' ? '' : ` (${code})`}`,
} as const;

function otherCopies(
  copies: readonly AskedCopy[],
  region: string,
  { repository, arn, policy, now }: CopyContext,
): Gap {
  const tags = copies.flatMap(({ image }) => image.tags);
  const oldest = new Date(Math.min(...copies.map(({ image }) => image.pushedAt.getTime())));
  const [images, has] = copies.length === 1 ? ['image', 'has'] : ['images', 'have'];
  return {
    scope: copiesScope(repository),
    subject: arn,
    environment: environmentsOfTags(tags, policy)[0] ?? policy.images.environmentWhenUnclear,
    reason: `${copies.length} more ${images} ${has} no copy in ${region}, the oldest ${sayAge(oldest, now)} after its push`,
    facts: {
      gap: `copies/${region}/${repository}`,
      kind: 'copy-missing',
      repository,
      tags: tags.slice(0, 3),
      copyRegion: region,
    },
  };
}

export function copiesScope(repository: string): string {
  return `copies/${repository}`;
}

/** `1 h 5 min`, `3 days` */
function sayAge(since: Date, now: Date): string {
  const minutes = Math.floor((now.getTime() - since.getTime()) / 60_000);
  const hours = Math.floor(minutes / 60);
  if (hours >= 48) return `${Math.floor(hours / 24)} days`;
  return hours === 0 ? `${minutes} min` : `${hours} h ${minutes % 60} min`;
}
