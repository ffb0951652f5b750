import { regionsOf } from '../policy/backup-plan.ts';
import type { BackupFinding } from './finding.ts';
import type { BackupHistory } from './history.ts';
import type { RecoveryPoint } from './observed.ts';
import { backupSource } from './source.ts';
import type { Subject } from './subject.ts';

const aMinute = 60_000;
const bytesPerGb = 1_000_000_000;

/** AWS Backup deletes what has expired within hours. */
const deletionMs = 48 * 60 * aMinute;

/** What is wrong with the recovery points themselves, in each Region that was looked at and in which the tier has any. */
export function pointFindings(
  subject: Subject,
  history: BackupHistory,
  primary: string,
  now: Date,
): BackupFinding[] {
  const regions = regionsOf(subject.rules, primary).filter((region) => history.regions.includes(region));
  return regions.flatMap((region) => [
    ...newestPointFindings(subject, history, region, now),
    ...stuckFindings(subject, history, region, now),
  ]);
}

function newestPointFindings(
  { arn, tierName, tier, knownSince }: Subject,
  history: BackupHistory,
  region: string,
  now: Date,
): BackupFinding[] {
  const [newest] = history.goodPoints(arn, region, tier.vault);
  const vaultName = history.vaultName(tier.vault);
  const restsOn = [backupSource.points(region, vaultName)];
  if (!history.knows(restsOn)) return [];
  const finding = (name: BackupFinding['name'], reason: string): BackupFinding => ({
    name,
    resourceArn: arn,
    tier: tierName,
    region,
    about: vaultName,
    reason,
    restsOn,
  });
  const found: BackupFinding[] = [];
  const rpo = tier.rpoMinutes[region];
  const age = minutesBetween(newest?.createdAt ?? knownSince, now);
  if (rpo !== undefined && age > rpo) {
    const what =
      newest === undefined
        ? `there is no recovery point that counts, and the resource has been known for ${age} minutes`
        : `the newest recovery point is of ${newest.createdAt.toISOString()}, ${age} minutes ago`;
    found.push(finding('too-old', `${what}; the tier '${tierName}' allows ${rpo} in ${region}`));
  }
  if (newest === undefined) return found;
  const { sizeInBytes = 0, isEncrypted } = newest;
  if (tier.maxSizeGb !== undefined && sizeInBytes > tier.maxSizeGb * bytesPerGb) {
    const size = (sizeInBytes / bytesPerGb).toFixed(1);
    found.push(
      finding('too-large', `${newest.arn} has ${size} GB; the tier '${tierName}' allows ${tier.maxSizeGb}`),
    );
  }
  if (!isEncrypted) {
    found.push(
      finding(
        'unencrypted',
        `${newest.arn} is not encrypted, as its resource is not: encrypt the resource, which for a database or a volume means to make it anew from an encrypted copy`,
      ),
    );
  }
  return found;
}

function stuckFindings(
  { arn, tierName, rules }: Subject,
  history: BackupHistory,
  region: string,
  now: Date,
): BackupFinding[] {
  const vaultNames = new Set(rules.map(({ vault }) => history.vaultName(vault)));
  return [...vaultNames].flatMap((vaultName) => {
    const restsOn = [backupSource.points(region, vaultName)];
    if (!history.knows(restsOn)) return [];
    const stuck = history
      .pointsOf(arn)
      .filter((point) => point.region === region && point.vaultName === vaultName && isStuck(point, now));
    const [first] = stuck;
    if (first === undefined) return [];
    return [
      {
        name: 'point-stuck',
        resourceArn: arn,
        tier: tierName,
        region,
        about: vaultName,
        reason: `${stuck.length} recovery points are past their time and still there, and are billed; such as ${first.arn}, which is ${first.status}. AWS Backup could not delete them: look for an AMI that uses the snapshot, a legal hold, or a role that is gone, and delete them by hand`,
        restsOn,
      },
    ];
  });
}

function isStuck({ status, deleteAt }: RecoveryPoint, now: Date): boolean {
  const isOverdue = deleteAt !== undefined && now.getTime() > deleteAt.getTime() + deletionMs;
  return status === 'EXPIRED' || (status === 'DELETING' && deleteAt === undefined) || isOverdue;
}

function minutesBetween(from: Date, to: Date): number {
  return Math.floor((to.getTime() - from.getTime()) / aMinute);
}
