import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { ImageScan, ScanStatus } from '../../../shared/domain/finding.ts';
import type { Verdict } from '../../../shared/domain/verdict.ts';
import type { VerdictRecord } from '../../../shared/domain/verdict-record.ts';
import {
  decideRecord,
  needsAnnouncing,
  type Observation,
  previouslyTold,
} from '../../../shared/judging/record.ts';
import type { Judgement } from '../../../shared/judging/verdict.ts';
import { digest, finding, imageSeen, scan, scanWithout, verdictRecord } from '../../builders.ts';

/** `08:00:05` of the day on which all of this happens. */
const at = (time: string): string => `2026-03-02T${time}.000Z`;

/** A look at the copy of one Region. */
function look(of: ImageScan, judgement: Partial<Judgement>, observed: string): Observation {
  return {
    digest,
    region: 'us-east-1',
    image: imageSeen(of),
    judgement: {
      verdict: 'unknown',
      environment: 'production',
      reason: of.status,
      pending: false,
      missingPlatforms: [],
      counts: {},
      worst: [],
      waived: [],
      ...judgement,
    },
    observedAt: at(observed),
  };
}

/** A look that found the scan completed. */
function judged(verdict: Verdict, observed: string, scanned = '08:00:00'): Observation {
  const counts = verdict === 'pass' ? {} : { HIGH: 1 };
  const worst = verdict === 'pass' ? [] : [finding('HIGH')];
  const of = scan({ scannedAt: at(scanned), counts, findings: worst });
  return look(of, { verdict, reason: verdict, counts, worst }, observed);
}

/** A look that found the scan in a state which tells nothing. */
function unjudged(status: ScanStatus, observed: string): Observation {
  return look(
    scanWithout({ status }),
    { pending: status === 'PENDING' || status === 'IN_PROGRESS' },
    observed,
  );
}

/** The record after these looks were worked on in this order. */
function recordAfter(looks: readonly Observation[]): VerdictRecord | undefined {
  return looks.reduce<VerdictRecord | undefined>((previous, look) => {
    const decision = decideRecord(previous, look);
    return decision.do === 'keep' ? previous : { ...decision.record, version: decision.record.version + 1 };
  }, undefined);
}

/** A record without what it remembers of the looks before the one that it tells of. */
function withoutHistory(record: VerdictRecord | undefined): Partial<VerdictRecord> {
  const {
    version: _version,
    lastGood: _before,
    since: _since,
    ...latest
  }: Partial<VerdictRecord> = record ?? {};
  return latest;
}

const previous = verdictRecord({ verdict: 'review', observedAt: at('08:00:05'), scannedAt: at('08:00:00') });

