import type { ImageUse } from '../workloads/inventory.ts';

/** Why an image is kept, or is not. One code each; the other fields say by what. */
export type Why =
  /** Kept, for what it is. */
  | { readonly code: 'in-use'; readonly use: ImageUse }
  | { readonly code: 'last-good' }
  | { readonly code: 'fresh'; readonly sign: FreshSign; readonly since: number; readonly rule: AgeRule }
  | { readonly code: 'push-time-unknown' }
  | { readonly code: 'being-restored' }
  /** Kept for another, by its digest. */
  | { readonly code: 'holds-what-is-in-use'; readonly of: string }
  | { readonly code: 'part-of'; readonly of: string }
  | { readonly code: 'says-something-of'; readonly of: string }
  | { readonly code: 'spoken-of-by'; readonly of: string }
  | { readonly code: 'may-be-part-of'; readonly of: string }
  /** Kept, for something could not be found out. */
  | { readonly code: 'unsure' }
  /** Not kept. */
  | { readonly code: 'aged-out'; readonly since: number; readonly rule: AgeRule }
  | { readonly code: 'goes-with-index'; readonly of: string }
  | { readonly code: 'goes-with-subject'; readonly of: string };

export type WhyCode = Why['code'];

/** The newest sure sign of life. */
export type FreshSign = 'pushed' | 'pulled' | 'restored' | 'tagged' | 'part';

/** How long an image is kept after its last sign of life. */
export interface AgeRule {
  readonly days: number;
  /** The environment whose retention it is. Absent: that of images without a tag. */
  readonly environment?: string;
}

/** The reason as a phrase for people, after "because". */
export function sayWhy(why: Why): string {
  switch (why.code) {
    case 'in-use':
      return `it is in use by ${why.use.by} (${why.use.source.cluster ?? why.use.source.kind}, ${why.use.source.region})`;
    case 'last-good':
      return 'it is one of the last good releases, to go back to';
    case 'fresh':
      return `${signs[why.sign]} ${sayDay(why.since)}, and ${sayRule(why.rule)}`;
    case 'push-time-unknown':
      return 'ECR does not say when it was pushed';
    case 'being-restored':
      return 'it is being brought back from the archive';
    case 'holds-what-is-in-use':
      return `it holds ${shorten(why.of)}, which is in use`;
    case 'part-of':
      return `it is a part of ${shorten(why.of)}, which is kept`;
    case 'says-something-of':
      return `it says something of ${shorten(why.of)}, which is kept`;
    case 'spoken-of-by':
      return `${shorten(why.of)}, which is kept, says something of it`;
    case 'may-be-part-of':
      return `it may be a part of ${shorten(why.of)}, which is kept and cannot be read`;
    case 'unsure':
      return 'not everything that could need it could be asked';
    case 'aged-out':
      return `its last sign of life was on ${sayDay(why.since)}, and ${sayRule(why.rule)}`;
    case 'goes-with-index':
      return `it is only a part of ${shorten(why.of)}, which is not kept`;
    case 'goes-with-subject':
      return `it only says something of ${shorten(why.of)}, which is not kept`;
    default:
      return why satisfies never;
  }
}

const signs = {
  pushed: 'it was pushed on',
  pulled: 'it was pulled on',
  restored: 'it was brought back from the archive on',
  tagged: 'it was given a tag on',
  part: 'a part of it was pushed or pulled on',
} as const satisfies Record<FreshSign, string>;

function sayRule({ environment, days }: AgeRule): string {
  return environment === undefined
    ? `without a tag it is kept for ${days} days`
    : `${environment} keeps images for ${days} days`;
}

export function sayDay(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}

/** `sha256:3f2a9c1b…` */
export function shorten(digest: string): string {
  return digest.length <= 20 ? digest : `${digest.slice(0, 15)}…`;
}
