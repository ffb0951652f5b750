import { parseEcrImageAction, parseEcrReplicationAction } from '../../../shared/events/ecr.ts';
import { eventReader, readHeader } from '../../../shared/events/envelope.ts';
import { ImageJudged } from '../../../shared/events/ops-events.ts';
import { parseScheduledRun } from '../../../shared/events/schedule.ts';
import { PermanentError } from '../../../shared/lambda/errors.ts';
import type { contract } from './contract.ts';

/** What an invocation gives reason to look at. In whatever Region something happened, it is looked at the copy here. */
export type Subject =
  | { readonly repository: string; readonly digest: string }
  /** All copies, and of those that are held who needs them. */
  | 'all'
  /** All copies, and who needs them only of those about which something has changed. */
  | 'changed';

const readImageJudged = eventReader(
  ['aeon-ops.judge-scan', 'aeon-ops.sweep-images'],
  'Image Judged',
  ImageJudged,
);

/** Each other schedule, and whoever invokes the function by hand, wants all. */
const changedSchedule: (typeof contract.schedules)[number]['name'] = 'changed';

/** @throws PermanentError for what names neither an image nor a schedule */
export function readSubject(event: unknown): Subject {
  if (!isEvent(event)) return parseScheduledRun(event).schedule === changedSchedule ? 'changed' : 'all';
  const { source, detailType } = readHeader(event);
  switch (detailType) {
    case 'Image Judged': {
      const { repository, digest } = readImageJudged(event).detail.facts;
      return { repository, digest };
    }
    case 'ECR Image Action':
      return parseEcrImageAction(event);
    case 'ECR Replication Action':
      return parseEcrReplicationAction(event);
    case 'Scheduled Event':
      parseScheduledRun(event);
      return 'all';
    default:
      throw new PermanentError(
        `No image is quarantined for '${detailType}' from ${source}: expected Image Judged, ECR Image Action, ECR Replication Action or a schedule`,
        { facts: { source, detailType } },
      );
  }
}

function isEvent(event: unknown): boolean {
  return typeof event === 'object' && event !== null && 'source' in event;
}
