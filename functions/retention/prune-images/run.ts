import type { ImagesPruned } from '../../../shared/events/images-pruned.ts';
import { eachOf } from '../../../shared/lambda/each-of.ts';
import { readSince } from '../../../shared/lambda/fresh.ts';
import type { Outcome } from '../../../shared/lambda/outcome.ts';
import { resourceName } from '../../../shared/policy/resource.ts';
import { describeError, type PruneDeps, type PruneRun } from './deps.ts';
import { earlierJournals } from './journal.ts';
import { pruneRepository } from './prune-repository.ts';
import { monthlyUsd, prices, type Report, type RepositoryReport, reportOn } from './report.ts';

/** Most of the time is spent waiting for answers. The memory of the function holds so many of 100,000 images. */
const repositoriesAtOnce = 8;

/**
 * Puts away what is past its retention, in every repository of the policy, and tells what became of it. One repository
 * that fails stops no other.
 *
 * @throws what kept the report from being written or told: then the run has to be tried again
 */
export async function pruneImages(run: PruneRun, deps: PruneDeps): Promise<readonly Outcome[]> {
  const shared = {
    usesSince: readSince(() => deps.workloads.survey(), deps.now),
    earlierJournals: earlierJournals(run.due, deps.objects),
  };
  const names = Object.values(deps.policy.services).map(({ repository }) => resourceName(repository));
  const repositories: RepositoryReport[] = [];
  await eachOf(names, repositoriesAtOnce, async (repository) => {
    const report = await pruneRepository(repository, shared, run, deps).catch((error: unknown) =>
      notPruned(repository, error),
    );
    if (report === undefined) return;
    repositories.push(report);
    run.tell(outcomeOf(report, run, deps));
  });
  repositories.sort((one, other) => names.indexOf(one.repository) - names.indexOf(other.repository));

  const standing = await run.standing();
  const report: Report = {
    region: deps.region,
    due: run.due,
    writtenAt: deps.now().toISOString(),
    ...(standing.may === 'tell' && { standing: standing.reason }),
    prices,
    repositories,
  };
  // Each attempt has its own: one that could not tell of it may have written one before.
  const key = `reports/prune-images/${run.due}/${report.writtenAt}.json`;
  await deps.objects.put(key, JSON.stringify(report), { contentType: 'application/json' });
  await deps.bus.publish({
    detailType: 'Images Pruned',
    detail: eventOf(report, `${deps.bucket}/${key}`, deps.policy.images.environmentWhenUnclear),
  });
  return repositories.map((each) => outcomeOf(each, run, deps));
}

function notPruned(repository: string, error: unknown): RepositoryReport {
  const plan = { repository, images: [], archive: [], delete: [], notes: [], missing: [] };
  return reportOn({ plan, acts: [], untouched: { outcome: 'unfinished', reason: describeError(error) } });
}

function outcomeOf(
  { repository, outcome, reason, planned, ends, waiting }: RepositoryReport,
  { account }: PruneRun,
  { region }: PruneDeps,
): Outcome {
  return {
    outcome,
    reason,
    subject: `arn:aws:ecr:${region}:${account}:repository/${repository}`,
    facts: { planned, ends, waiting },
  };
}

/** An event holds no more than 1 MB, and an alert far less. The report has it all. */
const longestReason = 500;
const mostNotes = 5;

function eventOf(
  { region, due, writtenAt, standing, repositories }: Report,
  path: string,
  environment: string,
): ImagesPruned {
  const isStuck = repositories.some(({ outcome }) => outcome !== 'well' && outcome !== 'observed');
  const bytes = (of: 'archived' | 'deleted'): number =>
    repositories.reduce((sum, each) => sum + each.bytes[of], 0);
  return {
    identity: `images-pruned/${region}/${due}`,
    subject: `arn:aws:s3:::${path}`,
    environment,
    outcome: isStuck ? 'stuck' : 'well',
    reason: repositories
      .map(({ repository, reason }) => `${repository}: ${reason}`)
      .join('. ')
      .slice(0, longestReason),
    occurredAt: writtenAt,
    facts: {
      region,
      due,
      ...(standing !== undefined && { standing }),
      bytesArchived: bytes('archived'),
      bytesDeleted: bytes('deleted'),
      monthlyUsdSaved: monthlyUsd(bytes('deleted')),
      repositories: repositories.map((each) => ({
        repository: each.repository,
        outcome: each.outcome,
        reason: each.reason.slice(0, longestReason),
        images: each.images,
        kept: Object.values(each.kept).reduce((sum, count) => sum + count, 0),
        waiting: each.waiting,
        wouldArchive: each.planned.archive,
        wouldDelete: each.planned.delete,
        archived: each.ends.archived,
        deleted: each.ends.deleted,
        undone: each.ends.failed + each.ends['not-reached'],
        notes: each.notes.slice(0, mostNotes).map((note) => note.slice(0, longestReason)),
      })),
    },
  };
}
