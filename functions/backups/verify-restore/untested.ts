import type { Outcome } from '../../../shared/lambda/outcome.ts';
import type { VerifyDeps } from './deps.ts';

/**
 * Tells once of each tier that no test restores anywhere: that its backups are there proves nothing. It is told from the
 * primary Region.
 */
export async function tellOfUntested(deps: VerifyDeps): Promise<readonly Outcome[]> {
  const { policy, region, untested, bus, now } = deps;
  if (region !== policy.regions.primary) return [];
  const outcomes: Outcome[] = [];
  for (const [tier, { restoreTest, resourceType }] of Object.entries(policy.backups.tiers)) {
    if (restoreTest !== undefined || (await untested.isTold(tier))) continue;
    const reason = `no test restores ${resourceType} of the tier '${tier}', so nobody knows whether it can be restored`;
    await bus.publish({
      detailType: 'Restore Judged',
      detail: {
        identity: `restore-judged/${region}/tier/${tier}`,
        subject: `tier ${tier}`,
        environment: 'unknown',
        outcome: 'unproven',
        reason,
        occurredAt: now().toISOString(),
        facts: { region, tier, checks: [], put: 'there is nothing that AWS Backup could be told' },
      },
    });
    await untested.told(tier);
    outcomes.push({ outcome: 'unproven', reason, subject: `tier ${tier}` });
  }
  return outcomes;
}
