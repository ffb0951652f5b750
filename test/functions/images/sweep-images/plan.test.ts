import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  decidePlan,
  type Known,
  type Plan,
  type PlanRules,
} from '../../../../functions/images/sweep-images/plan.ts';
import type { ListedImage } from '../../../../shared/aws/image-registry.ts';
import type { Manifest } from '../../../../shared/domain/manifest.ts';
import type { VerdictRecord } from '../../../../shared/domain/verdict-record.ts';
import { digest, verdictRecord } from '../../../builders.ts';

const noon = new Date('2026-03-02T12:00:00Z');
const rules: PlanRules = { scanning: 'basic' };
const announced = { verdict: 'pass', environment: 'production' } as const;

function listed(over: Partial<ListedImage> = {}): ListedImage {
  return {
    digest,
    kind: 'image',
    tags: ['api-prod-1.0.0-4f1c2ab'],
    pushedAt: new Date('2026-03-02T07:59:00Z'),
    ...over,
  };
}

/** A record of four hours ago, of which people were told. */
function fresh(over: Partial<VerdictRecord> = {}): VerdictRecord {
  return verdictRecord({ announced, ...over });
}

function known(
  images: readonly ListedImage[],
  {
    records = [],
    manifests = {},
    unread = [],
  }: {
    records?: readonly VerdictRecord[];
    manifests?: Readonly<Record<string, Manifest>>;
    unread?: readonly string[];
  } = {},
): Known {
  return {
    images,
    records: new Map(records.map((record) => [record.digest, record])),
    manifests: new Map(Object.entries(manifests)),
    unread: new Set(unread),
  };
}

const imageType = 'application/vnd.oci.image.manifest.v1+json';
const indexType = 'application/vnd.oci.image.index.v1+json';

function indexOf(
  ...children: readonly (string | { of: string; mediaType?: string; isAttestation?: boolean })[]
): Manifest {
  return {
    kind: 'index',
    children: children.map((child) => {
      const {
        of,
        mediaType = imageType,
        isAttestation = false,
      } = typeof child === 'string' ? { of: child } : child;
      return { digest: of, mediaType, isAttestation, size: 500 };
    }),
  };
}

/** What is to be done with each image, by digest. */
function stepsOf(plan: Plan): Record<string, string> {
  const steps = plan.groups.flat().map(({ image, do: todo, why }) => [image.digest, `${todo}: ${why}`]);
  return Object.fromEntries(steps);
}

