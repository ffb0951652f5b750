import { type Alert, type AlertSeverity, unknownEnvironment } from '../../../shared/domain/alert.ts';
import type {
  RestoreJudged,
  RestoreLeftover,
  RestoreTestMissed,
} from '../../../shared/events/restore-judged.ts';
import type { ProofOutcome } from '../../../shared/restores/proof.ts';
import type { AlertDecision } from './image-alert.ts';

/**
 * The alert in what came of a restore test. It is one conversation for each resource and Region, from the first test
 * that was not as it should be until one is proven.
 */
export function decideRestoreAlert(event: RestoreJudged): AlertDecision {
  const { outcome, reason, facts, subject } = event;
  const isProven = outcome === 'proven';
  return {
    alert: {
      fingerprint: `restore-judged/${facts.region}/${subject}`,
      state: isProven ? 'resolved' : 'firing',
      condition: outcome,
      severity: severities[outcome],
      environment: unknownEnvironment,
      occurredAt: event.occurredAt,
      title: `${titles[outcome]}: ${nameOf(subject)}`,
      meaning: `${reason.charAt(0).toUpperCase()}${reason.slice(1)}.`,
      action: actions[outcome],
      facts: factsOf(event),
      links: [],
      subject,
      region: facts.region,
    },
  };
}

const severities: Readonly<Record<ProofOutcome, AlertSeverity>> = {
  failed: 'critical',
  blind: 'critical',
  unproven: 'warning',
  'not-judged': 'warning',
  slow: 'warning',
  proven: 'info',
};

const titles: Readonly<Record<ProofOutcome, string>> = {
  failed: 'Restore is not what was backed up',
  blind: 'Restore checks cannot fail',
  unproven: 'Restore is unproven',
  'not-judged': 'Restore was not judged',
  slow: 'Restore takes too long',
  proven: 'Restore is proven',
};

const actions: Readonly<Record<ProofOutcome, string>> = {
  failed:
    'Treat this backup as none: find an older recovery point that is good before you need one, and what spoils them. The evidence has every check.',
  blind:
    'Believe no proof of this database until it is mended: look in the evidence at which change went unnoticed, and at what the policy checks.',
  unproven: 'Mend what could not be asked, or have the policy say what proves it. The next test tries again.',
  'not-judged': 'Nothing: it is judged when the pause or the failover is over, or by the next test.',
  slow: 'See what made it slow, and whether the time that the policy promises can be kept.',
  proven: '',
};

/** An RDS instance, a volume or a bucket by its name alone. */
function nameOf(subject: string): string {
  return subject.startsWith('arn:') ? (subject.split(/[:/]/).at(-1) ?? subject) : subject;
}

function factsOf({ facts }: RestoreJudged): Alert['facts'] {
  const { restoreSeconds, rpoSeconds } = facts;
  return [
    { name: 'Tier', value: `${facts.tier} (${facts.region})` },
    { name: 'Restore job', value: facts.jobId ?? '' },
    { name: 'Recovery point', value: facts.pointArn ?? '' },
    {
      name: 'Restore took',
      value: restoreSeconds === undefined ? '' : `${Math.round(restoreSeconds / 60)} min`,
    },
    { name: 'Changes it lacks', value: rpoSeconds === undefined ? '' : `${Math.round(rpoSeconds)} s` },
    { name: 'Not passed', value: facts.checks.join('\n') },
    { name: 'Spoiled on purpose', value: facts.control ?? '' },
    { name: 'AWS Backup', value: facts.put },
    { name: 'Evidence', value: facts.evidence?.replace('arn:aws:s3:::', 's3://') ?? '' },
  ].filter(({ value }) => value !== '');
}

/** The alert in what a restore test has made and AWS Backup has not deleted. It is paid for, and holds real data. */
export function decideLeftoverAlert(event: RestoreLeftover): AlertDecision {
  const { outcome, reason, facts, subject } = event;
  const isOpen = outcome === 'open';
  return {
    alert: {
      fingerprint: `restore-leftover/${facts.region}/${facts.jobId}`,
      state: isOpen ? 'firing' : 'resolved',
      condition: 'left over',
      severity: 'warning',
      environment: unknownEnvironment,
      occurredAt: event.occurredAt,
      title: `${isOpen ? 'Restored copy was not deleted' : 'Restored copy is gone'}: ${nameOf(subject)}`,
      meaning: `${reason.charAt(0).toUpperCase()}${reason.slice(1)}.`,
      action: isOpen
        ? 'It holds what was backed up, and is paid for. Make sure that it is what this restore job has made, then delete it by hand.'
        : '',
      facts: [
        { name: 'Resource', value: subject },
        { name: 'Tier', value: `${facts.tier} (${facts.region})` },
        { name: 'Restore job', value: facts.jobId },
      ],
      links: [],
      subject,
      region: facts.region,
    },
  };
}

/** The alert in a restore test that did not begin. Until one does, nobody knows whether backups can be restored. */
export function decideMissedTestAlert({
  outcome,
  reason,
  facts,
  subject,
  occurredAt,
}: RestoreTestMissed): AlertDecision {
  const isOpen = outcome === 'open';
  return {
    alert: {
      fingerprint: `restore-test-missed/${facts.region}/${facts.tier}`,
      state: isOpen ? 'firing' : 'resolved',
      condition: 'missed',
      severity: 'warning',
      environment: unknownEnvironment,
      occurredAt,
      title: `${isOpen ? 'Restore test did not begin' : 'Restore test has begun again'}: ${facts.tier}`,
      meaning: `${reason.charAt(0).toUpperCase()}${reason.slice(1)}.`,
      action: isOpen
        ? 'Look whether the restore testing plan, its selection and its role are there, and whether a resource still carries the tag of the tier. The next test tries again.'
        : '',
      facts: [{ name: 'Tier', value: `${facts.tier} (${facts.region})` }],
      links: [],
      subject,
      region: facts.region,
    },
  };
}
