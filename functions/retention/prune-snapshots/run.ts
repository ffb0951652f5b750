import type { Standing } from '../../../shared/domain/standing.ts';
import type { SnapshotsPruned } from '../../../shared/events/snapshots-pruned.ts';
import type { Outcome } from '../../../shared/lambda/outcome.ts';
import type { PruneDeps, PruneRun } from './deps.ts';
import { pruneKind } from './prune-kind.ts';
import { type KindReport, notPruned, type Report } from './report.ts';
import { describeError } from './wording.ts';

/**
 * Deletes what is older than the policy asks for, kind by kind, and tells what became of it. A kind of which something
 * could not be found out is left alone, and does not keep the other from its turn.
 *
 * @throws what kept the report from being written or told: then the run has to be tried again
 */
export async function pruneSnapshots(
  standing: Standing,
  run: PruneRun,
  deps: PruneDeps,
): Promise<readonly Outcome[]> {
  const kinds: KindReport[] = [];
  for (const store of deps.stores) {
    const report = pruneKind(store, standing, run, deps);
    kinds.push(await report.catch((error: unknown) => notPruned(store.kind, describeError(error))));
  }

  const report: Report = {
    region: deps.region,
    due: run.due,
    writtenAt: deps.now().toISOString(),
    ...(standing.may === 'tell' && { standing: standing.reason }),
    kinds,
  };
  // Each attempt has its own: one that could not tell of it may have written one before.
  const key = `reports/prune-snapshots/${run.due}/${report.writtenAt}.json`;
  await deps.objects.put(key, JSON.stringify(report, null, 2), { contentType: 'application/json' });
  await deps.bus.publish({
    detailType: 'Snapshots Pruned',
    detail: eventOf(report, `${deps.bucket}/${key}`),
  });
  return kinds.map(({ kind, outcome, reason, ends }) => ({
    outcome,
    reason,
    subject: `${kind} snapshots`,
    facts: { ...ends },
  }));
}

function eventOf({ region, due, writtenAt, standing, kinds }: Report, path: string): SnapshotsPruned {
  const worst = kinds.find(({ outcome }) => outcome !== 'well' && outcome !== 'observed');
  return {
    identity: `snapshots-pruned/${region}/${due}`,
    subject: `arn:aws:s3:::${path}`,
    environment: 'unknown',
    outcome: worst === undefined ? 'well' : 'stuck',
    reason: kinds.map(({ kind, reason }) => `${kind}: ${reason}`).join('. '),
    occurredAt: writtenAt,
    facts: {
      region,
      due,
      ...(standing !== undefined && { standing }),
      kinds: kinds.map(({ kind, outcome, reason, ends, kept }) => ({
        kind,
        outcome,
        reason: reason.slice(0, longestReason),
        deleted: ends.deleted,
        wouldDelete: ends['would-delete'],
        kept: Object.values(kept).reduce((sum, count) => sum + count, 0) - (kept['not-ours'] ?? 0),
        undone: ends.refused + ends.failed + ends['not-reached'],
      })),
    },
  };
}

/** An event holds no more than 256 KB, and an alert far less. The report has it all. */
const longestReason = 500;
