import { describe, expect, it } from '@jest/globals';
import { decide } from '../../../../functions/failover/probe-endpoint/decide.ts';
import { all, blind, deployment, down, Stand, up } from './stand.ts';

/** Marks, with the one that is under way, that confirm an outage of 120 seconds. */
const untilConfirmed = 13;

describe('the standby probe', () => {
  it('tells nobody of a Region that is well, and writes nothing but the beginning of its watch', async () => {
    const stand = new Stand();
    await stand.marks(3, all(up));
    const before = stand.rows('watch');
    const outcomes = await stand.marks(3, all(up));
    expect(new Set(outcomes.map(({ outcome }) => outcome))).toEqual(new Set(['quiet']));
    expect(stand.published).toEqual([]);
    expect(stand.rows('watch')).toEqual(before);
  });

  it('suspects, raises the nodes, and starts the run of the next epoch once the outage is confirmed', async () => {
    const stand = new Stand();
    await stand.marks(3, all(up));
    await stand.marks(4, all(down));
    expect(stand.toldOf('region')).toEqual(['suspect open']);
    expect(stand.minimum).toBe(3);
    expect(stand.starts).toBe(0);

    await stand.marks(untilConfirmed - 4, all(down));
    expect(stand.toldOf('region')).toEqual(['suspect open', 'outage open']);
    expect([...stand.runs.values()]).toEqual([
      {
        epoch: 1,
        mode: 'failover',
        startedBy: 'aeon-ops-probe-endpoint',
        reason: expect.stringContaining('down for 120 s'),
        downSince: '2026-11-24T03:00:30.000Z',
      },
    ]);
    expect(stand.published.at(-1)?.facts).toMatchObject({ run: 'failover-1', refusals: [] });
  });

  it('decides within the time that is promised as the worst', async () => {
    const stand = new Stand();
    await stand.marks(3, all(up));
    const from = stand.kernel.now().getTime();
    while (stand.runs.size === 0) await stand.marks(1, all(down));
    // The last mark was passed after the decision; a request may have failed right after the mark before the first.
    expect(stand.kernel.now().getTime() - 10_000 - (from - 10_000)).toBeLessThanOrEqual(145_000);
  });

  it('starts one run although two invocations decide at once, mark after mark', async () => {
    const stand = new Stand();
    for (let mark = 0; mark < untilConfirmed + 3; mark += 1) {
      await stand.vote(all(down));
      await Promise.all([decide(stand.deps), decide(stand.deps)]);
      stand.kernel.pass(10_000);
    }
    expect([...stand.runs.keys()]).toEqual([1]);
    expect(stand.toldOf('region')).toEqual(['suspect open', 'outage open']);
    expect(stand.minimum).toBe(3);
  });

  it('starts no more once the run is open, and goes on to tell when the Region is well again', async () => {
    const stand = new Stand();
    await stand.marks(untilConfirmed, all(down));
    stand.setState({ epoch: 1, writer: 'primary', openRun: 'failover-1' });
    const { starts } = stand;
    await stand.marks(5, all(down));
    expect(stand.starts).toBe(starts);
    stand.setState({ epoch: 1, writer: 'standby', lastRunEnded: stand.kernel.now().getTime() });
    await stand.marks(3, all(down));
    await stand.marks(2, all(up));
    expect(stand.toldOf('region')).toEqual(['suspect open', 'outage open', 'outage over']);
    expect([...stand.runs.keys()]).toEqual([1]);
  });

  it('resolves a suspicion, keeps the nodes for a quarter of an hour, and lowers what it raised', async () => {
    const stand = new Stand();
    await stand.marks(5, all(down));
    await stand.marks(3, all(up));
    expect(stand.toldOf('region')).toEqual(['suspect open', 'suspect over']);
    expect(stand.minimum).toBe(3);
    stand.kernel.pass(14 * 60_000);
    await stand.marks(3, all(up));
    expect(stand.minimum).toBe(3);
    stand.kernel.pass(60_000);
    await stand.marks(3, all(up));
    expect(stand.minimum).toBe(1);
    expect(stand.rows('watch')).toEqual([expect.not.objectContaining({ prepared: expect.anything() })]);
  });

  it('leaves a minimum alone that somebody has set meanwhile', async () => {
    const stand = new Stand();
    await stand.marks(5, all(down));
    stand.kernel.pass(60_000);
    await stand.deps.nodeGroups.setMinimum('workers', 5, await stand.deps.nodeGroups.size('workers'));
    await stand.marks(3, all(up));
    stand.kernel.pass(20 * 60_000);
    await stand.marks(3, all(up));
    expect(stand.rows('watch')).toEqual([expect.not.objectContaining({ prepared: expect.anything() })]);
    expect(stand.minimum).toBe(5);
  });

  it('asks people once when the canary is up, with what speaks against it', async () => {
    const stand = new Stand();
    stand.policy = { ...stand.policy, failover: { ...stand.policy.failover, start: 'ask' } };
    await stand.marks(untilConfirmed + 4, all(deployment));
    expect(stand.toldOf('region')).toEqual(['suspect open', 'ask open']);
    expect(stand.published.at(-1)?.facts).toMatchObject({
      run: 'failover-1',
      refusals: ['the policy has a person approve every failover'],
    });
    expect(stand.rows('approval')).toMatchObject([{ epoch: 1, refusals: [expect.any(String)] }]);
    expect(stand.starts).toBe(0);
  });

  it.each<[what: string, spoil: Partial<Stand>, said: string]>([
    [
      'is paused',
      { pause: { rows: [{ switch: 'pause/failover', by: 'ann', reason: 'tests' }] } },
      'paused by ann: tests',
    ],
    ['cannot read its pause', { pause: { unreadable: 'throttled' } }, 'counts as set'],
    [
      'finds the replica too far behind',
      { readiness: { replica: { status: 'available', lagSeconds: 900 } } },
      'more than the 300 s',
    ],
    ['knows nothing of the standby', { readiness: undefined }, 'nobody has looked'],
  ])('asks instead of acting while it %s', async (_what, spoil, said) => {
    const stand = new Stand();
    Object.assign(stand, spoil);
    await stand.marks(untilConfirmed, all(down));
    expect(stand.starts).toBe(0);
    expect(stand.published.at(-1)).toMatchObject({ facts: { name: 'ask' } });
    expect(stand.published.at(-1)?.facts.refusals.join()).toContain(said);
  });

  it('counts what the replica lacked when the primary went down, and not how long ago that is', async () => {
    const stand = new Stand();
    await stand.marks(1, all(up));
    stand.policy = { ...stand.policy, failover: { ...stand.policy.failover, rpoSeconds: 100 } };
    for (let mark = 0; mark < untilConfirmed; mark += 1) {
      // The heartbeat stays what it was, forty seconds before the end.
      stand.readiness = { replica: { status: 'available', lagSeconds: 40 + mark * 10 } };
      await stand.marks(1, all(down));
    }
    expect([...stand.runs.keys()]).toEqual([1]);
  });

  it('changes nothing while the policy has it observe, and still asks', async () => {
    const stand = new Stand();
    stand.policy = { ...stand.policy, failover: { ...stand.policy.failover, mode: 'observe' } };
    await stand.marks(untilConfirmed, all(down));
    expect(stand.minimum).toBe(1);
    expect(stand.starts).toBe(0);
    expect(stand.toldOf('region')).toEqual(['suspect open', 'ask open']);
  });

  it('tells that nobody sees anything, and of each voice that is blind, and when they see again', async () => {
    const stand = new Stand();
    await stand.marks(3, all(up));
    await stand.marks(14, { ...all(blind), 'route-53': up });
    expect(stand.toldOf('quorum')).toEqual(['blind open']);
    expect(stand.toldOf('voice/standby-probe')).toEqual(['voice-blind open']);
    expect(stand.toldOf('voice/witness-probe')).toEqual(['voice-blind open']);
    expect(stand.toldOf('voice/route-53')).toEqual([]);
    await stand.marks(3, all(up));
    expect(stand.toldOf('quorum')).toEqual(['blind open', 'blind over']);
    expect(stand.toldOf('voice/witness-probe')).toEqual(['voice-blind open', 'voice-blind over']);
    expect(stand.toldOf('region')).toEqual([]);
  });

  it('says nothing of a gap of fifty seconds, which a late start leaves', async () => {
    const stand = new Stand();
    await stand.marks(3, all(up));
    await stand.marks(5, { 'witness-probe': up });
    await stand.marks(3, all(up));
    expect(stand.published).toEqual([]);
  });

  it('does not take an outage for over while it is blind', async () => {
    const stand = new Stand();
    await stand.marks(5, all(down));
    await stand.marks(6, {});
    expect(stand.toldOf('region')).toEqual(['suspect open']);
  });

  it('tells of a clock that is ahead, and does not count its votes', async () => {
    const stand = new Stand();
    await stand.marks(2, all(up));
    await stand.deps.votes.write({
      voice: 'witness-probe',
      at: stand.kernel.now().getTime() + 600_000,
      endpoint: 'down',
      canary: 'down',
    });
    await stand.marks(2, all(up));
    expect(stand.toldOf('clock')).toEqual(['clock-ahead open']);
    expect(stand.toldOf('region')).toEqual([]);
  });

  it('tries a start that failed again at the next mark, and tells of it', async () => {
    const stand = new Stand();
    await stand.marks(untilConfirmed - 1, all(down));
    stand.failing = 'start';
    await stand.marks(2, all(down));
    expect(stand.toldOf('start')).toEqual(['start-failed open']);
    stand.failing = undefined;
    await stand.marks(1, all(down));
    expect([...stand.runs.keys()]).toEqual([1]);
    expect(stand.toldOf('start')).toEqual(['start-failed open', 'start-failed over']);
  });

  it('tells when a run was started and none is open a minute later', async () => {
    const stand = new Stand();
    await stand.marks(untilConfirmed + 7, all(down));
    expect(stand.toldOf('start')).toEqual(['start-failed open']);
    expect([...stand.runs.keys()]).toEqual([1]);
  });

  it('tries nodes that could not be raised again, and remembers what they had before', async () => {
    const stand = new Stand();
    await stand.marks(3, all(up));
    stand.failing = 'UpdateNodegroupConfig';
    await stand.marks(8, all(down));
    expect(stand.toldOf('prepare')).toEqual(['prepare-failed open']);
    stand.failing = undefined;
    await stand.marks(1, all(down));
    expect(stand.minimum).toBe(3);
    expect(stand.rows('watch')).toMatchObject([
      { prepared: { isDone: true, nodeGroups: { workers: { before: 1, minSize: 3 } } } },
    ]);
  });
});

