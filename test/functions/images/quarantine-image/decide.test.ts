import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import {
  type Checks,
  decideQuarantine,
  type Observed,
  type Protection,
} from '../../../../functions/images/quarantine-image/decide.ts';
import {
  type ImageState,
  isOpen,
  protectionKinds,
  quarantineStates,
} from '../../../../shared/domain/quarantine.ts';
import type { Standing } from '../../../../shared/domain/standing.ts';
import { verdicts } from '../../../../shared/domain/verdict.ts';
import { digest, mayAct, mayOnlyTell, verdictRecord } from '../../../builders.ts';
import { blocked, free, now, observed, otherPart, part, quarantineCase, states } from './builders.ts';

const paused: Standing = { may: 'tell', because: 'paused', reason: 'paused by ann: a release' };
const unchecked: Partial<Observed> = { checks: undefined as never };

const protectedBy = (...kinds: readonly Protection['kind'][]): Checks => ({
  ...free,
  protections: kinds.map((kind) => ({ kind, reason: kind })),
});

const archived = quarantineCase();
const request = {
  by: 'arn:aws:iam::123456789012:user/ann',
  reason: 'the only way back',
  at: '2026-03-02T08:10:00.000Z',
  until: '2026-03-02T10:00:00.000Z',
  rescan: false,
};
const passed = verdictRecord({ verdict: 'pass' });
const longAgo = { begunAt: '2026-03-02T07:00:00.000Z' };

