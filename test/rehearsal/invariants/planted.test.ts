import { describe, expect, it } from '@jest/globals';
import {
  everyPlantedFaultIsTold,
  onlyPlantedFaultsAreTold,
} from '../../../rehearsal/invariants/every-planted-fault-is-told.ts';
import type { PlantedFault } from '../../../rehearsal/planted.ts';
import { faultsTold } from '../../../rehearsal/planted.ts';
import type { Run } from '../../../rehearsal/rehearsal.ts';
import { faultTable } from '../../../rehearsal/report/fault-table.ts';
import { policy } from '../../builders.ts';

const at = (time: string): Date => new Date(`2026-03-02T${time}:00Z`);

const fault: PlantedFault = {
  what: 'a backup failed',
  happenedAt: () => at('06:00'),
  withinMinutes: 30,
  title: 'Backup failed: vol-1',
  region: 'us-east-1',
  over: { title: 'Over: Backup failed: vol-1', by: at('09:00') },
};

/** People are told in one channel, of one Region. */
function runWith(
  told: readonly (readonly [time: string, text: string])[],
  planted: readonly PlantedFault[],
  to = at('12:00'),
): Run {
  const [channel = ''] = Object.values(policy.alerts.sinks).flatMap((sink) =>
    sink.type === 'slack' ? [sink.channel] : [],
  );
  const posts = told.map(([time, text]) => ({
    at: at(time),
    channel,
    text,
    blocks: [{ type: 'section', text: { type: 'mrkdwn', text: `${text} us-east-1` } }],
  }));
  const scenario = { from: at('00:00'), to, plantsAll: true };
  return { policy, planted, scenario, slack: { posts }, trace: { entries: [] } } as unknown as Run;
}

const firing = '🟠 Backup failed: vol-1';
const over = '✅ Over: Backup failed: vol-1';

const inTime = (...given: Parameters<typeof runWith>) =>
  everyPlantedFaultIsTold.check(runWith(...given)).violations;

describe('a planted fault', () => {
  it('that is told in time, and its end too, is as it should be', () => {
    expect(
      inTime(
        [
          ['06:30', firing],
          ['08:00', over],
        ],
        [fault],
      ),
    ).toEqual([]);
  });

  it.each<[string, readonly (readonly [string, string])[]]>([
    ['is not told', []],
    [
      'is told too late',
      [
        ['06:31', firing],
        ['08:00', over],
      ],
    ],
    [
      'was told before it happened',
      [
        ['05:59', firing],
        ['08:00', over],
      ],
    ],
    [
      'is told of another resource',
      [
        ['06:10', '🟠 Backup failed: vol-2'],
        ['08:00', over],
      ],
    ],
    ['has no end that is told', [['06:10', firing]]],
    [
      'has its end told too late',
      [
        ['06:10', firing],
        ['09:01', over],
      ],
    ],
  ])('%s, and that is a violation', (_what, told) => {
    expect(inTime(told, [fault])).toHaveLength(1);
  });

  it('of another Region is not told by this one', () => {
    expect(
      inTime(
        [
          ['06:10', firing],
          ['08:00', over],
        ],
        [{ ...fault, region: 'us-west-2' }],
      ),
    ).toHaveLength(1);
  });

  it('that never happened makes the story worthless', () => {
    expect(inTime([], [{ ...fault, happenedAt: () => undefined }])).toHaveLength(1);
  });

  it('whose deadline is after the end of the story may be told later', () => {
    expect(inTime([], [fault], at('06:20'))).toEqual([]);
  });

  it('that only may come of another may be told, and needs not', () => {
    const possible: PlantedFault = { ...fault, isCertain: false };
    expect(inTime([], [possible])).toEqual([]);
    expect(onlyPlantedFaultsAreTold.check(runWith([['06:10', firing]], [possible])).violations).toEqual([]);
  });

  it('is told also where a conversation is gone on with', () => {
    expect(
      inTime(
        [
          ['06:10', '🟠 Again: Backup failed: vol-1'],
          ['08:00', over],
        ],
        [fault],
      ),
    ).toEqual([]);
  });
});

describe('in a story that plants all its faults', () => {
  const falsely = (...given: Parameters<typeof runWith>) =>
    onlyPlantedFaultsAreTold.check(runWith(...given)).violations;

  it('nothing else may be told, nor anything before it is so', () => {
    expect(
      falsely(
        [
          ['06:10', firing],
          ['08:00', over],
        ],
        [fault],
      ),
    ).toEqual([]);
    expect(falsely([['06:10', firing]], [])).toHaveLength(1);
    expect(falsely([['05:10', firing]], [fault])).toHaveLength(1);
    expect(falsely([['09:10', firing]], [fault])).toHaveLength(1);
  });
});

it('the table says when each was so, told and over, and how long that took', () => {
  const [, row] = faultTable(
    faultsTold(
      runWith(
        [
          ['06:10', firing],
          ['08:00', over],
        ],
        [fault],
      ),
    ),
  );
  expect(row?.split(/ {2,}/)).toEqual([
    'a backup failed',
    'us-east-1',
    '03-02 06:00',
    '03-02 06:10',
    '10 min',
    '30 min',
    '03-02 08:00',
  ]);
});
