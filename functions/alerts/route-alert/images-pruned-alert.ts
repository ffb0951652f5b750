import type { Alert } from '../../../shared/domain/alert.ts';
import type { ImagesPruned } from '../../../shared/events/images-pruned.ts';
import type { AlertDecision } from './image-alert.ts';

type RepositoryFacts = ImagesPruned['facts']['repositories'][number];

/**
 * The alert in what retention did with images: one digest for each run and Region. Each is a conversation of its own that
 * none resolves: while something is stuck, people hear of it every day.
 */
export function decideImagesPrunedAlert(event: ImagesPruned): AlertDecision {
  const { facts, outcome, environment } = event;
  const { region, repositories } = facts;
  const sum = (of: 'archived' | 'deleted' | 'wouldArchive' | 'wouldDelete'): number =>
    repositories.reduce((total, each) => total + each[of], 0);
  const isStuck = outcome === 'stuck';
  const isNews =
    isStuck ||
    sum('wouldArchive') + sum('wouldDelete') > 0 ||
    (isMonday(facts.due) && repositories.some(({ notes }) => notes.length > 0));
  if (!isNews) return { held: 'there was no image to put away, and nothing stood in the way' };

  const [archived, deleted] = [sum('archived'), sum('deleted')];
  return {
    alert: {
      fingerprint: `images-pruned/${region}/${facts.due}`,
      state: 'firing',
      condition: outcome,
      severity: isStuck ? 'warning' : 'info',
      environment,
      occurredAt: event.occurredAt,
      title: isStuck
        ? `Images are not pruned as they should be in ${region}`
        : archived + deleted > 0
          ? `${archived} images archived and ${deleted} deleted in ${region}`
          : `${sum('wouldArchive')} images would be archived and ${sum('wouldDelete')} deleted in ${region}`,
      meaning: repositories
        .filter((each) => each.outcome !== 'well' || each.wouldArchive + each.wouldDelete > 0)
        .map(({ repository, reason }) => `${repository}: ${reason}.`)
        .join(' '),
      action: repositories.flatMap((each) => actionFor(each, region)).join(' '),
      facts: factsOf(event),
      links: [],
      subject: event.subject,
      region,
    },
  };
}

/** What is merely to be looked at stays so for long: where there is nothing else to tell, it is told once a week. */
function isMonday(time: string): boolean {
  return new Date(time).getUTCDay() === 1;
}

function actionFor(
  { outcome, repository, wouldArchive, wouldDelete }: RepositoryFacts,
  region: string,
): readonly string[] {
  switch (outcome) {
    case 'well':
    case 'observed':
      return [];
    case 'over-cap':
      return [
        `Look through the report whether all of them may go. If so: npm run ops -- retention approve ${repository} --region ${region} --most ${wouldArchive + wouldDelete} --until 24h --reason '…' --aws`,
      ];
    case 'incomplete':
      return ['Mend what could not be asked, most often a permission. Nothing is done until then.'];
    case 'unfinished':
      return ['Read in the report why not. The next run tries again.'];
    default:
      return outcome satisfies never;
  }
}

/** Slack shows ten fields; the report has all. */
const mostRepositories = 6;

function factsOf({ facts, subject }: ImagesPruned): Alert['facts'] {
  const { repositories, bytesArchived, bytesDeleted, monthlyUsdSaved, standing = '' } = facts;
  const notes = repositories.flatMap((each) => each.notes.map((note) => `${each.repository}: ${note}`));
  return [
    ...repositories
      .slice(0, mostRepositories)
      .map((each) => ({ name: each.repository, value: countsOf(each) })),
    { name: 'Archived', value: bytesArchived === 0 ? '' : gigabytes(bytesArchived) },
    {
      name: 'Freed',
      value: bytesDeleted === 0 ? '' : `at most ${gigabytes(bytesDeleted)}, ${monthlyUsdSaved} USD a month`,
    },
    { name: 'To look at', value: notes.slice(0, 3).join('\n') },
    { name: 'Not done', value: standing },
    { name: 'Report', value: subject.replace('arn:aws:s3:::', 's3://') },
  ].filter(({ value }) => value !== '');
}

function countsOf(each: RepositoryFacts): string {
  const counts: readonly (readonly [number, string])[] = [
    [each.archived, 'archived'],
    [each.deleted, 'deleted'],
    [each.wouldArchive - each.archived, 'would be archived'],
    [each.wouldDelete - each.deleted, 'would be deleted'],
    [each.undone, 'not done as they should be'],
    [each.waiting, 'waiting in the archive'],
  ];
  const told = counts.filter(([count]) => count > 0).map(([count, what]) => `${count} ${what}`);
  return [...told, `${each.kept} kept`].join(', ');
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(bytes < 1e8 ? 3 : 1)} GB`;
}
