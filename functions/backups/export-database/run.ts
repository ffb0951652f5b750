import { type BackupFinding, findingKey } from '../../../shared/backups/finding.ts';
import { isGood } from '../../../shared/backups/history.ts';
import { unknownEnvironment } from '../../../shared/domain/alert.ts';
import type { Standing } from '../../../shared/domain/standing.ts';
import type { BackupFindingTold } from '../../../shared/events/backup-finding.ts';
import type { Outcome } from '../../../shared/lambda/outcome.ts';
import type { BackupTier } from '../../../shared/policy/backup-schema.ts';
import { resourceName } from '../../../shared/policy/resource.ts';
import { decideExport, type ExportDecision, monthOf } from './decide.ts';
import type { ExportDeps } from './deps.ts';

type ExportArchive = Extract<NonNullable<BackupTier['archive']>, { as: 'export' }>;

interface Archived {
  readonly arn: string;
  readonly tierName: string;
  readonly tier: BackupTier;
  readonly archive: ExportArchive;
}

/** For so long it is told that what was missing has come: whoever missed it once hears it the next day. */
const overMs = 7 * 86_400_000;

/**
 * Begins what this month's archive lacks, and looks after what was begun. A database of which something fails does not
 * keep the others from their turn.
 *
 * @throws what kept something from being read, begun or told, after all others have had their turn
 */
export async function exportDatabases(standing: Standing, deps: ExportDeps): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = [];
  const failures: unknown[] = [];
  for (const archived of await archivedDatabases(deps)) {
    try {
      outcomes.push(await exportOne(archived, standing, deps));
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
  return outcomes;
}

async function archivedDatabases({ tagged, policy }: ExportDeps): Promise<readonly Archived[]> {
  const { tagKey, tiers } = policy.backups;
  return (await tagged.withTag(tagKey)).flatMap(({ arn, value: tierName }) => {
    const tier = Object.hasOwn(tiers, tierName) ? tiers[tierName] : undefined;
    return tier?.archive?.as === 'export' && arn.includes(':db:')
      ? [{ arn, tierName, tier, archive: tier.archive }]
      : [];
  });
}

async function exportOne(archived: Archived, standing: Standing, deps: ExportDeps): Promise<Outcome> {
  const { arn, tierName, archive } = archived;
  const at = deps.now();
  const bucket = resourceName(archive.bucket);
  const decision = decideExport(
    instanceOf(arn),
    await deps.exports.into(bucket),
    await goodSnapshots(archived, deps),
    at,
  );
  await tell(archived, decision, at, deps);
  const { outcome, reason, start } = decision;
  if (start === undefined) return { outcome, reason, subject: arn };
  if (standing.may === 'tell') {
    return {
      outcome: 'held',
      reason: `${reason} would be begun; nothing was done: ${standing.reason}`,
      subject: arn,
    };
  }
  const begun = await deps.exports.start({ ...start, bucket, roleArn: `${deps.rolePrefix}${tierName}` });
  if (begun.end === 'started') return { outcome: 'begun', reason, subject: arn };
  const refused = { name: 'export-failed' as const, reason: `${reason}: ${begun.reason}`, since: at };
  await tell(archived, { outcome, reason, finding: refused }, at, deps);
  return { outcome: 'refused', reason: refused.reason, subject: arn };
}

/** Snapshots alone can be exported. A copy of a continuous backup is one, the continuous backup itself is not. */
async function goodSnapshots({ arn, tier }: Archived, { points, policy, now }: ExportDeps) {
  const vault = policy.backups.vaults[tier.vault];
  if (vault === undefined) return [];
  const since = new Date(`${monthOf(now())}-01T00:00:00Z`);
  const all = await points.inVault(resourceName(vault.vault), { since, resourceArn: arn });
  return all.filter(
    (point) => point.resourceArn === arn && point.arn.includes(':snapshot:') && isGood(point),
  );
}

async function tell(archived: Archived, decision: ExportDecision, at: Date, deps: ExportDeps): Promise<void> {
  const { finding, completedAt } = decision;
  if (finding !== undefined) await publish(archived, finding, 'open', finding.since, at, deps);
  if (completedAt === undefined || at.getTime() - completedAt.getTime() > overMs) return;
  for (const name of ['export-failed', 'export-missing'] as const) {
    await publish(archived, { name, reason: decision.reason }, 'over', completedAt, at, deps);
  }
}

async function publish(
  { arn, tierName }: Archived,
  { name, reason }: Pick<BackupFinding, 'name' | 'reason'>,
  outcome: BackupFindingTold['outcome'],
  since: Date,
  at: Date,
  { bus, region }: ExportDeps,
): Promise<void> {
  const about = `archive of ${monthOf(at)}`;
  const key = findingKey({ name, resourceArn: arn, region, about, reason, restsOn: [] });
  const moment = since.toISOString();
  await bus.publish({
    detailType: 'Backup Finding',
    detail: {
      identity: `${region}/${key}/${outcome}/${moment}`,
      subject: arn,
      environment: unknownEnvironment,
      outcome,
      reason,
      occurredAt: moment,
      facts: { finding: key, name, about, tier: tierName, region, watchedIn: region, since: moment },
    },
  });
}

function instanceOf(arn: string): string {
  return arn.slice(arn.lastIndexOf(':') + 1);
}
