import { contract as verifyRestore } from '../../../functions/backups/verify-restore/contract.ts';
import { functionNameOf } from '../../../infra/names.ts';
import { resourceName } from '../../../shared/policy/resource.ts';
import { nameOf } from './platform.ts';
import type { BackupStory } from './story.ts';

/** A bucket is gone for some hours. */
export function vanishedBucket(story: BackupStory): void {
  const { bucket } = story.platform;
  const { resources } = story.stage.account.backup;
  const goneAt = '2026-03-07T10:00:00Z';
  story.at(goneAt, () => resources.remove(bucket.arn));
  story.at('2026-03-07T16:00:00Z', () => resources.put(bucket));
  story.plant({
    what: 'a resource vanished',
    deadline: 'changedResource',
    happenedAt: () => new Date(goneAt),
    title: `No longer tagged, or gone: ${nameOf(bucket)}`,
    region: story.primary,
    overBy: '2026-03-07T18:00:00Z',
  });
}

/** A recovery point of the cluster stays when its seven days are over. Somebody deletes it the next day. */
export function stuckPoint(story: BackupStory): void {
  const { cluster } = story.platform;
  const { backup } = story.stage.account;
  const { tiers, vaults } = story.stage.policy.backups;
  const vault = vaults[tiers['cluster-state']?.vault ?? ''];
  if (vault === undefined) throw new Error('the cluster has no vault');
  const vaultName = resourceName(vault.vault);
  let arn = '';
  story.at('2026-03-10T12:29:00Z', () => {
    arn = story.pointArn(cluster, '2026-03-03T12:30:00Z');
    backup.stick(story.primary, vaultName, arn, 'EXPIRED');
  });
  story.at('2026-03-11T12:00:00Z', () => backup.deletePoint(story.primary, vaultName, arn));
  story.plant({
    what: 'a recovery point cannot be deleted',
    deadline: 'changedResource',
    happenedAt: () => new Date('2026-03-10T12:30:00Z'),
    title: `Recovery points cannot be deleted: ${nameOf(cluster)}`,
    region: story.primary,
    overBy: '2026-03-11T14:00:00Z',
  });
}

/**
 * In the morning of a test whoever proves restores dies of each attempt, in one Region. Once that is mended what it was to
 * prove is proven after all: the copy still stands.
 */
export function deadVerifier(story: BackupStory): void {
  const { faults, kernel, account } = story.stage;
  const name = functionNameOf(verifyRestore);
  const region = story.primary;
  let firstAt: Date | undefined;
  const queue = `${name}-dlq`;
  story.at('2026-03-18T08:00:00Z', () => {
    faults.crash = (point) => {
      if (point.function !== name || point.region !== region) return false;
      firstAt ??= kernel.now();
      return true;
    };
    for (const [what, alarm] of [
      ['the verifier dies', `${name}-errors`],
      ['the verifier has died of an event', queue],
    ] as const) {
      story.plant({
        what,
        deadline: 'deadVerifier',
        happenedAt: () => firstAt,
        title: `Alarm: ${alarm}`,
        region,
        overTitle: `Back to normal: ${alarm}`,
        overBy: '2026-03-18T16:00:00Z',
      });
    }
  });
  story.at('2026-03-18T11:00:00Z', () => {
    faults.crash = undefined;
  });
  story.at('2026-03-18T15:00:00Z', () => {
    for (const each of account.sqs.queues) {
      if (each.settings.name === queue && each.settings.region === region) each.purge();
    }
  });
}

/** Of the events of AWS Backup a third is lost, and many come late, or twice. */
export function unreliableEvents(story: BackupStory): void {
  const random = story.stage.random.fork('events');
  story.stage.faults.disturb = ({ source }) => {
    if (source !== 'aws.backup') return undefined;
    if (random.next() < 0.33) return { drop: true };
    const copies = random.next() < 0.2 ? 2 : 1;
    const delayMs = Array.from({ length: copies }, () =>
      random.next() < 0.7 ? 0 : Math.round(random.next() * 40 * 60_000),
    );
    return { copies, delayMs };
  };
}
