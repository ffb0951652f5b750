import { sayDuration, sayMoment } from '../../report/format.ts';
import { exitCodes } from '../exit-codes.ts';
import { type Answer, table } from '../output.ts';
import { type BackupAssessment, isWell, type PointStatus } from './assess.ts';
import type { RestoreStatus } from './restores.ts';
import { ageMinutes, sayRpo, shortName } from './words.ts';

/** The answer is no where anything is wrong, or could not be found out. */
export function reportAnswer(assessment: BackupAssessment): Answer {
  const { at, points, restores, findings, unread } = assessment;
  const text = [
    `Backups at ${sayMoment(at)} UTC`,
    '',
    table([
      ['resource', 'tier', 'Region', 'vault', 'newest', 'age', 'RPO', 'status'],
      ...points.map((point) => pointRow(point, at)),
    ]),
    '',
    table([
      ['restore tests', 'Region', 'last proven', 'took', 'allowed', 'status'],
      ...restores.map(restoreRow),
    ]),
    '',
    ...(findings.length === 0
      ? ['Nothing is wrong with the backups.']
      : findings.map(
          ({ name, resourceArn, region, reason }) =>
            `✗ ${name}: ${shortName(resourceArn)} in ${region}: ${reason}`,
        )),
    ...unread.map(({ source, reason }) => `? not read: ${source}: ${reason}`),
  ].join('\n');
  if (isWell(assessment)) return { exitCode: exitCodes.yes, json: jsonOf(assessment), text };
  const bad = restores.filter(({ status }) => status === 'bad');
  return {
    exitCode: exitCodes.no,
    json: jsonOf(assessment),
    text,
    trouble: `${findings.length} findings, ${bad.length} restore tests that went badly, ${unread.length} lists that could not be read.`,
  };
}

function pointRow(point: PointStatus, now: Date): string[] {
  const { resource, tier, region, vault, newest, rpoMinutes, rpo } = point;
  const age = ageMinutes(point, now);
  return [
    shortName(resource),
    tier,
    region,
    vault,
    newest === undefined ? '-' : sayMoment(newest.createdAt),
    age === undefined ? '-' : sayDuration(age * 60),
    rpoMinutes === undefined ? '-' : sayDuration(rpoMinutes * 60),
    sayRpo[rpo],
  ];
}

function restoreRow({
  tier,
  region,
  lastProven,
  restoreWithinSeconds,
  status,
  reason,
}: RestoreStatus): string[] {
  return [
    tier,
    region,
    lastProven === undefined ? 'never' : sayMoment(new Date(lastProven.createdAt)),
    lastProven?.restoreSeconds === undefined ? '-' : sayDuration(lastProven.restoreSeconds),
    sayDuration(restoreWithinSeconds),
    status === 'proven' ? status : `${status}: ${reason}`,
  ];
}

function jsonOf({ at, points, restores, findings, unread }: BackupAssessment): object {
  return {
    at: at.toISOString(),
    points: points.map((point) => {
      const { good, newest, ...rest } = point;
      const age = ageMinutes(point, at);
      return {
        ...rest,
        ...(newest !== undefined && {
          newest: { arn: newest.arn, createdAt: newest.createdAt.toISOString(), ageMinutes: age },
        }),
        recoveryPoints: good.length,
      };
    }),
    restores: restores.map(({ lastProven, timed, ...rest }) => ({
      ...rest,
      ...(lastProven !== undefined && {
        lastProven: {
          jobId: lastProven.jobId,
          createdAt: lastProven.createdAt,
          seconds: lastProven.restoreSeconds,
        },
      }),
      trend: timed.map(({ at: moment, seconds, outcome }) => ({
        at: moment.toISOString(),
        seconds,
        outcome,
      })),
    })),
    findings,
    unread,
  };
}
