import { BackupFindingTold } from '../../../shared/events/backup-finding.ts';
import { type AlarmStateChange, parseAlarmStateChange } from '../../../shared/events/cloudwatch-alarm.ts';
import { eventReader, readHeader } from '../../../shared/events/envelope.ts';
import { FailoverCondition } from '../../../shared/events/failover-condition.ts';
import { FailoverRun } from '../../../shared/events/failover-run.ts';
import { ImageQuarantine } from '../../../shared/events/image-quarantine.ts';
import { ImagesPruned } from '../../../shared/events/images-pruned.ts';
import { parseJson } from '../../../shared/events/json.ts';
import { ImageAllowed, ImageGap, ImageInspected, ImageJudged } from '../../../shared/events/ops-events.ts';
import { PrimaryFenced } from '../../../shared/events/primary-fenced.ts';
import { RestoreJudged, RestoreLeftover, RestoreTestMissed } from '../../../shared/events/restore-judged.ts';
import { SnapshotsPruned } from '../../../shared/events/snapshots-pruned.ts';
import { parseSnsEvent } from '../../../shared/events/sns.ts';
import { PermanentError } from '../../../shared/lambda/errors.ts';

/** Something that may be an alert. */
export type Signal =
  | { readonly kind: 'image-judged'; readonly event: ImageJudged }
  | { readonly kind: 'image-allowed'; readonly event: ImageAllowed }
  | { readonly kind: 'image-inspected'; readonly event: ImageInspected }
  | { readonly kind: 'image-gap'; readonly event: ImageGap }
  | { readonly kind: 'image-quarantine'; readonly event: ImageQuarantine }
  | { readonly kind: 'images-pruned'; readonly event: ImagesPruned }
  | { readonly kind: 'snapshots-pruned'; readonly event: SnapshotsPruned }
  | { readonly kind: 'restore-judged'; readonly event: RestoreJudged }
  | { readonly kind: 'restore-leftover'; readonly event: RestoreLeftover }
  | { readonly kind: 'restore-test-missed'; readonly event: RestoreTestMissed }
  | { readonly kind: 'backup-finding'; readonly event: BackupFindingTold }
  | { readonly kind: 'failover-condition'; readonly event: FailoverCondition }
  | { readonly kind: 'failover-run'; readonly event: FailoverRun }
  | { readonly kind: 'primary-fenced'; readonly event: PrimaryFenced }
  | { readonly kind: 'alarm'; readonly change: AlarmStateChange };

const readImageJudged = eventReader(
  ['aeon-ops.judge-scan', 'aeon-ops.sweep-images'],
  'Image Judged',
  ImageJudged,
);

const readImageQuarantine = eventReader('aeon-ops.quarantine-image', 'Image Quarantine', ImageQuarantine);

const readImageGap = eventReader('aeon-ops.sweep-images', 'Image Gap', ImageGap);

const readImagesPruned = eventReader('aeon-ops.prune-images', 'Images Pruned', ImagesPruned);

const readSnapshotsPruned = eventReader('aeon-ops.prune-snapshots', 'Snapshots Pruned', SnapshotsPruned);

const readRestoreJudged = eventReader('aeon-ops.verify-restore', 'Restore Judged', RestoreJudged);

const readRestoreLeftover = eventReader('aeon-ops.verify-restore', 'Restore Leftover', RestoreLeftover);

const readTestMissed = eventReader('aeon-ops.verify-restore', 'Restore Test Missed', RestoreTestMissed);

const readBackupFinding = eventReader(
  ['aeon-ops.watch-backups', 'aeon-ops.export-database'],
  'Backup Finding',
  BackupFindingTold,
);

const readFailoverRun = eventReader('aeon-ops.run-failover', 'Failover Run', FailoverRun);

const readPrimaryFenced = eventReader('aeon-ops.fence-primary', 'Primary Fenced', PrimaryFenced);

const readFailoverCondition = eventReader('aeon-ops.probe-endpoint', 'Failover Condition', FailoverCondition);

const readImageAllowed = eventReader('aeon-ops.cli', 'Image Allowed', ImageAllowed);

const readImageInspected = eventReader('aeon-ops.inspect-push', 'Image Inspected', ImageInspected);

/**
 * What a function invocation tells of: one signal, or one for each notification that SNS hands over.
 *
 * An alarm comes in three forms: as an EventBridge event, as an SNS notification, and from CloudWatch directly.
 *
 * @throws PermanentError for anything else
 */
export function readSignals(event: unknown): readonly Signal[] {
  if (hasKey(event, 'Records')) {
    return parseSnsEvent(event).map(({ message, topicArn }) =>
      alarmSignal(parseJson(message, `The notification from ${topicArn}`)),
    );
  }
  if (hasKey(event, 'alarmData')) return [alarmSignal(event)];

  const { source, detailType } = readHeader(event);
  if (detailType === 'Image Judged') return [{ kind: 'image-judged', event: readImageJudged(event).detail }];
  if (detailType === 'Image Allowed') {
    return [{ kind: 'image-allowed', event: readImageAllowed(event).detail }];
  }
  if (detailType === 'Image Inspected') {
    return [{ kind: 'image-inspected', event: readImageInspected(event).detail }];
  }
  if (detailType === 'Image Quarantine') {
    return [{ kind: 'image-quarantine', event: readImageQuarantine(event).detail }];
  }
  if (detailType === 'Image Gap') return [{ kind: 'image-gap', event: readImageGap(event).detail }];
  if (detailType === 'Images Pruned') {
    return [{ kind: 'images-pruned', event: readImagesPruned(event).detail }];
  }
  if (detailType === 'Snapshots Pruned') {
    return [{ kind: 'snapshots-pruned', event: readSnapshotsPruned(event).detail }];
  }
  if (detailType === 'Restore Judged') {
    return [{ kind: 'restore-judged', event: readRestoreJudged(event).detail }];
  }
  if (detailType === 'Restore Leftover') {
    return [{ kind: 'restore-leftover', event: readRestoreLeftover(event).detail }];
  }
  if (detailType === 'Restore Test Missed') {
    return [{ kind: 'restore-test-missed', event: readTestMissed(event).detail }];
  }
  if (detailType === 'Backup Finding') {
    return [{ kind: 'backup-finding', event: readBackupFinding(event).detail }];
  }
  if (detailType === 'Failover Run') return [{ kind: 'failover-run', event: readFailoverRun(event).detail }];
  if (detailType === 'Primary Fenced') {
    return [{ kind: 'primary-fenced', event: readPrimaryFenced(event).detail }];
  }
  if (detailType === 'Failover Condition') {
    return [{ kind: 'failover-condition', event: readFailoverCondition(event).detail }];
  }
  if (detailType === 'CloudWatch Alarm State Change') return [alarmSignal(event)];
  throw new PermanentError(
    `No alert is made of '${detailType}' from ${source}: expected Image Judged, Image Allowed, Image Inspected, Image Quarantine, Image Gap, Images Pruned, Snapshots Pruned, Restore Judged, Restore Leftover, Restore Test Missed, Backup Finding, Failover Condition, Failover Run, Primary Fenced or a CloudWatch alarm's change of state`,
    { facts: { source, detailType } },
  );
}

function alarmSignal(told: unknown): Signal {
  return { kind: 'alarm', change: parseAlarmStateChange(told) };
}

function hasKey(value: unknown, key: string): boolean {
  return typeof value === 'object' && value !== null && key in value;
}
