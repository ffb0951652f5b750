import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type ImageScan, type ScanStatus, scanStatuses } from '../../../shared/domain/finding.ts';
import {
  type FindingSeverity,
  findingSeverities,
  type SeverityCounts,
} from '../../../shared/domain/severity.ts';
import { type Verdict, verdicts } from '../../../shared/domain/verdict.ts';
import { decideVerdict, type ImagePart, type Judgement } from '../../../shared/judging/verdict.ts';
import type { Waiver } from '../../../shared/policy/schema.ts';
import { finding, imageSeen, policy, scan, scanWithout } from '../../builders.ts';

/** Long after every scan was due. */
const noon = new Date('2026-03-02T12:00:00Z');

const production = ['api-prod-1.0.0-4f1c2ab'];
const staging = ['api-staging-1.0.0-4f1c2ab'];
const development = ['api-dev-1.0.0-4f1c2ab'];

/** The judgement on an image with these tags. */
function judge(tags: readonly string[], of: ImageScan, now = noon): Judgement {
  return decideVerdict(imageSeen(of, { tags }), policy, now);
}

const basic = (over: Partial<ImageScan> = {}): ImageScan => scan(over);
const enhanced = (over: Partial<ImageScan> = {}): ImageScan =>
  scan({ status: 'ACTIVE', engine: 'enhanced', ...over });