describe('a crash', () => {
  it('between the start and its announcement leaves one run, told at the next mark', async () => {
    const stand = new Stand();
    await stand.marks(untilConfirmed - 1, all(down));
    await stand.vote(all(down));
    stand.failing = 'publish';
    await expect(stand.decide()).rejects.toThrow('publish fails here');
    expect([...stand.runs.keys()]).toEqual([1]);
    stand.failing = undefined;
    stand.setState({ epoch: 1, writer: 'primary', openRun: 'failover-1' });
    stand.kernel.pass(10_000);
    await stand.marks(1, all(down));
    expect([...stand.runs.keys()]).toEqual([1]);
    expect(stand.toldOf('region')).toEqual(['suspect open', 'outage open']);
  });

  it('before the record is written starts the same run again', async () => {
    const stand = new Stand();
    await stand.marks(untilConfirmed - 1, all(down));
    await stand.vote(all(down));
    stand.failing = 'PutItem';
    await expect(stand.decide()).rejects.toThrow('PutItem fails here');
    stand.failing = undefined;
    stand.kernel.pass(10_000);
    await stand.marks(1, all(down));
    expect([...stand.runs.keys()]).toEqual([1]);
    expect(stand.toldOf('region')).toEqual(['suspect open', 'outage open']);
  });

  it('after an announcement that was not noted has it published twice, under one identity', async () => {
    const stand = new Stand();
    await stand.marks(3, all(down));
    await stand.vote(all(down));
    const { watch } = stand.deps;
    let writes = 0;
    const failing = {
      ...stand.deps,
      watch: {
        ...watch,
        write: async (record: Parameters<typeof watch.write>[0]) => {
          writes += 1;
          if (writes === 3) throw new Error('the environment dies');
          return watch.write(record);
        },
      },
    };
    await expect(decide(failing)).rejects.toThrow('the environment dies');
    stand.kernel.pass(10_000);
    await stand.marks(1, all(down));
    expect(stand.toldOf('region')).toEqual(['suspect open', 'suspect open']);
    expect(new Set(stand.published.map(({ identity }) => identity)).size).toBe(1);
  });
});
