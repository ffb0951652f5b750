import type { BackupFindingName } from '../../../shared/backups/finding.ts';
import type { Alert, AlertSeverity } from '../../../shared/domain/alert.ts';
import type { BackupFindingTold } from '../../../shared/events/backup-finding.ts';
import type { AlertDecision } from './image-alert.ts';
import type { RoutePolicy } from './route.ts';

/**
 * The alert in what is wrong with backups. It fires when that is found, and resolves when it is found to be over: one
 * conversation for each rule, vault or resource that it is about.
 */
export function decideBackupAlert(event: BackupFindingTold, policy: RoutePolicy): AlertDecision {
  const { outcome, environment, reason, facts, subject } = event;
  const isOpen = outcome === 'open';
  const words = findings[facts.name];
  return {
    alert: {
      fingerprint: `backup-finding/${facts.watchedIn}/${facts.finding}`,
      state: isOpen ? 'firing' : 'resolved',
      condition: facts.name,
      severity: words.severity,
      environment,
      occurredAt: event.occurredAt,
      title: `${isOpen ? '' : 'Over: '}${words.title}: ${nameOf(subject)}`,
      meaning: sentence(reason),
      action: isOpen ? words.action : '',
      facts: factsOf(event),
      links: [{ label: 'Runbook', url: `${policy.alerts.runbookUrl}#what-watch-backups-tells` }],
      subject,
      region: facts.watchedIn,
    },
  };
}

interface Words {
  readonly severity: AlertSeverity;
  readonly title: string;
  readonly action: string;
}

const trySoon =
  'The next backup of the plan makes up for it. If it stays so, mend what AWS Backup says, and start one by hand.';
const lookAtCopies =
  'Until it is there, the other Region has only older ones. A failed copy is not made again by AWS Backup.';

const findings: Readonly<Record<BackupFindingName, Words>> = {
  failed: { severity: 'warning', title: 'Backup failed', action: trySoon },
  aborted: { severity: 'warning', title: 'Backup was stopped', action: trySoon },
  expired: {
    severity: 'warning',
    title: 'Backup did not get done in its time',
    action: `Another job of the resource was in the way, or it takes longer than its window. ${trySoon}`,
  },
  partial: {
    severity: 'warning',
    title: 'Backup has only a part',
    action: `It does not count as a backup. ${trySoon}`,
  },
  'completed-with-issues': {
    severity: 'warning',
    title: 'Backup lacks something',
    action:
      'It counts as a backup. Read its message in AWS Backup, and decide whether what is missing matters.',
  },
  'never-started': { severity: 'warning', title: 'Backup was never begun', action: trySoon },
  'copy-failed': { severity: 'warning', title: 'Copy failed', action: lookAtCopies },
  'copy-missing': { severity: 'warning', title: 'Copy was never begun', action: lookAtCopies },
  'copy-late': { severity: 'warning', title: 'Copy is late', action: lookAtCopies },
  'too-old': {
    severity: 'critical',
    title: 'Newest backup is too old',
    action:
      'A loss now would cost more than the policy allows. Start a backup by hand, then see why there was none: other alerts of the resource say so.',
  },
  'too-large': {
    severity: 'warning',
    title: 'Backup is larger than allowed',
    action: 'Look what has grown, or allow it more with maxSizeGb of its tier.',
  },
  unencrypted: {
    severity: 'warning',
    title: 'Backup is not encrypted',
    action: 'Whoever gets hold of it can read it. Encrypt the resource.',
  },
  'point-stuck': {
    severity: 'warning',
    title: 'Recovery points cannot be deleted',
    action: 'They are paid for. Remove what holds them, then delete them.',
  },
  'in-no-plan': {
    severity: 'warning',
    title: 'Tagged for backups, and in no plan',
    action: 'Nothing backs it up. Give the tag a value that is a tier for resources of its type.',
  },
  vanished: {
    severity: 'info',
    title: 'No longer tagged, or gone',
    action:
      'If it was deleted on purpose, nothing is to be done: its recovery points go when their time is over. If not, it can be restored from them until then.',
  },
  'export-failed': {
    severity: 'warning',
    title: 'Export to the archive failed',
    action:
      'Mend what RDS says. It is tried on three days of the month; then export by hand, under the next number.',
  },
  'export-missing': {
    severity: 'warning',
    title: 'The archive lacks this month',
    action:
      'Look whether the automation observes, is paused or has no recovery point to export. A month that is over is not made up for.',
  },
  unread: {
    severity: 'warning',
    title: 'Backups could not be looked at',
    action:
      'What rests on it is neither found nor taken for over until it can be read again. Most often it is a permission, or AWS Backup is not well.',
  },
  'gap-expired': {
    severity: 'warning',
    title: 'Nothing backs it up, and nobody accepts that any more',
    action: 'Give it a mechanism in backups.components, or decide anew and move the date.',
  },
};

function factsOf({ facts }: BackupFindingTold): Alert['facts'] {
  const { tier = '', region, about, since, retry = '' } = facts;
  return [
    { name: 'Tier', value: tier },
    { name: 'Region', value: region },
    { name: 'About', value: about },
    { name: 'Since', value: since },
    { name: 'Once more', value: retry },
  ].filter(({ value }) => value !== '');
}

/** The last part of an ARN is what people call the resource. */
function nameOf(subject: string): string {
  return subject.startsWith('arn:') ? (subject.split(/[:/]/).at(-1) ?? subject) : subject;
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