describe('decidePlan', () => {
  describe('judges an image, or leaves it alone, and says why', () => {
    it.each<[string, Partial<ListedImage>, Partial<VerdictRecord> | undefined, string]>([
      ['no record', {}, undefined, 'judge: never judged'],
      ['a fresh one', {}, {}, 'nothing: fresh'],
      ['a scan is awaited', {}, { pending: true, verdict: 'unknown' }, 'judge: its scan was awaited'],
      ['another tag', { tags: ['api-dev-1.0.0-4f1c2ab'] }, {}, 'judge: its tags have changed'],
      ['one tag more', { tags: ['api-prod-1.0.0-4f1c2ab', 'latest'] }, {}, 'judge: its tags have changed'],
      ['no tag any more', { tags: [] }, {}, 'judge: its tags have changed'],
      ['the same tags in another order', { tags: ['b', 'a'] }, { tags: ['a', 'b'] }, 'nothing: fresh'],
      ['a verdict that nobody was told', {}, { verdict: 'block' }, 'judge: its verdict was not told'],
      ['a millisecond short of a day', {}, { observedAt: '2026-03-01T12:00:00.001Z' }, 'nothing: fresh'],
      ['a day old', {}, { observedAt: '2026-03-01T12:00:00.000Z' }, 'judge: looked at a day ago'],
      [
        'a scan a millisecond short of a day',
        {},
        { scannedAt: '2026-03-01T12:00:00.001Z' },
        'nothing: fresh',
      ],
      ['a scan a day old', {}, { scannedAt: '2026-03-01T12:00:00.000Z' }, 'judge: scanned a day ago'],
      [
        'a scan a day old, and a later one that told nothing',
        {},
        {
          scannedAt: '2026-03-01T12:00:00.000Z',
          verdict: 'unknown',
          announced: { ...announced, verdict: 'unknown' },
        },
        'nothing: fresh',
      ],
      ['what is no image', { kind: 'artifact' }, undefined, 'nothing: no image: nothing scans it'],
    ])('%s', (_what, image, record, step) => {
      const records = record === undefined ? [] : [fresh(record)];
      expect(stepsOf(decidePlan(known([listed(image)], { records }), rules, noon))).toEqual({
        [digest]: step,
      });
    });

    it('looks at a blocked image once a day too, when later looks could not judge it', () => {
      const { digest: _digest, ...look } = fresh({
        verdict: 'unknown',
        observedAt: '2026-03-02T11:00:00.000Z',
      });
      const blocked = fresh({
        verdict: 'block',
        announced: { ...announced, verdict: 'block' },
        observedAt: '2026-02-20T12:00:00.000Z',
        scannedAt: '2026-02-20T11:00:00.000Z',
        otherLook: look,
      });
      const at = (now: string) =>
        stepsOf(decidePlan(known([listed()], { records: [blocked] }), rules, new Date(now)));
      expect(at('2026-03-03T10:59:59Z')).toEqual({ [digest]: 'nothing: fresh' });
      expect(at('2026-03-03T11:00:00Z')).toEqual({ [digest]: 'judge: looked at a day ago' });
    });

    it.each([
      ['2026-03-02T08:00:05.000Z', 'nothing: fresh'],
      ['2026-03-02T08:00:05.001Z', 'judge: the policy has changed'],
    ])('a policy that is there since %s: %s', (policySince, step) => {
      const plan = decidePlan(known([listed()], { records: [fresh()] }), { ...rules, policySince }, noon);
      expect(stepsOf(plan)).toEqual({ [digest]: step });
    });

    it.each([
      ['2026-03-02', 'nothing: fresh'],
      ['2026-03-01', 'judge: a waiver has ended'],
    ])('a verdict that stands on a waiver until %s: %s', (expires, step) => {
      const records = [fresh({ waived: [{ id: 'CVE-2026-0001', owner: 'ann', expires }] })];
      expect(stepsOf(decidePlan(known([listed()], { records }), rules, noon))).toEqual({ [digest]: step });
    });

    it('leaves the age of scans to Amazon Inspector, where that scans', () => {
      const records = [fresh({ scannedAt: '2026-02-01T12:00:00.000Z' })];
      const plan = decidePlan(known([listed()], { records }), { scanning: 'enhanced' }, noon);
      expect(stepsOf(plan)).toEqual({ [digest]: 'nothing: fresh' });
    });
  });

  describe('knows how images belong together', () => {
    const index = listed({ digest: 'sha256:1d', kind: 'index' });
    const untagged = (of: string, kind: ListedImage['kind'] = 'image') =>
      listed({ digest: of, kind, tags: [] });
    const old = '2026-03-01T12:00:00.000Z';

    it('judges the parts of an index with it, and leaves its attestations alone', () => {
      const images = [untagged('sha256:c0'), untagged('sha256:b0'), index, untagged('sha256:a0')];
      const manifests = {
        'sha256:1d': indexOf('sha256:a0', 'sha256:b0', { of: 'sha256:c0', isAttestation: true }),
      };
      const plan = decidePlan(known(images, { manifests }), rules, noon);
      expect(stepsOf(plan)).toEqual({
        'sha256:1d': 'judge: never judged',
        'sha256:a0': 'judge: never judged',
        'sha256:b0': 'judge: never judged',
        'sha256:c0': 'nothing: no image: nothing scans it',
      });
      const group = plan.groups.find(([first]) => first?.image.digest === 'sha256:1d');
      expect(group?.map(({ image }) => image.digest)).toEqual(['sha256:1d', 'sha256:a0', 'sha256:b0']);
    });

    it('puts indexes that share an image into one family, and an index in an index', () => {
      const images = ['sha256:1d', 'sha256:2d', 'sha256:3d'].map((of) => untagged(of, 'index'));
      const parts = ['sha256:a0', 'sha256:b0', 'sha256:e0'].map((of) => untagged(of));
      const manifests = {
        'sha256:1d': indexOf('sha256:a0', 'sha256:b0'),
        'sha256:2d': indexOf('sha256:b0', { of: 'sha256:3d', mediaType: indexType }),
        'sha256:3d': indexOf('sha256:gone'),
      };
      const { groups } = decidePlan(known([...parts, ...images], { manifests }), rules, noon);
      expect(groups.map((group) => group.map(({ image }) => image.digest))).toEqual([
        ['sha256:1d', 'sha256:2d', 'sha256:3d', 'sha256:a0', 'sha256:b0'],
        ['sha256:e0'],
      ]);
    });

    it.each<[string, readonly string[], string]>([
      ['an index with a tag leads to it, through another index', index.tags, 'judge: scanned a day ago'],
      ['no tag leads to it', [], 'nothing: fresh'],
    ])('has a part scanned every day when %s', (_when, tags, step) => {
      const inner = { of: 'sha256:2d', mediaType: indexType };
      const plan = decidePlan(
        known(
          [
            listed({ digest: 'sha256:1d', kind: 'index', tags }),
            untagged('sha256:2d', 'index'),
            untagged('sha256:a0'),
          ],
          {
            manifests: { 'sha256:1d': indexOf(inner), 'sha256:2d': indexOf('sha256:a0') },
            records: [fresh({ digest: 'sha256:a0', tags: [], scannedAt: old })],
          },
        ),
        rules,
        noon,
      );
      expect(stepsOf(plan)['sha256:a0']).toBe(step);
    });

    it('leaves an index alone whose manifest could not be read, and judges what may be its parts', () => {
      const plan = decidePlan(known([index, untagged('sha256:a0')], { unread: ['sha256:1d'] }), rules, noon);
      expect(stepsOf(plan)).toEqual({
        'sha256:1d': 'nothing: its manifest could not be read',
        'sha256:a0': 'judge: never judged',
      });
    });
  });

  describe('begins with what waits longest', () => {
    it('what was never judged, then the oldest look', () => {
      const at = (of: string, observedAt: string) => fresh({ digest: of, observedAt });
      const images = ['sha256:01', 'sha256:02', 'sha256:03', 'sha256:04'].map((of) => listed({ digest: of }));
      const records = [
        at('sha256:01', '2026-03-01T11:00:00.000Z'),
        at('sha256:02', '2026-03-02T11:00:00.000Z'),
        at('sha256:04', '2026-02-28T11:00:00.000Z'),
      ];
      const { groups } = decidePlan(known(images, { records }), rules, noon);
      expect(groups.flat().map(({ image }) => image.digest)).toEqual([
        'sha256:03',
        'sha256:04',
        'sha256:01',
        'sha256:02',
      ]);
    });
  });

  it('counts the images for each reason', () => {
    const images = [
      listed(),
      listed({ digest: 'sha256:02' }),
      listed({ digest: 'sha256:03', kind: 'artifact' }),
    ];
    expect(decidePlan(known(images, { records: [fresh()] }), rules, noon).tally).toEqual(
      new Map([
        ['never judged', 1],
        ['fresh', 1],
        ['no image: nothing scans it', 1],
      ]),
    );
  });

  describe('for any images, indexes and records', () => {
    const ids = Array.from({ length: 8 }, (_, n) => `sha256:${n}${n}`);
    const time = fc.date({ min: new Date('2026-02-27T00:00:00Z'), max: noon, noInvalidDate: true });
    const child = fc.record({ of: fc.constantFrom(...ids, 'sha256:gone'), isAttestation: fc.boolean() });
    const image = (of: string) =>
      fc.record({
        image: fc.record({
          digest: fc.constant(of),
          kind: fc.constantFrom('image' as const, 'index' as const, 'artifact' as const),
          tags: fc.subarray(['a', 'b', 'c']),
          pushedAt: time,
        }),
        children: fc.array(child, { maxLength: 4 }),
        record: fc.option(
          fc.record({
            observedAt: time,
            scannedAt: time,
            tags: fc.subarray(['a', 'b', 'c']),
            pending: fc.boolean(),
          }),
          { nil: undefined },
        ),
      });
    const repository = fc.tuple(...ids.map(image)).map((all) =>
      known(
        all.map((one) => one.image),
        {
          manifests: Object.fromEntries(
            all.flatMap((one) =>
              one.image.kind === 'index' ? [[one.image.digest, indexOf(...one.children)]] : [],
            ),
          ),
          records: all.flatMap(({ image: { digest: of }, record }) =>
            record === undefined
              ? []
              : [
                  fresh({
                    ...record,
                    digest: of,
                    observedAt: record.observedAt.toISOString(),
                    scannedAt: record.scannedAt.toISOString(),
                  }),
                ],
          ),
        },
      ),
    );

    it('the order in which pages and manifests come makes no difference', () => {
      const shuffled = repository.chain((all) =>
        fc.tuple(
          fc.constant(all),
          fc.shuffledSubarray([...all.images], { minLength: all.images.length }),
          fc.shuffledSubarray([...all.manifests], { minLength: all.manifests.size }),
        ),
      );
      fc.assert(
        fc.property(shuffled, ([all, images, manifests]) => {
          const one = decidePlan(all, rules, noon);
          const other = decidePlan({ ...all, images, manifests: new Map(manifests) }, rules, noon);
          expect(other.groups).toEqual(one.groups);
        }),
      );
    });

    it('every image is decided about once', () => {
      fc.assert(
        fc.property(repository, (all) => {
          const decided = decidePlan(all, rules, noon)
            .groups.flat()
            .map((step) => step.image.digest);
          expect(decided.toSorted()).toEqual(all.images.map(({ digest: of }) => of).toSorted());
        }),
      );
    });

    it('a fresh record is never judged again, and a stale one of an image always', () => {
      const dayAgo = new Date(noon.getTime() - 24 * 3_600_000).toISOString();
      fc.assert(
        fc.property(repository, (all) => {
          const { groups, families } = decidePlan(all, { scanning: 'enhanced' }, noon);
          for (const { image: one, do: todo } of groups.flat()) {
            const record = all.records.get(one.digest);
            const isFresh =
              record !== undefined &&
              !record.pending &&
              record.observedAt > dayAgo &&
              record.tags.toSorted().join() === one.tags.toSorted().join();
            const isImage = one.kind !== 'artifact' && !families.attestations.has(one.digest);
            expect(todo).toBe(isImage && !isFresh ? 'judge' : 'nothing');
          }
        }),
      );
    });
  });
});
