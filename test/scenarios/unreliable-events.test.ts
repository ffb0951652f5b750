import { beforeAll, describe, expect, it, jest } from '@jest/globals';
import { invariants } from '../../rehearsal/invariants/all.ts';
import { outcomesOf } from '../../rehearsal/invariants/invariant.ts';
import { type Run, rehearse } from '../../rehearsal/rehearsal.ts';
import { reliableEvents, unreliableEvents } from '../../rehearsal/scenarios/unreliable-events.ts';
import type { VerdictRecord } from '../../shared/domain/verdict-record.ts';

/** Virtual days, but real seconds, and more of them on a busy machine. */
jest.setTimeout(240_000);

/**
 * What is recorded in each Region of every image and index, by what it is called: its tags, or its place in the index
 * that has some. What only says something of another image is no image.
 */
function verdictsOf(run: Run): Record<string, unknown> {
  const verdicts = run.policy.regions.registry.flatMap((region) => {
    const records = new Map(
      run.account.dynamodb.peek('aeon-ops-verdicts', region).flatMap((item) => {
        const text = item.record?.S;
        const copy = item.copy?.S ?? '';
        return text === undefined ? [] : [[`${copy}@${item.digest?.S}`, JSON.parse(text) as VerdictRecord]];
      }),
    );
    const images = run.account.ecr.imagesIn(region);
    const called = (digest: string, repository: string): string | undefined => {
      const index = images.find(
        (other) => other.repository === repository && other.image.content.children.includes(digest),
      );
      return index && `${index.image.tags.join()} ${index.image.content.children.indexOf(digest)}`;
    };
    return images.flatMap(({ repository, image }) => {
      const isImage = image.content.children.length > 0 || image.scan !== undefined;
      const name =
        image.tags.length > 0 ? image.tags.join() : (called(image.digest, repository) ?? 'untagged');
      const record = records.get(`${region}#${repository}@${image.digest}`);
      return isImage ? [[`${region} ${repository} ${name}`, record && essence(record)] as const] : [];
    });
  });
  return Object.fromEntries(verdicts);
}

/** What a record says of its image: not when that was found out, nor when people were told. */
function essence({
  kind,
  verdict,
  environment,
  reason,
  pending,
  tags,
  missingPlatforms,
  counts,
  worst,
}: VerdictRecord) {
  return { kind, verdict, environment, reason, pending, tags, missingPlatforms, counts, worst };
}

/** How many seeds are compared. A day of each takes its time, so that it is one unless more are asked for. */
const seeds = Array.from({ length: Number(process.env.SEEDS ?? 1) }, (_, index) => index + 1);

/** Each seed is played once. */
const unreliable = new Map<number, Promise<Run>>();

function playUnreliable(seed: number): Promise<Run> {
  const played = unreliable.get(seed) ?? rehearse(unreliableEvents, { seed });
  unreliable.set(seed, played);
  return played;
}

const violationsOf = (run: Run): string[] =>
  invariants.flatMap((invariant) => invariant.check(run).violations);

describe('once a sweep has run', () => {
  it.each(seeds)('no order, duplication or loss of events has changed a verdict: seed %i', async (seed) => {
    const told = await rehearse(reliableEvents, { seed });
    const lost = await playUnreliable(seed);
    expect(violationsOf(told)).toEqual([]);
    expect(violationsOf(lost)).toEqual([]);
    expect(lost.account.eventBridge.counters.dropped).toBeGreaterThan(20);
    expect(verdictsOf(lost)).toEqual(verdictsOf(told));
    expect(Object.keys(verdictsOf(told)).length).toBeGreaterThan(40);
  });
});

describe('the sweep in a night of lost events', () => {
  let run: Run;

  beforeAll(async () => {
    run = await playUnreliable(1);
  });

  const told = (pattern: RegExp) =>
    run.slack.posts.map(({ text }) => text).filter((text) => pattern.test(text));

  it('finds what became known after the push by having basic scanning look again', () => {
    const found = outcomesOf(run).filter(
      ({ outcome, reason }) => outcome === 'block' && /CVE-2026-39999/.test(reason),
    );
    expect(new Set(found.map(({ region }) => region))).toEqual(new Set(run.policy.regions.registry));
    const started = run.trace.entries.flatMap(({ entry }) =>
      entry.kind === 'call' && entry.operation === 'StartImageScan' ? [entry.outcome] : [],
    );
    expect(started).toContain('ok');
  });

  it('misses a copy that was not made, and says when it is there', () => {
    expect(told(/aeon-dt-worker-staging-3\.4\.1/).filter((text) => /eu-west-1/.test(text))).toEqual([
      expect.stringMatching(/Copy in eu-west-1 is late: aeon-dt-worker-staging-3\.4\.1-77aa01c2/),
      expect.stringMatching(/No longer missing in eu-west-1: aeon-dt-worker-staging-3\.4\.1-77aa01c2/),
    ]);
  });

  it('has nobody told of a verdict that was taken back because a scan was under way', () => {
    const opened = told(/Image could not be judged/).filter((text) => !/aeon-dt-api-dev/.test(text));
    expect(opened).toEqual([]);
  });
});