describe('decideQuarantine', () => {
  describe('a copy that nothing was done about', () => {
    it.each<[string, Partial<Observed>, object]>([
      [
        'is archived when it is blocked and nobody needs it',
        {},
        { do: 'archive', digests: [digest], again: false },
      ],
      ['is left alone when it was never judged', { record: undefined as never }, { do: 'nothing' }],
      ['is left alone when it passed', { record: passed }, { do: 'nothing' }],
      [
        'is left alone when it is unknown',
        { record: verdictRecord({ verdict: 'unknown' }) },
        { do: 'nothing' },
      ],
      [
        'is left alone when it needs a review',
        { record: verdictRecord({ verdict: 'review' }) },
        { do: 'nothing' },
      ],
      ['is left alone when it is gone', { states: states('gone') }, { do: 'nothing' }],
      [
        'is left alone when others have archived it',
        { states: states('ARCHIVED', 'ACTIVE') },
        { do: 'nothing' },
      ],
      ['is awaited while it is being restored', { states: states('ACTIVATING') }, { do: 'await' }],
      ['is awaited when its manifest cannot be read', { states: undefined as never }, { do: 'await' }],
      ['is not decided about before all is asked', unchecked, { do: 'check' }],
      [
        'is archived index first',
        { states: states('ACTIVE', 'ACTIVE') },
        { do: 'archive', digests: [digest, part] },
      ],
      [
        'is archived without what another index needs',
        {
          states: states('ACTIVE', 'ACTIVE', 'ACTIVE'),
          checks: { ...free, neededElsewhere: new Set([part]) },
        },
        { do: 'archive', digests: [digest, otherPart] },
      ],
      [
        'is archived without what is archived already',
        { states: states('ACTIVE', 'ARCHIVED') },
        { do: 'archive', digests: [digest] },
      ],
      [
        'is awaited while something is still to be saved',
        { checks: { ...free, evidence: { is: 'incomplete', reason: 'a scan is awaited' } } },
        { do: 'await', reason: 'a scan is awaited' },
      ],
    ])('%s', (_what, over, expected) => {
      expect(decideQuarantine(observed(over))).toMatchObject(expected);
    });

    it.each(protectionKinds)('is held when it is protected: %s', (kind) => {
      expect(decideQuarantine(observed({ checks: protectedBy(kind) }))).toMatchObject({
        do: 'hold',
        by: kind,
      });
    });

    it('is held by what is certain, and all reasons are told', () => {
      const checks = protectedBy('unknown-use', 'last-good', 'in-use');
      expect(decideQuarantine(observed({ checks }))).toEqual({
        do: 'hold',
        by: 'in-use',
        reason: 'in-use; last-good; unknown-use',
      });
    });
  });

  describe('while nothing may be done', () => {
    it('observes what would be archived', () => {
      expect(decideQuarantine(observed({ standing: mayOnlyTell }))).toMatchObject({
        do: 'watch',
        because: 'observe',
        reason: expect.stringContaining('it would be archived; nothing was done'),
      });
    });

    it('has people hear of what is in use, though it only observes', () => {
      const checks = protectedBy('in-use');
      expect(decideQuarantine(observed({ standing: mayOnlyTell, checks }))).toMatchObject({ do: 'hold' });
    });

    it('asks who needs it while it observes, and asks nobody while it is paused', () => {
      expect(decideQuarantine(observed({ standing: mayOnlyTell, ...unchecked }))).toMatchObject({
        do: 'check',
      });
      expect(decideQuarantine(observed({ standing: paused, ...unchecked }))).toMatchObject({
        do: 'watch',
        because: 'suspended',
        reason: expect.stringContaining('paused by ann'),
      });
    });

    it('restores nothing either', () => {
      const over = { record: passed, case: archived, states: states('ARCHIVED'), standing: paused };
      expect(decideQuarantine(observed(over))).toMatchObject({ do: 'watch', because: 'suspended' });
    });
  });

  describe('a copy that was archived here', () => {
    it.each<[string, Partial<Observed>, object]>([
      ['stays as it is', { states: states('ARCHIVED') }, { do: 'nothing' }],
      ['is archived again when it came back', { states: states('ACTIVE') }, { do: 'archive', again: true }],
      [
        'is archived again when it came back while it could not be',
        { case: quarantineCase({ state: 'watched', because: 'suspended' }) },
        { do: 'archive', again: true },
      ],
      [
        'is held when it came back and is in use now',
        { checks: protectedBy('in-use') },
        { do: 'hold', by: 'in-use' },
      ],
      ['is closed when it is gone', { states: states('gone') }, { do: 'close', as: 'gone' }],
      [
        'stays as it is when nobody knows its verdict any more',
        { record: verdictRecord({ verdict: 'unknown' }), states: states('ARCHIVED') },
        { do: 'await' },
      ],
      [
        'is restored when it is blocked no more',
        { record: passed, states: states('ARCHIVED') },
        { do: 'restore', digests: [digest], for: 'verdict' },
      ],
      [
        'is restored when it needs but a review',
        { record: verdictRecord({ verdict: 'review' }), states: states('ARCHIVED') },
        { do: 'restore' },
      ],
      ['is awaited while it comes back', { record: passed, states: states('ACTIVATING') }, { do: 'await' }],
      [
        'is closed when it is back',
        {
          record: passed,
          states: states('ACTIVE'),
          case: quarantineCase({ state: 'restoring', ...longAgo }),
        },
        { do: 'close', as: 'released' },
      ],
      [
        'is not closed while somebody may still be about to archive it',
        { record: passed, states: states('ACTIVE'), case: quarantineCase({ state: 'archiving' }) },
        { do: 'restore', digests: [] },
      ],
    ])('%s', (_what, over, expected) => {
      expect(decideQuarantine(observed({ case: archived, ...over }))).toMatchObject(expected);
    });

    it('is restored children first, and without what others have archived', () => {
      const over = { record: passed, states: states('ARCHIVED', 'ARCHIVED', 'ARCHIVED') };
      const known = quarantineCase({ archived: [digest, otherPart] });
      expect(decideQuarantine(observed({ ...over, case: known }))).toMatchObject({
        digests: [otherPart, digest],
      });
    });

    it('is restored with what was archived for another index', () => {
      const over = {
        record: passed,
        states: states('ARCHIVED', 'ARCHIVED'),
        archivedForOthers: new Set([part]),
      };
      expect(decideQuarantine(observed({ ...over, case: archived }))).toMatchObject({
        digests: [part, digest],
      });
    });

    it('does not try again what ECR would not archive, unless the index came back', () => {
      const known = quarantineCase({ left: [part] });
      expect(decideQuarantine(observed({ case: known, states: states('ARCHIVED', 'ACTIVE') }))).toMatchObject(
        {
          do: 'nothing',
        },
      );
      expect(decideQuarantine(observed({ case: known, states: states('ACTIVE', 'ACTIVE') }))).toMatchObject({
        digests: [digest, part],
      });
    });
  });

  describe('after a crash', () => {
    const archiving = quarantineCase({ state: 'archiving', archived: [digest, part], isSettled: false });

    it.each<[string, ReadonlyMap<string, ImageState>, object]>([
      [
        'before the first call',
        states('ACTIVE', 'ACTIVE'),
        { do: 'archive', digests: [digest, part], again: false },
      ],
      ['between two calls', states('ARCHIVED', 'ACTIVE'), { do: 'archive', digests: [part], again: false }],
      ['after the last call', states('ARCHIVED', 'ARCHIVED'), { do: 'archive', digests: [] }],
    ])('%s it goes on from what ECR says', (_when, of, expected) => {
      expect(decideQuarantine(observed({ case: archiving, states: of }))).toMatchObject(expected);
    });
  });

  describe('a release that a person wants', () => {
    const wanted = quarantineCase({ request });
    const reprieved = quarantineCase({ request, state: 'reprieved', isSettled: false });
    const rescanning = quarantineCase({ request: { ...request, rescan: true }, state: 'reprieved' });

    it.each<[string, Partial<Observed>, object]>([
      ['restores it', { case: wanted, states: states('ARCHIVED') }, { do: 'restore', for: 'person' }],
      [
        'is noted also of what is not archived',
        { case: wanted },
        { do: 'restore', digests: [], for: 'person' },
      ],
      ['leaves it alone until its end', { case: reprieved }, { do: 'await' }],
      [
        'ends at its end',
        { case: reprieved, now: new Date(request.until) },
        { do: 'archive', digests: [digest], again: false },
      ],
      [
        'is not done while paused',
        { case: wanted, states: states('ARCHIVED'), standing: paused },
        { do: 'watch' },
      ],
      [
        'with a new scan waits for the image',
        { case: rescanning, states: states('ACTIVATING'), rescan: 'to be started' },
        { do: 'await' },
      ],
      ['with a new scan starts it', { case: rescanning, rescan: 'to be started' }, { do: 'rescan' }],
      ['with a new scan waits for its end', { case: rescanning, rescan: 'awaited' }, { do: 'await' }],
      ['with a new scan ends by a new block', { case: rescanning, rescan: 'judged' }, { do: 'archive' }],
      [
        'with a new scan ends when it leads to nothing',
        { case: rescanning, rescan: 'overdue' },
        { do: 'archive' },
      ],
      [
        'ends in a release by a better verdict',
        { case: { ...reprieved, ...longAgo }, record: passed },
        { do: 'close', as: 'released' },
      ],
    ])('%s', (_what, over, expected) => {
      expect(decideQuarantine(observed(over))).toMatchObject(expected);
    });
  });

  it('takes what was in use to be in use still while nobody knows', () => {
    const known = quarantineCase({ state: 'held', heldBy: 'in-use', archived: [] });
    expect(decideQuarantine(observed({ case: known, checks: protectedBy('unknown-use') }))).toMatchObject({
      by: 'in-use',
    });
  });
});

