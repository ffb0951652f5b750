import type { Headline, KeyFigure, Note, ReportDocument, Severity, Table } from '../../report/document.ts';
import { sayDuration, sayMoment } from '../../report/format.ts';
import { type BackupAssessment, isWell } from './assess.ts';
import { ageChart, restoreCharts, rhythm } from './charts.ts';
import type { RestoreStatus } from './restores.ts';
import { ageMinutes, counted, rpoSeverity, sayRpo, shortName } from './words.ts';

const restoreSeverity: Readonly<Record<RestoreStatus['status'], Severity>> = {
  proven: 'good',
  bad: 'bad',
  unproven: 'warning',
};

/** The assessment as a page for people. */
export function backupDocument(assessment: BackupAssessment, subtitle: string): ReportDocument {
  const { at, findings, unread } = assessment;
  return {
    title: 'Backups and restore proof',
    subtitle: `${subtitle}, ${sayMoment(at)} UTC`,
    headline: headlineOf(assessment),
    figures: figuresOf(assessment),
    sections: [
      ...(isWell(assessment)
        ? []
        : [
            {
              title: 'What is wrong',
              blocks: [{ kind: 'notes' as const, items: notesOf(assessment) }],
            },
          ]),
      {
        title: 'Recovery points',
        intro:
          'The newest recovery point of each resource that could be restored from, in every vault that its tier names. Its age counts from when its backup began, also for a copy.',
        blocks: [pointTable(assessment), ...ageChart(assessment), ...rhythm(assessment)],
      },
      {
        title: 'Restores',
        intro:
          'Proven means that what a test restored was asked and holds what was backed up, and that the same questions failed once it had been spoiled.',
        blocks: [restoreTable(assessment), ...restoreCharts(assessment)],
      },
    ],
    provenance: [
      { name: 'Made', value: `${at.toISOString()} by ops backup report` },
      {
        name: 'From',
        value: 'recovery points, jobs and copies of AWS Backup, and the proofs of verify-restore',
      },
      { name: 'Judged', value: 'as watch-backups does, by the policy in backups.ts' },
      { name: 'Findings', value: `${findings.length} open, ${unread.length} lists that could not be read` },
    ],
  };
}

function headlineOf(assessment: BackupAssessment): Headline {
  const { findings, points, restores, unread } = assessment;
  const missed = points.filter(({ rpo }) => rpo === 'missed');
  const bad = restores.filter(({ status }) => status === 'bad');
  const unproven = restores.filter(({ status }) => status === 'unproven');
  if (!isWell(assessment)) {
    const parts = [
      ...(missed.length > 0 ? [`${counted(missed.length, 'recovery point objective')} missed`] : []),
      ...(bad.length > 0 ? [`${counted(bad.length, 'restore test')} went badly`] : []),
      ...(findings.length > 0 ? [counted(findings.length, 'finding')] : []),
      ...(unread.length > 0 ? [`${counted(unread.length, 'list')} could not be read`] : []),
    ];
    const isBad = missed.length > 0 || bad.length > 0;
    const severity = isBad ? 'bad' : findings.length > 0 ? 'warning' : 'unknown';
    const where = missed.map(({ resource, region }) => `${shortName(resource)} in ${region}`).join(', ');
    return { severity, text: parts.join(', '), ...(where !== '' && { detail: `Missed by ${where}.` }) };
  }
  const unprovenNames = unproven.map(({ tier, region }) => `${tier} in ${region}`).join(', ');
  return {
    severity: 'good',
    text: 'Every backup is there, and no restore test went badly',
    ...(unproven.length > 0 && { detail: `Nothing is proven of ${unprovenNames}.` }),
  };
}

