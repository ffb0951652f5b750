import { beforeAll, describe, expect, it, jest } from '@jest/globals';
import { invariants } from '../../rehearsal/invariants/all.ts';
import { entriesOf, outcomesOf } from '../../rehearsal/invariants/invariant.ts';
import { type Run, rehearse } from '../../rehearsal/rehearsal.ts';
import { images } from '../../rehearsal/scenarios/images.ts';

/** Virtual hours, but real seconds, and more of them on a busy machine. */
jest.setTimeout(300_000);

const regions = ['us-east-1', 'us-west-2', 'eu-west-1'];

let run: Run;

beforeAll(async () => {
  run = await rehearse(images, { seed: 1 });
});

/** Regions in which an image was archived between two times of the rehearsal, `<day>T<time>`. */
function archivedBetween(tag: string, from: string, to: string): readonly string[] {
  const found = outcomesOf(run).filter(
    ({ at, outcome, facts }) =>
      outcome === 'archived' &&
      String(facts.tags).includes(tag) &&
      at.toISOString() >= `2026-11-${from}` &&
      at.toISOString() < `2026-11-${to}`,
  );
  return [...new Set(found.map(({ region }) => region))].toSorted();
}

/** What people read about an image, in order. */
function toldOf(tag: string): readonly string[] {
  return run.slack.posts.flatMap(({ at, text }) =>
    text.includes(tag) ? [`${at.toISOString().slice(8, 16)} ${text.replace(/^[^\w]+/, '')}`] : [],
  );
}

describe('images', () => {
  it('keeps every invariant', () => {
    expect(invariants.flatMap((invariant) => invariant.check(run).violations)).toEqual([]);
  });

  it('touches nothing while it observes, and tells what it would do', () => {
    const calls = entriesOf(run, 'call').filter(({ entry }) => entry.operation === 'UpdateImageStorageClass');
    expect(calls[0]?.at.toISOString()).toMatch(/^2026-11-24T02:0/);
    expect(toldOf('worker-prod-2.0.0').find((said) => said.includes('quarantined'))).toMatch(
      /^24T00:1\d Image would be quarantined/,
    );
  });

  it('quarantines a blocked image in three Regions once it may act', () => {
    expect(archivedBetween('worker-prod-2.0.0', '24T02:00', '24T02:10')).toEqual(regions.toSorted());
  });

  it('does so again wherever it was pushed again, before it could be replicated', () => {
    expect(archivedBetween('worker-prod-2.0.0', '24T03:00', '24T03:10')).toEqual(['us-east-1']);
    expect(archivedBetween('worker-prod-2.0.0', '24T03:10', '24T04:00')).toEqual(['us-west-2']);
    expect(toldOf('worker-prod-2.0.0').some((said) => /Image quarantined again/.test(said))).toBe(true);
  });

  it('releases it for a waiver, and archives it again when that has expired', () => {
    const released = outcomesOf(run).filter(
      ({ outcome, facts }) => outcome === 'closed' && String(facts.tags).includes('worker-prod-2.0.0'),
    );
    expect(released.map(({ region }) => region).toSorted()).toEqual(regions.toSorted());
    expect(archivedBetween('worker-prod-2.0.0', '24T04:00', '25T00:00')).toEqual([]);
    expect(archivedBetween('worker-prod-2.0.0', '25T00:00', '25T01:00')).toEqual(regions.toSorted());
  });

  it('leaves the release that mends it alone', () => {
    expect(archivedBetween('worker-prod-2.0.1', '24T00:00', '26T00:00')).toEqual([]);
  });

  it('quarantines an index for one bad platform, though the function dies at its call', () => {
    const { entries } = run.trace;
    expect(
      entries.some(
        ({ entry }) =>
          entry.kind === 'invocation' &&
          /quarantine-image/.test(entry.function) &&
          entry.outcome === 'crashed',
      ),
    ).toBe(true);
    expect(archivedBetween('openspg-prod-4.0.0', '24T06:00', '24T07:00')).toContain('us-east-1');
  });

  it('holds what runs, tells by when it has to be replaced, and archives it when it is', () => {
    expect(archivedBetween('api-prod-1.0.0', '24T00:00', '25T09:00')).toEqual([]);
    const said = toldOf('api-prod-1.0.0').filter((text) => /in use|overdue|quarantined/.test(text));
    expect(said[0]).toMatch(/^24T08:\d\d Blocked image is in use/);
    expect(said.some((text) => /^25T08:\d\d .*Blocked image is overdue/.test(text))).toBe(true);
    expect(archivedBetween('api-prod-1.0.0', '25T09:00', '25T10:40')).toEqual(regions.toSorted());
  });

  it('archives nothing while the clusters of a Region cannot be asked, and tells of it', () => {
    expect(archivedBetween('database-backup-prod-1.0.0', '25T02:00', '25T03:00')).toEqual([]);
    expect(toldOf('database-backup-prod-1.0.0').some((said) => /may be in use/.test(said))).toBe(true);
    expect(archivedBetween('database-backup-prod-1.0.0', '25T03:00', '25T03:30')).toEqual(regions.toSorted());
  });

  it('has pods of the standby admitted while us-east-1 is dark', () => {
    const reviews = outcomesOf(run).filter(
      ({ at, function: name }) =>
        name === 'aeon-ops-admit-pods' && /^2026-11-25T05:2[89]/.test(at.toISOString()),
    );
    expect(reviews.map(({ outcome }) => outcome)).toEqual(['admitted', 'admitted']);
  });
});