describe('decideRecord', () => {
  it('writes the first look, as a record that nobody was told of', () => {
    expect(decideRecord(undefined, judged('block', '08:00:05'))).toEqual({
      do: 'write',
      record: {
        digest,
        region: 'us-east-1',
        repository: 'api',
        kind: 'image',
        tags: ['api-prod-1.0.0-4f1c2ab'],
        parts: [],
        pushedAt: at('07:59:00'),
        verdict: 'block',
        environment: 'production',
        reason: 'block',
        pending: false,
        missingPlatforms: [],
        waived: [],
        scannedAt: at('08:00:00'),
        observedAt: at('08:00:05'),
        since: at('08:00:05'),
        counts: { HIGH: 1 },
        worst: [finding('HIGH')],
        version: 0,
      },
    });
  });

  it.each<ScanStatus>(['PENDING', 'FAILED', 'NEVER_SCANNED'])(
    'writes a first look that found %s',
    (status) => {
      const decision = decideRecord(undefined, unjudged(status, '08:00:05'));
      expect(decision).toMatchObject({
        do: 'write',
        record: { verdict: 'unknown', reason: status, version: 0 },
      });
      expect(decision.record).not.toHaveProperty('scannedAt');
    },
  );

  it('says which waivers of what it counts have ended', () => {
    const endedWaivers = [
      { id: 'CVE-2026-0001', owner: 'ann', expires: '2026-03-01', state: 'expired' },
    ] as const;
    const observation = judged('block', '08:00:05');
    const { record } = decideRecord(undefined, {
      ...observation,
      judgement: { ...observation.judgement, endedWaivers },
    });
    expect(record.endedWaivers).toEqual(endedWaivers);
  });

  it('carries over what was announced, and replaces the version it was made from', () => {
    const announced = { verdict: 'review', environment: 'staging' } as const;
    const known = { ...previous, announced, version: 7 };
    expect(decideRecord(known, judged('pass', '08:00:06'))).toMatchObject({
      do: 'write',
      record: { verdict: 'pass', announced, version: 7 },
    });
  });

  describe('by the time of the look', () => {
    it.each([
      ['08:00:04', 'keep'],
      ['08:00:05', 'write'],
      ['08:00:06', 'write'],
    ])('a look of %s against one of 08:00:05: %s', (observed, done) => {
      expect(decideRecord(previous, judged('pass', observed)).do).toBe(done);
    });

    it('a look that could judge nothing, of the same moment as another such, is written', () => {
      const first = recordAfter([unjudged('FAILED', '08:00:05')]);
      expect(decideRecord(first, unjudged('LIMIT_EXCEEDED', '08:00:05'))).toMatchObject({
        do: 'write',
        record: { reason: 'LIMIT_EXCEEDED' },
      });
    });

    it('a look that judged counts before one of the same moment that could not', () => {
      const looks = [unjudged('FAILED', '08:00:05'), judged('pass', '08:00:05')];
      expect(recordAfter(looks)).toMatchObject({ verdict: 'pass' });
      expect(recordAfter(looks)).not.toHaveProperty('otherLook');
    });

    it('says which look is recorded, and leaves the record alone', () => {
      expect(decideRecord(previous, judged('block', '08:00:04'))).toEqual({
        do: 'keep',
        record: previous,
        reason: `a later look, of ${at('08:00:05')}, is recorded`,
      });
    });

    it('tells milliseconds apart', () => {
      const late = { ...previous, observedAt: '2026-03-02T08:00:05.001Z' };
      expect(decideRecord(late, judged('pass', '08:00:05')).do).toBe('keep');
    });
  });

  describe('by the time of the scan', () => {
    it.each([
      ['07:59:59', 'keep'],
      ['08:00:00', 'write'],
      ['08:00:01', 'write'],
    ])('a later look at a scan of %s against one of 08:00:00: %s', (scanned, done) => {
      expect(decideRecord(previous, judged('pass', '09:00:00', scanned)).do).toBe(done);
    });

    it('says which scan is recorded', () => {
      expect(decideRecord(previous, judged('pass', '09:00:00', '07:59:59'))).toMatchObject({
        do: 'keep',
        reason: `a newer scan, of ${at('08:00:00')}, is recorded`,
      });
    });

    it('writes where either knows no time of a scan', () => {
      const { scannedAt: _none, ...unscanned } = previous;
      expect(decideRecord(unscanned, judged('pass', '09:00:00', '07:00:00')).do).toBe('write');
      const { scannedAt: _unknown, ...untimed } = scan();
      expect(decideRecord(previous, look(untimed, { verdict: 'pass' }, '09:00:00')).do).toBe('write');
    });

    it('keeps the time of the last completed scan while none tells anything', () => {
      const decision = decideRecord(previous, unjudged('FAILED', '09:00:00'));
      expect(decision).toMatchObject({
        do: 'write',
        record: { verdict: 'unknown', scannedAt: previous.scannedAt },
      });
      // so that an older scan cannot come back afterwards
      expect(decideRecord(decision.record, judged('pass', '09:00:01', '07:59:59')).do).toBe('keep');
    });
  });

  describe('of an index', () => {
    const parts = (first: ImageScan, second: ImageScan): Observation['image'] => ({
      ...imageSeen(first, { kind: 'index' }),
      parts: [
        { digest: 'sha256:aa', scan: first },
        { digest: 'sha256:bb', scan: second },
      ],
    });
    const whole: Observation = {
      ...judged('pass', '09:00:00'),
      image: parts(scan({ scannedAt: at('08:00:00') }), scan({ scannedAt: at('08:30:00') })),
    };
    const first = decideRecord(undefined, whole).record;

    it('knows the images that it leads to, and the newest of their scans', () => {
      expect(first).toMatchObject({ parts: ['sha256:aa', 'sha256:bb'], scannedAt: at('08:30:00') });
    });

    it('blocks for one image although a newer scan, that of the other, was lost since', () => {
      const partial: Observation = {
        ...judged('block', '09:10:00'),
        image: parts(scan({ scannedAt: at('08:00:00') }), scanWithout({ status: 'FAILED' })),
      };
      const decision = decideRecord(first, partial);
      expect(decision).toMatchObject({ do: 'write', record: { verdict: 'block' } });
      // in whatever order the two are worked on
      const other = decideRecord(decideRecord(undefined, partial).record, whole);
      expect(other.record.verdict).toBe('block');
    });

    it('does not forget the images when it is archived and can no longer be read', () => {
      const archived: Observation = {
        ...unjudged('IMAGE_ARCHIVED', '10:00:00'),
        image: { ...imageSeen(scan(), { kind: 'index' }), parts: [] },
      };
      expect(decideRecord(first, archived)).toMatchObject({
        do: 'write',
        record: { verdict: 'unknown', parts: ['sha256:aa', 'sha256:bb'] },
      });
    });
  });

  describe('while a re-scan is under way', () => {
    it.each<ScanStatus>(['PENDING', 'IN_PROGRESS'])('keeps the verdict of the last scan: %s', (status) => {
      expect(decideRecord(previous, unjudged(status, '09:00:00'))).toEqual({
        do: 'keep',
        record: previous,
        reason: 'a re-scan is under way: the last verdict stands until it ends',
      });
    });

    describe('of an image whose first scan was due long ago', () => {
      /** Overdue by its push, so that nothing says that it is awaited. */
      const overdue = (observedAt: string, over: Partial<Judgement> = {}): Observation => ({
        ...look(scanWithout({ status: 'IN_PROGRESS' }), { pending: false, ...over }, '09:00:00'),
        observedAt,
      });

      it.each([
        ['2026-03-04T08:00:04.999Z', 'keep'],
        ['2026-03-04T08:00:05.000Z', 'write'],
      ])('for two days after the last look that told something: at %s %s', (observedAt, done) => {
        expect(decideRecord(previous, overdue(observedAt)).do).toBe(done);
      });

      it('but not against what another image of the index was found to have', () => {
        const found = overdue(at('09:00:00'), { verdict: 'block' });
        expect(decideRecord(previous, found)).toMatchObject({ do: 'write', record: { verdict: 'block' } });
      });
    });

    it('keeps what the last scan led to, also where that was nothing', () => {
      const first = recordAfter([unjudged('FAILED', '08:00:00')]);
      expect(decideRecord(first, unjudged('PENDING', '09:00:00'))).toMatchObject({ do: 'keep' });
    });

    it('writes a scan that failed in place of one that is awaited, whichever was seen later', () => {
      const first = recordAfter([unjudged('PENDING', '09:00:00')]);
      expect(decideRecord(first, unjudged('FAILED', '08:00:00'))).toMatchObject({
        do: 'write',
        record: { verdict: 'unknown', reason: 'FAILED', pending: false },
      });
    });
  });

  describe('what can no longer be judged', () => {
    const gone: readonly ScanStatus[] = [
      'FAILED',
      'UNSUPPORTED_IMAGE',
      'SCAN_ELIGIBILITY_EXPIRED',
      'FINDINGS_UNAVAILABLE',
      'LIMIT_EXCEEDED',
      'IMAGE_ARCHIVED',
      'NEVER_SCANNED',
    ];

    it.each(gone)('%s lifts no block', (status) => {
      const blocked = { ...previous, verdict: 'block' } as const;
      const { record } = decideRecord(blocked, unjudged(status, '09:00:00'));
      expect(record).toMatchObject({
        verdict: 'block',
        reason: blocked.reason,
        scannedAt: blocked.scannedAt,
      });
    });

    it.each<Verdict>(['pass', 'monitor', 'review', 'unknown'])('replaces %s by unknown', (verdict) => {
      expect(decideRecord({ ...previous, verdict }, unjudged('FAILED', '09:00:00'))).toMatchObject({
        do: 'write',
        record: { verdict: 'unknown', reason: 'FAILED' },
      });
    });

    it.each<Verdict>(['pass', 'monitor', 'review', 'block'])(
      'a completed scan replaces a block by %s',
      (verdict) => {
        const blocked = { ...previous, verdict: 'block' } as const;
        expect(decideRecord(blocked, judged(verdict, '09:00:00', '08:59:00'))).toMatchObject({
          do: 'write',
          record: { verdict },
        });
      },
    );
  });

  describe('in whatever order looks are worked on', () => {
    it('a block that a slower worker found is recorded, although a later look could judge nothing', () => {
      const found = judged('block', '08:00:05');
      const failed = unjudged('FAILED', '08:00:06');
      expect(recordAfter([found, failed])?.verdict).toBe('block');
      expect(recordAfter([failed, found])?.verdict).toBe('block');
    });

    it('an older pass does not replace a block that a later look could not lift', () => {
      const blocked = judged('block', '08:00:05');
      const passed = judged('pass', '08:00:06', '08:00:01');
      const failed = unjudged('FAILED', '08:00:07');
      expect(recordAfter([blocked, passed, failed])?.verdict).toBe('unknown');
      expect(recordAfter([blocked, failed, passed])?.verdict).not.toBe('pass');
    });

    const verdict = fc.constantFrom<Verdict>('pass', 'monitor', 'review', 'block');
    const second = (n: number): string => `08:00:${String(n).padStart(2, '0')}`;

    /** Any order of the looks, each of them once or more often. */
    function jumbled<T>(looks: readonly T[]): fc.Arbitrary<T[]> {
      return fc
        .shuffledSubarray([...looks, ...looks, ...looks], { minLength: looks.length })
        .filter((some) => looks.every((look) => some.includes(look)));
    }

    /** Later looks see later scans, or the same one again. */
    const looksAtScans = fc
      .array(fc.record({ verdict, newScan: fc.boolean() }), { minLength: 1, maxLength: 6 })
      .map((steps) => {
        let scans = 0;
        return steps.map((step, n) => {
          if (step.newScan) scans = n;
          return judged(step.verdict, second(n + 10), second(scans));
        });
      });

    it('ends with the record of the latest look, where every look found a completed scan', () => {
      fc.assert(
        fc.property(
          looksAtScans.chain((looks) => fc.tuple(fc.constant(looks), jumbled(looks))),
          ([looks, jumble]) => {
            const record = withoutHistory(recordAfter(jumble));
            const latest = withoutHistory(recordAfter(looks.slice(-1)));
            expect(record).toEqual(latest);
          },
        ),
      );
    });

    it('ends with the same verdict, where some looks could judge nothing', () => {
      const instead = fc.constantFrom<ScanStatus | undefined>(undefined, undefined, 'FAILED', 'PENDING');
      const mixed = fc
        .tuple(looksAtScans, fc.array(instead, { minLength: 6, maxLength: 6 }))
        .map(([looks, blind]) =>
          looks.map((look, n) => (blind[n] === undefined ? look : unjudged(blind[n], second(n + 10)))),
        );
      fc.assert(
        fc.property(
          mixed.chain((looks) => fc.tuple(fc.constant(looks), jumbled(looks))),
          ([looks, jumble]) => {
            expect(recordAfter(jumble)?.verdict).toBe(recordAfter(looks)?.verdict);
          },
        ),
      );
    });
  });
});