const anyState = fc.constantFrom<ImageState>('ACTIVE', 'ARCHIVED', 'ACTIVATING', 'gone');
const anyStanding = fc.constantFrom<Standing>(mayAct, mayOnlyTell, paused, {
  may: 'tell',
  because: 'interlocked',
  reason: 'interlocked by ann: an exercise',
});
const anyChecks = fc.record<Checks>({
  protections: fc.array(
    fc.record<Protection>({ kind: fc.constantFrom(...protectionKinds), reason: fc.constant('because') }),
    { maxLength: 2 },
  ),
  evidence: fc.constantFrom<Checks['evidence']>(
    { is: 'complete' },
    { is: 'incomplete', reason: 'a scan is awaited' },
  ),
  neededElsewhere: fc.subarray([part, otherPart]).map((needed) => new Set(needed)),
});
const anyCase = fc.record({
  state: fc.constantFrom(...quarantineStates),
  archived: fc.subarray([digest, part, otherPart]),
  left: fc.subarray([part]),
  begunAt: fc.constantFrom('2026-03-02T08:15:00.000Z', '2026-03-01T08:00:00.000Z'),
  wanted: fc.option(fc.constantFrom({ ...request }, { ...request, rescan: true }), { nil: undefined }),
});
const anything: fc.Arbitrary<Observed> = fc
  .record({
    verdict: fc.constantFrom(...verdicts),
    self: anyState,
    parts: fc.array(anyState, { maxLength: 2 }),
    standing: anyStanding,
    checks: fc.option(anyChecks, { nil: undefined }),
    known: fc.option(anyCase, { nil: undefined }),
    rescan: fc.constantFrom('to be started', 'awaited', 'judged', 'overdue', undefined),
  })
  .map(({ verdict, self, parts, standing, checks, known, rescan }) => {
    const { wanted, ...over } = known ?? {};
    return {
      record: { ...blocked, verdict },
      states: states(self, ...parts),
      standing,
      now,
      ...(checks && { checks }),
      ...(known && { case: quarantineCase({ ...over, ...(wanted && { request: wanted }) } as never) }),
      ...(rescan && { rescan }),
    };
  });

