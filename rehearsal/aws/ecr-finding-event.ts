import { isList, isRecord } from '../wiring/json.ts';
import type { ServiceEvent } from './ecr-events.ts';
import type { Repository, StoredImage } from './ecr-repository.ts';
import { enhancedFinding, type ScanFinding } from './ecr-scan.ts';

/**
 * What Amazon Inspector tells of one finding on one image: that it is new or has changed (ACTIVE), or that it is over.
 * @see https://docs.aws.amazon.com/inspector/latest/user/eventbridge-integration.html
 */
export function findingEvent(
  repository: Repository,
  image: StoredImage,
  finding: ScanFinding,
  status: 'ACTIVE' | 'CLOSED',
  now: Date,
): ServiceEvent {
  const { region, arn } = repository;
  const detail = eventForm({
    ...enhancedFinding(repository, image, { completedAt: now }, finding),
    status,
  });
  return {
    region,
    source: 'aws.inspector2',
    detailType: 'Inspector2 Finding',
    resources: [`${arn}/${image.digest}`],
    detail: isRecord(detail) ? detail : {},
  };
}

/** Inspector writes moments in events as `Mon Mar 02 11:20:38.411 UTC 2026`. */
function inspectorTime(moment: Date): string {
  const [weekday, day, month, year] = moment.toUTCString().replace(',', '').split(' ');
  return `${weekday} ${month} ${day} ${moment.toISOString().slice(11, 23)} UTC ${year}`;
}

function eventForm(value: unknown): unknown {
  if (value instanceof Date) return inspectorTime(value);
  if (isList(value)) return value.map(eventForm);
  if (!isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, eventForm(inner)]));
}
