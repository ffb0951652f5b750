import type { Gap } from './gaps.ts';
import type { Work } from './work.ts';

/** A repository, as gaps are told of it. */
export interface Place {
  readonly repository: string;
  readonly arn: string;
  /** The environment of what belongs to none. */
  readonly environment: string;
}

export interface RepositoryGaps {
  readonly gaps: readonly Gap[];
  /** Scopes of gaps that could not be looked at. */
  readonly unseen: readonly string[];
}

export function scansScope({ repository }: Place): string {
  return `scans/${repository}`;
}

/** Nobody knows what is true of the images of a repository, or of some of them. */
export function unsweptGap(place: Place, reason: string): Gap {
  return gapOf('unswept', `images/${place.repository}`, place, reason);
}

/** Whether scans can be started is known only to a sweep that started some. */
export function scanGaps(
  { scanFailures, scansStarted, scansAlready }: Pick<Work, 'scanFailures' | 'scansStarted' | 'scansAlready'>,
  place: Place,
  scanning: 'basic' | 'enhanced',
): RepositoryGaps {
  const scope = scansScope(place);
  const [first, ...more] = scanFailures;
  if (first !== undefined) {
    const [scans, was] = more.length === 0 ? ['scan', ''] : ['scans', ', the first'];
    const reason = `${more.length + 1} ${scans} could not be started${was} of ${first}`;
    return { gaps: [gapOf('scans-not-started', scope, place, reason)], unseen: [] };
  }
  const isKnown = scanning !== 'basic' || scansStarted + scansAlready > 0;
  return { gaps: [], unseen: isKnown ? [] : [scope] };
}

function gapOf(kind: 'unswept' | 'scans-not-started', scope: string, place: Place, reason: string): Gap {
  const { repository, arn, environment } = place;
  return { scope, subject: arn, environment, reason, facts: { gap: scope, kind, repository, tags: [] } };
}