describe('decideVerdict', () => {
  describe('judges each severity by the rules of the environment, whichever engine found it', () => {
    const table: readonly [FindingSeverity, Verdict, Verdict, Verdict][] = [
      // severity, production, staging, development
      ['CRITICAL', 'block', 'block', 'review'],
      ['HIGH', 'block', 'review', 'monitor'],
      ['MEDIUM', 'review', 'monitor', 'pass'],
      ['LOW', 'monitor', 'pass', 'pass'],
      ['INFORMATIONAL', 'pass', 'pass', 'pass'],
      ['UNDEFINED', 'review', 'review', 'review'],
      ['UNTRIAGED', 'block', 'review', 'review'],
    ];

    it.each(table)('%s: production %s, staging %s, development %s', (severity, prod, stag, dev) => {
      for (const engine of [basic, enhanced]) {
        const found = engine({ findings: [finding(severity)] });
        expect(judge(production, found)).toMatchObject({
          verdict: prod,
          environment: 'production',
        });
        expect(judge(staging, found)).toMatchObject({
          verdict: stag,
          environment: 'staging',
        });
        expect(judge(development, found)).toMatchObject({
          verdict: dev,
          environment: 'development',
        });
      }
    });
  });

  it('lets the strictest rule decide, and not the severity of the name', () => {
    // In production UNTRIAGED blocks while UNDEFINED and MEDIUM are only reviewed.
    const found = basic({ findings: [finding('MEDIUM'), finding('UNDEFINED'), finding('UNTRIAGED')] });
    expect(judge(production, found)).toMatchObject({
      verdict: 'block',
      reason: '1 UNTRIAGED finding: CVE-2026-0001',
    });
  });

  it('names the gravest of the severities that the rules make the same of', () => {
    const found = basic({
      findings: [finding('HIGH', { id: 'CVE-H' }), finding('CRITICAL', { id: 'CVE-C' })],
    });
    expect(judge(production, found)).toMatchObject({
      verdict: 'block',
      reason: '1 CRITICAL finding: CVE-C',
    });
  });

  describe('tells what was found from what could not be looked at', () => {
    const judged: readonly ScanStatus[] = ['COMPLETE', 'ACTIVE'];

    it.each(judged)('%s without findings passes', (status) => {
      expect(judge(production, scan({ status }))).toEqual({
        verdict: 'pass',
        environment: 'production',
        reason: 'the scan found nothing',
        pending: false,
        missingPlatforms: [],
        counts: {},
        worst: [],
        waived: [],
      });
    });

    it.each(judged)('%s is unknown when it came without a list of findings', (status) => {
      expect(judge(production, scanWithout({ status }))).toMatchObject({
        verdict: 'unknown',
        reason: `the scan is ${status} but came without findings`,
        pending: false,
      });
    });

    it.each<[ScanStatus, RegExp]>([
      ['IN_PROGRESS', /under way \(IN_PROGRESS\)/],
      ['PENDING', /under way \(PENDING\)/],
      ['NEVER_SCANNED', /never scanned/],
      ['FAILED', /failed \(UnsupportedImageError\)/],
      ['UNSUPPORTED_IMAGE', /does not support the image \(UnsupportedImageError\)/],
      ['SCAN_ELIGIBILITY_EXPIRED', /re-scan window/],
      ['FINDINGS_UNAVAILABLE', /not available \(UnsupportedImageError\)/],
      ['LIMIT_EXCEEDED', /limit of ECR \(UnsupportedImageError\)/],
      ['IMAGE_ARCHIVED', /archived/],
    ])('%s is unknown', (status, reason) => {
      const failed = scanWithout({ status, statusReason: 'UnsupportedImageError' });
      expect(judge(production, failed)).toMatchObject({
        verdict: 'unknown',
        environment: 'production',
        reason: expect.stringMatching(reason),
        pending: false,
      });
    });

    it.each<[ScanStatus, string, boolean]>([
      // pushed at 7:59, and a scan is due half an hour later
      ['PENDING', '08:28:59', true],
      ['PENDING', '08:29:00', false],
      ['PENDING', '08:29:01', false],
      ['IN_PROGRESS', '08:28:59', true],
      ['IN_PROGRESS', '08:29:00', false],
      ['NEVER_SCANNED', '08:28:59', true],
      ['NEVER_SCANNED', '08:29:00', false],
      ['FAILED', '08:00:00', false],
      ['SCAN_ELIGIBILITY_EXPIRED', '08:00:00', false],
      ['COMPLETE', '08:00:00', false],
    ])('%s at %s is awaited: %s', (status, time, pending) => {
      const judgement = judge(production, scanWithout({ status }), new Date(`2026-03-02T${time}Z`));
      expect(judgement).toMatchObject({ verdict: 'unknown', pending });
    });

    it('is unknown for every status but COMPLETE and ACTIVE, whatever findings stand beside it', () => {
      for (const status of scanStatuses.filter((each) => !judged.includes(each))) {
        expect(judge(production, scan({ status })).verdict).toBe('unknown');
        const critical = scan({ status, findings: [finding('CRITICAL')], counts: { CRITICAL: 1 } });
        expect(judge(production, critical).verdict).toBe('unknown');
      }
    });
  });

  describe('believes the larger of the engine’s total and its list', () => {
    it.each<[string, SeverityCounts, readonly FindingSeverity[], Verdict, SeverityCounts]>([
      ['a total without any list', { CRITICAL: 1 }, [], 'block', { CRITICAL: 1 }],
      ['a total that is larger than the list', { HIGH: 5 }, ['HIGH'], 'block', { HIGH: 5 }],
      ['a list that is larger than the total', { LOW: 1 }, ['LOW', 'LOW'], 'monitor', { LOW: 2 }],
      ['a list without a total', {}, ['CRITICAL'], 'block', { CRITICAL: 1 }],
      ['a total of a severity that is not listed', { HIGH: 1 }, ['LOW'], 'block', { HIGH: 1, LOW: 1 }],
      ['a total of nothing', { CRITICAL: 0 }, [], 'pass', {}],
    ])('%s', (_what, counts, listed, verdict, counted) => {
      const found = scan({ counts, findings: listed.map((severity) => finding(severity)) });
      expect(judge(production, found)).toMatchObject({ verdict, counts: counted });
    });
  });

  describe('finds the environment in the tags', () => {
    const high = scan({ findings: [finding('HIGH')] });

    it.each<[string, readonly string[], string, Verdict]>([
      ['one tag', ['api-staging-1.0-a1'], 'staging', 'review'],
      ['several tags of one environment', ['api-dev-1.0-a1', 'api-dev-1.1-b2'], 'development', 'monitor'],
      ['the strictest of several', ['api-dev-1.0-a1', 'api-staging-1.0-a1'], 'staging', 'review'],
      ['in any order', ['api-prod-1.0-a1', 'api-dev-1.0-a1'], 'production', 'block'],
      ['beside one that tells nothing', ['latest', 'api-dev-1.0-a1'], 'development', 'monitor'],
      ['no tags: by the one that holds when it is unclear', [], 'production', 'block'],
      ['only tags that tell nothing', ['latest', '1.0.0'], 'production', 'block'],
      ['a word that is no environment', ['api-qa-1.0-a1'], 'production', 'block'],
      ['a service that is not known', ['web-dev-1.0-a1'], 'production', 'block'],
      ['the service whose name goes on', ['api-gateway-dev-1.0-a1'], 'development', 'monitor'],
      ['an environment’s name in another case', ['api-DEV-1.0-a1'], 'production', 'block'],
    ])('%s: %j', (_what, tags, environment, verdict) => {
      expect(judge(tags, high)).toMatchObject({ environment, verdict });
    });

    it('gives the verdict to the first environment where all say the same', () => {
      const tags = ['api-staging-1.0-a1', 'api-prod-1.0-a1'];
      expect(judge(tags, scan({ findings: [finding('CRITICAL')] }))).toMatchObject({
        verdict: 'block',
        environment: 'production',
      });
    });

    it('finds the strictest wherever it stands in the policy', () => {
      const { production: strictest, ...others } = policy.environments;
      if (strictest === undefined) throw new Error('the policy has no production');
      for (const environments of [
        { ...others, production: strictest },
        { production: strictest, ...others },
      ]) {
        const tags = ['api-dev-1.0-a1', 'api-prod-1.0-a1', 'api-staging-1.0-a1'];
        const judgement = decideVerdict(imageSeen(high, { tags }), { ...policy, environments }, noon);
        expect(judgement).toMatchObject({ verdict: 'block', environment: 'production' });
      }
    });

    it('refuses a policy that has no such environment', () => {
      const images = { ...policy.images, environmentWhenUnclear: 'nowhere' };
      const untagged = imageSeen(high, { tags: [] });
      expect(() => decideVerdict(untagged, { ...policy, images }, noon)).toThrow(
        "the policy has no environment 'nowhere'",
      );
    });
  });

  describe('says what decided', () => {
    it.each<[string, SeverityCounts, readonly [FindingSeverity, string][], string]>([
      ['one', {}, [['HIGH', 'CVE-1']], '1 HIGH finding: CVE-1'],
      [
        'three',
        {},
        [
          ['HIGH', 'CVE-3'],
          ['HIGH', 'CVE-1'],
          ['HIGH', 'CVE-2'],
        ],
        '3 HIGH findings: CVE-1, CVE-2, CVE-3',
      ],
      ['more than are listed', { HIGH: 4 }, [['HIGH', 'CVE-1']], '4 HIGH findings: CVE-1, …'],
      ['none listed', { HIGH: 4 }, [], '4 HIGH findings'],
      [
        'one CVE in two packages',
        {},
        [
          ['HIGH', 'CVE-1'],
          ['HIGH', 'CVE-1'],
        ],
        '2 HIGH findings: CVE-1',
      ],
      [
        'not the milder ones',
        {},
        [
          ['HIGH', 'CVE-1'],
          ['LOW', 'CVE-0'],
        ],
        '1 HIGH finding: CVE-1',
      ],
    ])('%s', (_what, counts, listed, reason) => {
      const findings = listed.map(([severity, id]) => finding(severity, { id }));
      expect(judge(production, scan({ counts, findings })).reason).toBe(reason);
    });

    it('lists the ten worst, strictest first and then by id', () => {
      const findings = [
        ...Array.from({ length: 9 }, (_, i) => finding('LOW', { id: `CVE-LOW-${i}` })),
        finding('UNTRIAGED', { id: 'CVE-U' }),
        finding('HIGH', { id: 'CVE-H2' }),
        finding('HIGH', { id: 'CVE-H1' }),
      ];
      const { worst } = judge(production, scan({ findings }));
      expect(worst.map(({ id }) => id)).toEqual([
        'CVE-H1',
        'CVE-H2',
        'CVE-U',
        ...Array.from({ length: 7 }, (_, i) => `CVE-LOW-${i}`),
      ]);
    });
  });

  describe('an index is judged by the images that it leads to', () => {
    const amd = (of: ImageScan): ImagePart => ({ digest: 'sha256:aa', platform: 'linux/amd64', scan: of });
    const arm = (of: ImageScan): ImagePart => ({ digest: 'sha256:bb', platform: 'linux/arm64', scan: of });
    const high = scan({ findings: [finding('HIGH')] });
    const medium = scan({ findings: [finding('MEDIUM')] });
    const pending = scanWithout({ status: 'PENDING' });
    const failed = scanWithout({ status: 'FAILED' });
    const early = new Date('2026-03-02T08:00:00Z');

    it.each<[string, readonly ImagePart[], Verdict, string, boolean]>([
      ['all clean', [amd(scan()), arm(scan())], 'pass', 'linux/amd64: the scan found nothing', false],
      [
        'the worst counts',
        [amd(scan()), arm(high)],
        'block',
        'linux/arm64: 1 HIGH finding: CVE-2026-0001',
        false,
      ],
      [
        'wherever it stands',
        [amd(high), arm(scan())],
        'block',
        'linux/amd64: 1 HIGH finding: CVE-2026-0001',
        false,
      ],
      [
        'unknown is worse than review',
        [amd(medium), arm(failed)],
        'unknown',
        'linux/arm64: the scan failed',
        false,
      ],
      [
        'block is worse than unknown',
        [amd(failed), arm(high)],
        'block',
        'linux/arm64: 1 HIGH finding: CVE-2026-0001',
        false,
      ],
      [
        'a scan is awaited',
        [amd(scan()), arm(pending)],
        'unknown',
        'linux/arm64: the scan is under way (PENDING)',
        true,
      ],
      [
        'a block needs not be awaited',
        [amd(high), arm(pending)],
        'block',
        'linux/amd64: 1 HIGH finding: CVE-2026-0001',
        false,
      ],
      [
        'a failure needs not be awaited',
        [amd(pending), arm(failed)],
        'unknown',
        'linux/arm64: the scan failed',
        false,
      ],
      ['a platform is missing', [amd(scan())], 'review', 'it has no image for linux/arm64', false],
      ['both are missing', [], 'unknown', 'the index leads to no image that can be scanned', false],
    ])('%s', (_what, parts, verdict, reason, awaited) => {
      const index = { ...imageSeen(scan(), { kind: 'index' }), parts };
      expect(decideVerdict(index, policy, early)).toMatchObject({ verdict, reason, pending: awaited });
    });

    it('asks for no platforms of a repository that belongs to no service, nor of a single image', () => {
      const index = { ...imageSeen(scan(), { kind: 'index', repository: 'other' }), parts: [amd(scan())] };
      expect(decideVerdict(index, policy, noon)).toMatchObject({ verdict: 'pass', missingPlatforms: [] });
      expect(judge(production, scan())).toMatchObject({ verdict: 'pass', missingPlatforms: [] });
    });
  });

  describe('leaves out what a waiver accepts', () => {
    const waiver: Waiver = {
      id: 'CVE-2026-0001',
      owner: 'ann',
      reason: 'the function is never called',
      expires: '2026-03-02',
      lapsesOnFix: false,
    };
    const found = (over: Partial<ImageScan> = {}): ImageScan =>
      scan({
        findings: [finding('HIGH', { package: 'curl', fixedIn: '8.1' })],
        counts: { HIGH: 1 },
        ...over,
      });

    it.each<[string, Partial<Waiver>, Partial<ImageScan>, Verdict]>([
      ['the finding it names', {}, {}, 'pass'],
      ['in the package it names', { package: 'curl' }, {}, 'pass'],
      ['not in another package', { package: 'zlib' }, {}, 'block'],
      ['in the repository it names', { repositories: ['web', 'api'] }, {}, 'pass'],
      ['not in another repository', { repositories: ['web'] }, {}, 'block'],
      ['not another finding', { id: 'CVE-2026-0002' }, {}, 'block'],
      ['not once a fix is known, if it says so', { lapsesOnFix: true }, {}, 'block'],
      ['not what is counted and not listed', {}, { counts: { HIGH: 2 } }, 'block'],
      ['not that the scan failed', {}, { status: 'FAILED' }, 'unknown'],
    ])('%s', (_what, over, scanned, verdict) => {
      const waivers = [{ ...waiver, ...over }];
      expect(decideVerdict(imageSeen(found(scanned)), { ...policy, waivers }, noon).verdict).toBe(verdict);
    });

    it.each([
      ['2026-03-02T23:59:59Z', 'pass'],
      ['2026-03-03T00:00:00Z', 'block'],
    ])('until the end of its last day, UTC: at %s %s', (now, verdict) => {
      const judgement = decideVerdict(imageSeen(found()), { ...policy, waivers: [waiver] }, new Date(now));
      expect(judgement.verdict).toBe(verdict);
    });

    it('and says which, and who answers for it', () => {
      expect(decideVerdict(imageSeen(found()), { ...policy, waivers: [waiver] }, noon)).toMatchObject({
        reason: 'the scan found nothing that is not waived',
        counts: {},
        worst: [],
        waived: [{ id: 'CVE-2026-0001', package: 'curl', owner: 'ann', expires: '2026-03-02' }],
      });
    });

    describe('and tells which waivers of what it counts have ended', () => {
      const ended = (waivers: readonly Waiver[], now = noon): unknown =>
        decideVerdict(imageSeen(found()), { ...policy, waivers: [...waivers] }, now).endedWaivers;
      const told = { id: 'CVE-2026-0001', package: 'curl', owner: 'ann', expires: '2026-03-02' };
      const past = { ...waiver, expires: '2026-03-01' };

      it.each<[string, readonly Waiver[], unknown]>([
        ['one that is over', [past], [{ ...told, expires: '2026-03-01', state: 'expired' }]],
        [
          'one that was for the time without a fix',
          [{ ...waiver, lapsesOnFix: true }],
          [{ ...told, state: 'lapsed' }],
        ],
        ['none where another holds', [past, waiver], undefined],
        ['none of another finding', [{ ...past, id: 'CVE-2026-0002' }], undefined],
        ['none where there is none', [], undefined],
      ])('%s', (_what, waivers, expected) => {
        expect(ended(waivers)).toEqual(expected);
      });

      it('once, when every image of an index has the finding', () => {
        const parts = ['linux/amd64', 'linux/arm64'].map((platform) => ({
          digest: platform,
          platform,
          scan: found(),
        }));
        const index = { ...imageSeen(scan(), { kind: 'index' }), parts };
        expect(decideVerdict(index, { ...policy, waivers: [past] }, noon).endedWaivers).toHaveLength(1);
      });
    });
  });

  describe('for any findings, tags and totals', () => {
    const findings = fc.array(
      fc.record({ id: fc.stringMatching(/^CVE-\d{1,2}$/), severity: fc.constantFrom(...findingSeverities) }),
      { maxLength: 15 },
    );
    const counts = fc.dictionary(
      fc.constantFrom(...findingSeverities),
      fc.nat(3),
    ) as fc.Arbitrary<SeverityCounts>;
    const tags = fc.subarray(['api-prod-1-a', 'api-staging-1-a', 'api-dev-1-a', 'latest']);
    const status = fc.constantFrom(...scanStatuses);
    const rank = ({ verdict }: Judgement): number => verdicts.indexOf(verdict);

    it('is never made milder by one more finding', () => {
      fc.assert(
        fc.property(tags, status, findings, findings, counts, (tagged, of, some, more, totals) => {
          const before = judge(tagged, scan({ status: of, findings: some, counts: totals }));
          const after = judge(tagged, scan({ status: of, findings: [...some, ...more] }));
          const both = judge(tagged, scan({ status: of, findings: [...some, ...more], counts: totals }));
          expect(rank(both)).toBeGreaterThanOrEqual(Math.max(rank(before), rank(after)));
        }),
      );
    });

    it('is never made milder by one more tag of an environment', () => {
      const known = fc.subarray(['api-prod-1-a', 'api-staging-1-a', 'api-dev-1-a'], { minLength: 1 });
      fc.assert(
        fc.property(known, known, findings, (some, more, found) => {
          const before = judge(some, scan({ findings: found }));
          const after = judge([...some, ...more], scan({ findings: found }));
          expect(rank(after)).toBeGreaterThanOrEqual(rank(before));
        }),
      );
    });

    it('is the same in whatever order findings and tags come', () => {
      const shuffled = findings.chain((found) =>
        fc.tuple(fc.constant(found), fc.shuffledSubarray(found, { minLength: found.length })),
      );
      fc.assert(
        fc.property(tags, shuffled, counts, (tagged, [one, other], totals) => {
          expect(judge(tagged.toReversed(), scan({ findings: other, counts: totals }))).toEqual(
            judge(tagged, scan({ findings: one, counts: totals })),
          );
        }),
      );
    });

    it('is unknown exactly when no finished scan came with its findings', () => {
      const given = fc.oneof(
        fc.record({ status, findings, counts }),
        fc.record({ status, counts }),
      ) as fc.Arbitrary<Pick<ImageScan, 'status' | 'findings' | 'counts'>>;
      fc.assert(
        fc.property(tags, given, (tagged, looked) => {
          const { verdict } = judge(tagged, { ...scanWithout(looked), ...looked });
          const finished = looked.status === 'COMPLETE' || looked.status === 'ACTIVE';
          expect(verdict === 'unknown').toBe(!(finished && looked.findings !== undefined));
        }),
      );
    });
  });
});
