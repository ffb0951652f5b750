import type { BarChart, Chart, Timeline } from '../../report/document.ts';
import { sayDuration } from '../../report/format.ts';
import type { BackupAssessment, PointStatus } from './assess.ts';
import { ageMinutes, counted, rpoSeverity, shortName } from './words.ts';

const hourMs = 3_600_000;

/** What the timeline shows: long enough to see a rhythm. */
const shownMs = 48 * hourMs;

export function ageChart({ at, points }: BackupAssessment): BarChart[] {
  const bars = points.flatMap((point) => {
    const age = ageMinutes(point, at);
    const { resource, region, rpoMinutes, rpo } = point;
    if (age === undefined || rpoMinutes === undefined) return [];
    const text = `${sayDuration(age * 60)} of ${sayDuration(rpoMinutes * 60)}`;
    const name = `${shortName(resource)}, ${region}`;
    return [{ name, value: age / rpoMinutes, text, severity: rpoSeverity[rpo] }];
  });
  if (bars.length === 0) return [];
  return [
    {
      kind: 'bars',
      title: 'Age against the objective',
      summary: 'How much of its recovery point objective the newest recovery point has used up.',
      unit: 'share',
      bars,
      budget: { name: 'RPO', value: 1 },
    },
  ];
}

export function rhythm({ at, points }: BackupAssessment): Timeline[] {
  const from = new Date(at.getTime() - shownMs);
  const lanes = points
    .filter(({ rpoMinutes }) => rpoMinutes !== undefined)
    .map(({ resource, region, rpoMinutes = 0, good }: PointStatus) => ({
      name: `${shortName(resource)}, ${region}`,
      spans: good
        .filter(({ createdAt }) => createdAt >= from)
        .map(({ createdAt, completedAt }) => ({
          name: 'recovery point',
          from: createdAt,
          to: completedAt ?? createdAt,
          severity: 'good' as const,
        })),
      budget: {
        name: 'the newest has to be right of this',
        at: new Date(at.getTime() - rpoMinutes * 60_000),
      },
    }));
  if (lanes.length === 0) return [];
  return [
    {
      kind: 'timeline',
      title: 'Recovery points of two days',
      summary:
        'Each bar is a recovery point, from when its backup began to when it, or the copy, was complete. Gaps are visible.',
      from,
      to: at,
      lanes,
    },
  ];
}

/** One for each tier, since each has a target of its own. */
export function restoreCharts({ restores }: BackupAssessment): Chart[] {
  return [...Map.groupBy(restores, ({ tier }) => tier)].flatMap(([tier, ofTier]): Chart[] => {
    const [first] = ofTier;
    const series = ofTier.flatMap(({ region, timed }) =>
      timed.length === 0
        ? []
        : [{ name: region, points: timed.map(({ at, seconds }) => ({ at, value: seconds })) }],
    );
    if (first === undefined || series.length === 0) return [];
    const seconds = series.flatMap(({ points }) => points.map(({ value }) => value));
    const allowed = sayDuration(first.restoreWithinSeconds);
    return [
      {
        kind: 'lines',
        title: `Restore time: ${tier}`,
        summary: `${counted(seconds.length, 'restore')}, the longest ${sayDuration(Math.max(...seconds))}; ${allowed} are allowed.`,
        unit: 'duration',
        series,
        budget: { name: `allowed: ${allowed}`, value: first.restoreWithinSeconds },
      },
    ];
  });
}
