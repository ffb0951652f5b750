import { beforeAll, describe, expect, it, jest } from '@jest/globals';
import { invariants } from '../../rehearsal/invariants/all.ts';
import { outcomesOf } from '../../rehearsal/invariants/invariant.ts';
import { type Run, rehearse } from '../../rehearsal/rehearsal.ts';
import { retention } from '../../rehearsal/scenarios/retention.ts';

/** Virtual hours, but real seconds, and more of them on a busy machine. */
jest.setTimeout(240_000);

describe('the scenario retention', () => {
  let run: Run;
  beforeAll(async () => {
    run = await rehearse(retention, { seed: 1 });
  });

  it('keeps every invariant', () => {
    const broken = invariants.flatMap(({ name, check }) =>
      check(run).violations.map((text) => `${name}: ${text}`),
    );
    expect(broken).toEqual([]);
    expect(run.deletions.length).toBeGreaterThan(0);
  });

  it.each([
    ['aeon-dt-api', ['observed', 'incomplete', 'observed', 'observed', 'unfinished', 'well', 'well']],
    ['aeon-dt-worker', ['observed', 'incomplete', 'observed', 'observed', 'over-cap', 'over-cap', 'well']],
  ])('ends for %s as the story goes', (repository, expected) => {
    const outcomes = outcomesOf(run).filter(
      (each) =>
        each.function === 'aeon-ops-prune-images' &&
        each.region === 'us-east-1' &&
        each.subject.endsWith(`/${repository}`),
    );
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(expected);
  });

  it('spares what was deployed, and what was pushed again, while it was about to be deleted', () => {
    const left = run.account.ecr.imagesIn('us-east-1').flatMap(({ image }) => image.tags);
    for (const version of ['0.8.0', '0.8.1', '0.9.1', '2.0.0']) {
      expect(left).toContain(`aeon-dt-api-dev-${version}-c0ffee00`);
    }
    expect(left).not.toContain('aeon-dt-api-dev-0.9.0-c0ffee00');
  });
});