function figuresOf({ at, points, restores, findings }: BackupAssessment): KeyFigure[] {
  const limited = points.filter(({ rpoMinutes }) => rpoMinutes !== undefined);
  const met = limited.filter(({ rpo }) => rpo === 'met');
  const shares = limited.flatMap((point) => {
    const age = ageMinutes(point, at);
    return age === undefined || point.rpoMinutes === undefined
      ? []
      : [{ point, age, share: age / point.rpoMinutes }];
  });
  const [tightest] = shares.toSorted((one, other) => other.share - one.share);
  const proven = restores.filter(({ status }) => status === 'proven');
  const slowest = restores
    .flatMap(({ tier, region, timed }) => timed.map(({ seconds }) => ({ tier, region, seconds })))
    .toSorted((one, other) => other.seconds - one.seconds)[0];
  return [
    {
      name: 'RPO met',
      value: `${met.length} of ${limited.length}`,
      detail: 'resource and Region',
      severity: met.length === limited.length ? 'good' : 'bad',
    },
    {
      name: 'Closest to its RPO',
      value: tightest === undefined ? '–' : `${Math.round(tightest.share * 100)} %`,
      detail: tightest && `${shortName(tightest.point.resource)}, ${tightest.point.region}`,
      severity: tightest && rpoSeverity[tightest.point.rpo],
    },
    {
      name: 'Restores proven',
      value: `${proven.length} of ${restores.length}`,
      detail: 'tier and Region',
      severity: proven.length === restores.length ? 'good' : 'warning',
    },
    {
      name: 'Slowest restore',
      value: slowest === undefined ? '–' : sayDuration(slowest.seconds),
      detail: slowest && `${slowest.tier}, ${slowest.region}`,
    },
    {
      name: 'Findings',
      value: String(findings.length),
      severity: findings.length === 0 ? 'good' : 'warning',
    },
  ];
}

function notesOf({ findings, restores, unread, points }: BackupAssessment): Note[] {
  const isMissed = (arn: string, region: string): boolean =>
    points.some(
      ({ resource, region: place, rpo }) => resource === arn && place === region && rpo === 'missed',
    );
  return [
    ...findings.map(({ name, resourceArn, region, reason }) => ({
      severity: isMissed(resourceArn, region) ? ('bad' as const) : ('warning' as const),
      title: `${shortName(resourceArn)} in ${region}: ${name.replaceAll('-', ' ')}`,
      text: reason,
    })),
    ...restores
      .filter(({ status }) => status === 'bad')
      .map(({ tier, region, reason }) => ({
        severity: 'bad' as const,
        title: `Restore of ${tier} in ${region}`,
        text: reason,
      })),
    ...unread.map(({ source, reason }) => ({
      severity: 'unknown' as const,
      title: `Not read: ${source}`,
      text: reason,
    })),
  ];
}

function pointTable({ at, points }: BackupAssessment): Table {
  return {
    kind: 'table',
    caption: 'Newest recovery point by resource and vault; moments in UTC',
    columns: [
      { name: 'Resource' },
      { name: 'Tier' },
      { name: 'Region' },
      { name: 'Vault' },
      { name: 'Newest', align: 'end' },
      { name: 'Age', align: 'end' },
      { name: 'RPO', align: 'end' },
      { name: 'Status' },
    ],
    empty: 'No resource carries the tag of a tier.',
    rows: points.map((point) => {
      const { resource, tier, region, vault, newest, rpoMinutes, rpo } = point;
      const age = ageMinutes(point, at);
      return [
        shortName(resource),
        tier,
        region,
        vault,
        newest === undefined ? 'none' : sayMoment(newest.createdAt),
        age === undefined ? '–' : sayDuration(age * 60),
        rpoMinutes === undefined ? 'no limit' : sayDuration(rpoMinutes * 60),
        { text: sayRpo[rpo], severity: rpoSeverity[rpo] },
      ];
    }),
  };
}

function restoreTable({ restores }: BackupAssessment): Table {
  return {
    kind: 'table',
    caption: 'Restore tests by tier and Region; moments in UTC',
    columns: [
      { name: 'Tier' },
      { name: 'Region' },
      { name: 'Last proven', align: 'end' },
      { name: 'Took', align: 'end' },
      { name: 'Allowed', align: 'end' },
      { name: 'Status' },
    ],
    empty: 'The policy has no tiers.',
    rows: restores.map(({ tier, region, lastProven, restoreWithinSeconds, status, reason }) => [
      tier,
      region,
      lastProven === undefined ? 'never' : sayMoment(new Date(lastProven.createdAt)),
      lastProven?.restoreSeconds === undefined ? '–' : sayDuration(lastProven.restoreSeconds),
      sayDuration(restoreWithinSeconds),
      {
        text: status,
        severity: restoreSeverity[status],
        ...(status !== 'proven' && { detail: reason }),
      },
    ]),
  };
}
