import { describe, expect, it } from '@jest/globals';
import { decideWaiverGaps, waiverUse } from '../../../../functions/images/sweep-images/waiver-gaps.ts';
import type { VerdictRecord } from '../../../../shared/domain/verdict-record.ts';
import type { Waiver } from '../../../../shared/policy/schema.ts';
import { verdictRecord } from '../../../builders.ts';

const waiver: Waiver = {
  id: 'CVE-2026-0001',
  owner: 'ann',
  reason: 'the function is never called',
  expires: '2026-12-31',
  lapsesOnFix: false,
};

const accepted = { id: 'CVE-2026-0001', package: 'curl', owner: 'ann', expires: '2026-12-31' };

function gapsOf(
  over: Partial<Waiver>,
  records: readonly Partial<VerdictRecord>[] | 'not all were seen',
  now = '2026-03-02T12:00:00Z',
): readonly (readonly [string, string])[] {
  const waivers = [{ ...waiver, ...over }];
  const use = waiverUse(waivers);
  if (records !== 'not all were seen') for (const record of records) use.note(verdictRecord(record));
  const seen = records === 'not all were seen' ? undefined : use;
  return decideWaiverGaps(waivers, seen, 'production', new Date(now)).map(({ facts, reason }) => [
    facts.kind,
    reason,
  ]);
}

const used = [{ waived: [accepted] }];

describe('decideWaiverGaps', () => {
  it('leaves a waiver alone that holds and is needed', () => {
    expect(gapsOf({}, used)).toEqual([]);
  });

  it.each([
    ['2026-12-17T23:59:59Z', undefined],
    ['2026-12-18T00:00:00Z', ['waiver-expiring', 'it ends with 2026-12-31 (ann answers for it)']],
    ['2026-12-31T23:59:59Z', ['waiver-expiring', 'it ends with 2026-12-31 (ann answers for it)']],
    ['2027-01-01T00:00:00Z', ['waiver-expired', 'it ended with 2026-12-31 (ann answers for it)']],
  ])('reports the end of a waiver two weeks before it, and when it has come: at %s', (now, gap) => {
    expect(gapsOf({}, used, now)).toEqual(gap === undefined ? [] : [gap]);
  });

  it('reports one that was to hold only until a fix is known, once one is', () => {
    const lapsed = [{ endedWaivers: [{ ...accepted, state: 'lapsed' as const }] }];
    expect(gapsOf({ lapsesOnFix: true }, lapsed)).toEqual([
      ['waiver-lapsed', 'a fix is known, and it was to hold only until then (ann answers for it)'],
    ]);
  });

  describe('reports one that matches nothing', () => {
    const unused = ['waiver-unused', 'no image has a finding that it names (ann answers for it)'];

    it.each<[string, Partial<Waiver>, Partial<VerdictRecord>, boolean]>([
      ['no finding is waived', {}, {}, true],
      ['another finding is', { id: 'CVE-2026-0002' }, { waived: [accepted] }, true],
      ['one in another package is', { package: 'zlib' }, { waived: [accepted] }, true],
      ['one in another repository is', { repositories: ['web'] }, { waived: [accepted] }, true],
      [
        'one in its package and repository is',
        { package: 'curl', repositories: ['api'] },
        { waived: [accepted] },
        false,
      ],
      [
        'it would match if it had not ended',
        {},
        { endedWaivers: [{ ...accepted, state: 'expired' }] },
        false,
      ],
    ])('%s', (_what, over, record, isUnused) => {
      expect(gapsOf(over, [{}, record])).toEqual(isUnused ? [unused] : []);
    });

    it('but not when some images were not looked at', () => {
      expect(gapsOf({}, 'not all were seen')).toEqual([]);
    });
  });

  it('tells waivers of one CVE apart', () => {
    const waivers = [waiver, { ...waiver, package: 'curl', repositories: ['api', 'web'] }];
    const gaps = decideWaiverGaps(
      waivers,
      waiverUse(waivers),
      'production',
      new Date('2026-03-02T12:00:00Z'),
    );
    expect(gaps.map(({ facts, subject, environment }) => [facts.gap, subject, environment])).toEqual([
      ['waiver/CVE-2026-0001', 'waiver of CVE-2026-0001', 'production'],
      ['waiver/CVE-2026-0001 in curl (api, web)', 'waiver of CVE-2026-0001 in curl (api, web)', 'production'],
    ]);
  });
});