describe('needsAnnouncing', () => {
  const announced = { verdict: 'review', environment: 'production' } as const;

  it.each<[string, Partial<VerdictRecord>, boolean]>([
    ['nothing was announced', {}, true],
    ['the same was announced', { announced }, false],
    ['another verdict was announced', { announced: { ...announced, verdict: 'pass' } }, true],
    ['another environment was announced', { announced: { ...announced, environment: 'staging' } }, true],
    ['the first scan is awaited', { pending: true, verdict: 'unknown' }, false],
    ['the first scan failed', { verdict: 'unknown' }, true],
    [
      'the same was announced, and another verdict may have been told since',
      { announced, announcing: [{ ...announced, verdict: 'block' }] },
      true,
    ],
    [
      'the same was announced, and for another environment it may have been since',
      { announced, announcing: [{ ...announced, environment: 'staging' }] },
      true,
    ],
    ['the same was announced, and begun to be once more', { announced, announcing: [announced] }, false],
    ['it was begun to be announced, and nobody knows whether it was', { announcing: [announced] }, true],
    ['it has no tag, and nothing was announced', { tags: [] }, false],
    [
      'it has no tag any more, and it takes back what may have been told',
      { tags: [], verdict: 'monitor', announcing: [announced] },
      true,
    ],
    [
      'it has no tag any more, and it takes back what was announced',
      { tags: [], verdict: 'pass', announced },
      true,
    ],
    [
      'it has no tag any more, and is judged by the rules of another environment',
      { tags: [], verdict: 'block', announced: { ...announced, environment: 'development' } },
      false,
    ],
    [
      'it has no tag any more, and nothing that needs people was announced',
      { tags: [], verdict: 'review', announced: { ...announced, verdict: 'pass' } },
      false,
    ],
  ])('%s: %s', (_what, over, needed) => {
    expect(needsAnnouncing(verdictRecord({ verdict: 'review', ...over }))).toBe(needed);
  });
});

describe('previouslyTold', () => {
  const of = (verdict: Verdict): { readonly verdict: Verdict; readonly environment: string } => ({
    verdict,
    environment: 'production',
  });

  it.each<[string, Partial<VerdictRecord>, Verdict | undefined]>([
    ['nothing', {}, undefined],
    ['what was announced', { announced: of('review') }, 'review'],
    ['what was begun to be announced', { announcing: [of('pass')] }, 'pass'],
    ['the stricter of the two', { announced: of('review'), announcing: [of('block')] }, 'block'],
    ['wherever it stands', { announced: of('unknown'), announcing: [of('review')] }, 'unknown'],
    [
      'of several',
      { announced: of('pass'), announcing: [of('review'), of('block'), of('monitor')] },
      'block',
    ],
  ])('is %s', (_what, over, verdict) => {
    expect(previouslyTold(verdictRecord(over))?.verdict).toBe(verdict);
  });
});
