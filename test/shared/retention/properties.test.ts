import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { lastGoodReleases } from '../../../shared/domain/good-releases.ts';
import { type PlannedImage, planRepository, type RepositoryPlan } from '../../../shared/retention/plan.ts';
import type { RetentionPolicy } from '../../../shared/retention/policy.ts';
import type { RepositoryState } from '../../../shared/retention/registry-state.ts';
import { indexUses } from '../../../shared/workloads/in-use.ts';
import { type Generated, now, policy, registries, usage } from './registry.ts';

const archiving = fc.constantFrom<RetentionPolicy['retention']['archive']>({ deleteAfterDays: 90 }, 'no');

function planOf({ state, uses }: Generated, rules: RetentionPolicy = policy): RepositoryPlan {
  return planRepository(state, indexUses({ uses }), rules, now);
}

function under(archive: RetentionPolicy['retention']['archive']): RetentionPolicy {
  return { ...policy, retention: { ...policy.retention, archive } };
}

function digests(planned: readonly PlannedImage[], isMeant: (one: PlannedImage) => boolean): Set<string> {
  return new Set(planned.filter(isMeant).map(({ image }) => image.digest));
}

const isKept = ({ outcome }: PlannedImage): boolean => outcome === 'keep';
const isActedOn = ({ outcome }: PlannedImage): boolean => outcome === 'archive' || outcome === 'delete';
const isDeleted = ({ outcome }: PlannedImage): boolean => outcome === 'delete';

/** Every step of a plan, in the order in which it may be carried out. */
function stepsOf({ archive, delete: deletion }: RepositoryPlan): readonly PlannedImage[] {
  return [...archive, ...deletion].flat();
}

/** What the registry holds after some steps. */
function leftBy(state: RepositoryState, steps: readonly PlannedImage[]): RepositoryState {
  const outcomes = new Map(steps.map(({ image, outcome }) => [image.digest, outcome]));
  return {
    ...state,
    images: state.images.flatMap((image) => {
      const outcome = outcomes.get(image.digest);
      if (outcome === 'delete') return [];
      return [outcome === 'archive' ? { ...image, status: 'ARCHIVED' as const, archivedAt: now } : image];
    }),
  };
}

