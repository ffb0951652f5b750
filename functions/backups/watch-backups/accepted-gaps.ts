import type { BackupFinding } from '../../../shared/backups/finding.ts';
import type { WatchPolicy } from './policy.ts';

/** The components that nothing protects, and of which the last day on which somebody accepted that is over. */
export function expiredGaps({ regions, backups }: WatchPolicy, now: Date): readonly BackupFinding[] {
  const today = now.toISOString().slice(0, 10);
  return Object.entries(backups.components).flatMap(([name, { acceptedGap }]) =>
    acceptedGap === undefined || today <= acceptedGap.expires
      ? []
      : [
          {
            name: 'gap-expired',
            resourceArn: `backups.components.${name}`,
            region: regions.primary,
            about: 'acceptedGap',
            reason: `nothing backs it up; ${acceptedGap.owner} has accepted that until ${acceptedGap.expires}: ${acceptedGap.reason}`,
            restsOn: [],
          },
        ],
  );
}