describe('whatever is observed', () => {
  const always = (holds: (seen: Observed) => void): void =>
    fc.assert(fc.property(anything, holds), { numRuns: 3000 });

  it('archives only what is blocked, free, saved, and while it may', () => {
    always((seen) => {
      const decision = decideQuarantine(seen);
      if (decision.do !== 'archive' || decision.digests.length === 0) return;
      expect(seen.record?.verdict).toBe('block');
      expect(seen.standing.may).toBe('act');
      expect(seen.checks).toMatchObject({ protections: [], evidence: { is: 'complete' } });
      for (const of of decision.digests) {
        expect(seen.states?.get(of)).toBe('ACTIVE');
        expect(seen.checks?.neededElsewhere.has(of)).toBe(false);
      }
      expect(decision.digests.includes(digest) ? decision.digests[0] : digest).toBe(digest);
    });
  });

  it('restores only what it archived itself, the copy last, and while it may', () => {
    always((seen) => {
      const decision = decideQuarantine(seen);
      if (decision.do !== 'restore') return;
      if (decision.digests.length > 0) expect(seen.standing.may).toBe('act');
      for (const of of decision.digests) {
        expect(seen.case?.archived).toContain(of);
        expect(seen.states?.get(of)).toBe('ARCHIVED');
      }
      expect(decision.digests.includes(digest) ? decision.digests.at(-1) : digest).toBe(digest);
      if (decision.for === 'verdict') expect(['pass', 'monitor', 'review']).toContain(seen.record?.verdict);
      else expect(seen.case?.request).toBeDefined();
    });
  });

  it('closes nothing as released that was archived here and is not back', () => {
    always((seen) => {
      const decision = decideQuarantine(seen);
      if (decision.do !== 'close' || decision.as === 'gone') return;
      for (const of of seen.case?.archived ?? []) {
        expect(['ARCHIVED', 'ACTIVATING']).not.toContain(seen.states?.get(of));
      }
    });
  });

  it('never leaves a copy alone that is blocked, can be pulled and has nobody in charge', () => {
    always((seen) => {
      const { record, states: of, case: known } = seen;
      const isLoose = record?.verdict === 'block' && of?.get(digest) === 'ACTIVE';
      if (!isLoose || (known && isOpen(known) && known.request)) return;
      expect(decideQuarantine(seen).do).not.toBe('nothing');
    });
  });
});