describe('planRepository, over generated registries', () => {
  it('gives every image one outcome, and each act its place', () => {
    fc.assert(
      fc.property(registries, archiving, (registry, archive) => {
        const plan = planOf(registry, under(archive));
        expect(plan.images.map(({ image }) => image)).toEqual(registry.state.images);
        expect(new Set(stepsOf(plan))).toEqual(new Set(plan.images.filter(isActedOn)));
        expect(stepsOf(plan)).toHaveLength(plan.images.filter(isActedOn).length);
      }),
    );
  });

  it('keeps what is in use, what leads to it, and the last good releases', () => {
    fc.assert(
      fc.property(registries, archiving, (registry, archive) => {
        const { state, uses } = registry;
        const kept = digests(planOf(registry, under(archive)).images, isKept);
        const inUse = new Set(uses.map(({ image }) => image.digest ?? ''));
        for (const digest of inUse) expect(kept).toContain(digest);
        for (const [index, { digests: parts }] of state.parts) {
          if (parts.some((part) => inUse.has(part))) expect(kept).toContain(index);
        }
        for (const digest of goodReleases(state)) expect(kept).toContain(digest);
      }),
    );
  });

  it('keeps all that something kept needs', () => {
    fc.assert(
      fc.property(registries, archiving, (registry, archive) => {
        const { state } = registry;
        const kept = digests(planOf(registry, under(archive)).images, isKept);
        const there = new Set(state.images.map(({ digest }) => digest));
        for (const image of state.images) {
          const parts = kept.has(image.digest) ? (state.parts.get(image.digest)?.digests ?? []) : [];
          for (const needed of parts) if (there.has(needed)) expect(kept).toContain(needed);
          const subject = subjectOf(image);
          if (subject !== undefined && kept.has(subject)) expect(kept).toContain(image.digest);
        }
      }),
    );
  });

  it('keeps everything that may be part of a kept index that cannot be read', () => {
    fc.assert(
      fc.property(registries, (registry) => {
        const { state } = registry;
        const kept = digests(planOf(registry).images, isKept);
        const unread = state.images.filter(
          ({ digest, kind }) => kind === 'index' && kept.has(digest) && !state.parts.has(digest),
        );
        for (const { pushedAt: by } of unread) {
          for (const { digest, pushedAt } of state.images) {
            if (by === undefined || (pushedAt !== undefined && pushedAt <= by))
              expect(kept).toContain(digest);
          }
        }
      }),
    );
  });

  it('takes no part before an index that leads to it', () => {
    fc.assert(
      fc.property(registries, archiving, (registry, archive) => {
        let state = registry.state;
        for (const step of stepsOf(planOf(registry, under(archive)))) {
          const holders = state.images.filter(
            ({ digest, status }) =>
              (step.outcome === 'delete' || status === 'ACTIVE') &&
              state.parts.get(digest)?.digests.includes(step.image.digest),
          );
          expect(holders.map(({ digest }) => digest)).toEqual([]);
          state = leftBy(state, [step]);
        }
      }),
    );
  });

  it('has nothing left to do after it was carried out', () => {
    fc.assert(
      fc.property(registries, archiving, ({ state, uses }, archive) => {
        const steps = stepsOf(planOf({ state, uses }, under(archive)));
        const again = planOf({ state: leftBy(state, steps), uses }, under(archive));
        expect(again.images.filter(isActedOn)).toEqual([]);
      }),
    );
  });

  it('ends the same when it is broken off after any step and made anew', () => {
    fc.assert(
      fc.property(registries, archiving, ({ state, uses }, archive) => {
        const rules = under(archive);
        const steps = stepsOf(planOf({ state, uses }, rules));
        const whole = leftBy(state, steps);
        for (const [count] of steps.entries()) {
          const broken = leftBy(state, steps.slice(0, count));
          const mended = leftBy(broken, stepsOf(planOf({ state: broken, uses }, rules)));
          expect(mended.images).toEqual(whole.images);
        }
      }),
    );
  });

  it('never takes more when more is protected', () => {
    const protections = fc.record({
      used: fc.nat(23),
      moreDays: fc.nat(400),
      moreReleases: fc.nat(5),
      pulled: fc.nat(23),
      missing: fc.constantFrom([], ['a cluster']),
    });
    fc.assert(
      fc.property(registries, archiving, protections, ({ state, uses }, archive, more) => {
        const rules = under(archive);
        const before = planOf({ state, uses }, rules);
        const { images, keepGoodReleases, untaggedImages } = rules.retention;
        const stricter: RetentionPolicy = {
          ...rules,
          retention: {
            ...rules.retention,
            images: Object.fromEntries(
              Object.entries(images).map(([name, days]) => [name, days + more.moreDays]),
            ),
            untaggedImages: untaggedImages + more.moreDays,
            keepGoodReleases: keepGoodReleases + more.moreReleases,
          },
        };
        const used = state.images[more.used];
        const protectedState: RepositoryState = {
          ...state,
          missing: more.missing,
          images: state.images.map((image, position) =>
            position === more.pulled ? { ...image, pulledAt: now } : image,
          ),
        };
        const moreUses = used === undefined ? uses : [...uses, usage(used.digest)];
        const later = planOf({ state: protectedState, uses: moreUses }, stricter);
        for (const isMeant of [isActedOn, isDeleted]) {
          const [few, many] = [digests(later.images, isMeant), digests(before.images, isMeant)];
          expect([...few].filter((digest) => !many.has(digest))).toEqual([]);
        }
      }),
    );
  });

  it('does nothing where something could not be found out', () => {
    fc.assert(
      fc.property(registries, ({ state, uses }) => {
        const plan = planOf({ state: { ...state, missing: ['the cluster prod'] }, uses });
        expect(plan.images.filter((one) => !isKept(one))).toEqual([]);
      }),
    );
  });

  it('decides the same in whatever order the pages come', () => {
    const shuffled = registries.chain((registry) =>
      fc.tuple(
        fc.constant(registry),
        fc.shuffledSubarray([...registry.state.images], { minLength: registry.state.images.length }),
      ),
    );
    fc.assert(
      fc.property(shuffled, ([registry, images]) => {
        const outcomesOf = ({ images: planned }: RepositoryPlan) =>
          new Map(planned.map(({ image, outcome, until }) => [image.digest, [outcome, until]]));
        const other = planOf({ ...registry, state: { ...registry.state, images } });
        expect(outcomesOf(other)).toEqual(outcomesOf(planOf(registry)));
      }),
    );
  });
});

function subjectOf({ subject, tags }: RepositoryState['images'][number]): string | undefined {
  const tag = tags.find((each) => each.endsWith('.sig'));
  return subject ?? tag?.replace('-', ':').slice(0, -4);
}

/**
 * Worked out anew: an image that has a tag, is no artifact and can be pulled is a release of what its tags name, unless
 * an index that leads to it is.
 */
function goodReleases({ images, parts, known, taggedAt }: RepositoryState): ReadonlySet<string> {
  const candidates = images.flatMap(({ digest, kind, tags, status, pushedAt }) => {
    if (kind === 'artifact' || status === 'ARCHIVED' || pushedAt === undefined) return [];
    return tags.map((tag) => {
      const line = /^aeon-dt-api-(prod|staging|dev)-/.exec(tag)?.[1] ?? 'none';
      const releasedAt = new Date(Math.max(pushedAt.getTime(), taggedAt.get(tag)?.getTime() ?? 0));
      return { digest, line, releasedAt, known: known.get(digest) ?? ('unknown' as const) };
    });
  });
  const releases = candidates.filter(({ digest, line }) =>
    candidates.every((other) => other.line !== line || !parts.get(other.digest)?.digests.includes(digest)),
  );
  return lastGoodReleases(releases, policy.retention.keepGoodReleases);
}
