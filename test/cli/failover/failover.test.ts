import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { exampleTables } from '../../../cli/failover/here.ts';
import { replayAnswer, statusAnswer } from '../../../cli/failover/render.ts';
import { Recording, replay } from '../../../cli/failover/replay.ts';
import { readStatus } from '../../../cli/failover/status.ts';
import { policy } from '../../builders.ts';

const sample = new URL('../../../docs/examples/votes.region-outage.json', import.meta.url);
const recording = Recording.parse(JSON.parse(readFileSync(sample, 'utf8')));
const acting = { ...policy.failover, mode: 'act', start: 'automatic', armed: true } as const;

describe('a replay', () => {
  it('decides at each mark by what was known then, and starts one run', () => {
    const marks = replay(recording, acting);
    const moves = marks.map(({ decision }) => decision.move);
    expect(moves.filter((move) => move === 'start')).toHaveLength(1);
    const start = marks.find(({ decision }) => decision.move === 'start');
    expect(start?.quorum).toMatchObject({ state: 'outage', canaryDownFor: 120 });
    expect(marks.at(-1)?.decision).toMatchObject({
      move: 'none',
      refusals: [{ rule: 'open-run', reason: 'the run failover-1 is open' }],
    });
  });

  it('takes the standby and the state of the recording', () => {
    const standby = { cluster: 'FAILED', pods: 'silent', imagesMissing: [] } as const;
    const marks = replay({ ...recording, standby: { ...standby, imagesMissing: [] } }, acting);
    expect(marks.map(({ decision }) => decision.move)).not.toContain('start');
    const moved = replay({ ...recording, state: { epoch: 3, writer: 'standby' } }, acting);
    expect(new Set(moved.map(({ decision }) => decision.move))).toEqual(new Set(['none']));
  });

  it('prints every mark, and each reason once', () => {
    const { text } = replayAnswer(replay(recording, policy.failover));
    expect(text).toContain('03:02:00  down           down           down      90      suspect  prepare');
    expect(text.match(/suspect, prepare:/g)).toHaveLength(1);
    expect(text).toContain('against it: the policy has the failover observe');
  });
});

describe('the status', () => {
  it('says what is seen, what would keep a failover from starting, and no', async () => {
    const now = new Date('2026-11-24T03:00:05Z');
    const status = await readStatus(await exampleTables(policy, now), policy, now);
    expect(status).toMatchObject({ quorum: { state: 'suspect', downFor: 60 }, unfit: [] });
    expect(status.refusals).toEqual([
      expect.stringContaining('not armed'),
      expect.stringContaining('observe'),
      expect.stringContaining('approve'),
    ]);
    const answer = statusAnswer(status);
    expect(answer).toMatchObject({ exitCode: 1, trouble: 'The primary Region is suspect.' });
    expect(answer.text).toContain('route-53       down  5 s ago');
    expect(Recording.parse(JSON.parse(JSON.stringify(answer.json))).votes).toEqual(status.votes);
  });
});
