import { describe, expect, it, jest } from '@jest/globals';
import { invariants } from '../../rehearsal/invariants/all.ts';
import { rehearse } from '../../rehearsal/rehearsal.ts';
import type { Scenario, Stage } from '../../rehearsal/scenario.ts';

/** Virtual hours, but real seconds, and more of them on a busy machine. */
jest.setTimeout(60_000);

const primary = 'us-east-1';
const standby = 'us-west-2';
const image = `111122223333.dkr.ecr.${primary}.amazonaws.com/aeon-dt-api`;
const digest = (letter: string): string => `sha256:${letter.repeat(64)}`;

/** @param hours of the first day, until which it goes on */
function story(hours: number, play: (stage: Stage) => void): Scenario {
  return {
    name: 'workloads',
    summary: 'what uses images',
    from: new Date('2026-11-24T00:00:00Z'),
    to: new Date(Date.parse('2026-11-24T00:00:00Z') + hours * 3_600_000),
    play,
  };
}

async function played(scenario: Scenario) {
  const run = await rehearse(scenario, { seed: 1 });
  const messages = run.trace.entries.flatMap(({ entry }) => (entry.kind === 'message' ? [entry.text] : []));
  const broken = invariants.flatMap((invariant) => invariant.check(run).violations);
  const running = (region: string) =>
    run.account.dynamodb
      .peek('aeon-ops-verdicts', region)
      .filter(({ copy }) => copy?.S?.startsWith('running#'))
      .map((row) => `${row.copy?.S} ${row.digest?.S} ${row.until?.S}`);
  return { run, messages, broken, running };
}

describe('the sweep', () => {
  it('notes what runs in its clusters, and tells when one cannot be asked, and when it can be again', async () => {
    const { broken, messages, running } = await played(
      story(3.5, ({ account, at }) => {
        const cluster = account.eks.cluster(primary, 'aeon-dt-prod-cluster');
        const images = [`${image}@${digest('a')}`];
        cluster.add({ kind: 'Pod', name: 'api-1', images, imageIds: [`${image}@${digest('b')}`] });
        cluster.add({ kind: 'ReplicaSet', name: 'older', images: [`${image}@${digest('d')}`], replicas: 0 });
        at('01:00', () => account.eks.deleteCluster(standby, 'aeon-dt-standby-cluster'));
        at('03:00', () => account.eks.createCluster(standby, 'aeon-dt-standby-cluster'));
      }),
    );
    expect(broken).toEqual([]);
    const until = '2026-11-25T00:17';
    expect(running(standby).toSorted()).toEqual([
      expect.stringContaining(`running#aeon-dt-prod-cluster ${digest('a')} ${until}`),
      expect.stringContaining(`running#aeon-dt-prod-cluster ${digest('b')} ${until}`),
    ]);
    const told = messages.filter((text) => text.includes('aeon-dt-standby-cluster'));
    expect(told.filter((text) => text.includes('Nobody knows what uses images'))).not.toEqual([]);
    expect(told.filter((text) => text.includes('What uses images is known again'))).not.toEqual([]);
    expect(messages.filter((text) => text.includes('aeon-dt-prod-cluster'))).toEqual([]);
  });

  it('asks its own cluster also while the other Region is dark', async () => {
    const { run } = await played(
      story(0.5, ({ account, faults, at }) => {
        const cluster = account.eks.cluster(standby, 'aeon-dt-standby-cluster');
        cluster.add({ kind: 'Pod', name: 'api-1', images: [image], imageIds: [`${image}@${digest('a')}`] });
        at('00:05', () => {
          faults.isDark = (region) => region === primary;
        });
      }),
    );
    const noted = run.trace.entries.filter(
      ({ entry }) => entry.kind === 'log' && entry.region === standby && entry.facts.outcome === 'noted',
    );
    expect(noted).toHaveLength(1);
  });
});
