import { describe, expect, it } from '@jest/globals';
import { type ImageScan, scanStatuses } from '../../../shared/domain/finding.ts';
import { type FindingSeverity, findingSeverities } from '../../../shared/domain/severity.ts';
import type { Verdict } from '../../../shared/domain/verdict.ts';
import { decideVerdict } from '../../../shared/judging/verdict.ts';
import type { Waiver } from '../../../shared/policy/schema.ts';
import { finding, imageSeen, policy, scanWithout } from '../../builders.ts';

/*
 * Every cell of scan status, engine, severity, waiver and environment. The expectation is written out here, by the
 * sentences of the design: only a finished scan tells anything; a waiver accepts what it names until the end of its
 * last day, or until a fix is known where it says so; the rules of the environment decide the rest.
 */

const environments = { production: 'prod', staging: 'staging', development: 'dev' } as const;
type Environment = keyof typeof environments;

const rules: Readonly<Record<FindingSeverity, Readonly<Record<Environment, Verdict>>>> = {
  CRITICAL: { production: 'block', staging: 'block', development: 'review' },
  HIGH: { production: 'block', staging: 'review', development: 'monitor' },
  MEDIUM: { production: 'review', staging: 'monitor', development: 'pass' },
  LOW: { production: 'monitor', staging: 'pass', development: 'pass' },
  INFORMATIONAL: { production: 'pass', staging: 'pass', development: 'pass' },
  UNDEFINED: { production: 'review', staging: 'review', development: 'review' },
  UNTRIAGED: { production: 'block', staging: 'review', development: 'review' },
};

const now = new Date('2026-03-02T12:00:00Z');
const waiver: Waiver = {
  id: 'CVE-2026-0001',
  owner: 'ann',
  reason: 'the function is never called',
  expires: '2026-03-02',
  lapsesOnFix: false,
};

/** Each waiver with its neighbour: what the finding is, and whether the waiver accepts it. */
const waivers: readonly (readonly [
  what: string,
  waivers: readonly Waiver[],
  fix: boolean,
  accepts: boolean,
])[] = [
  ['none', [], false, false],
  ['on its last day', [waiver], false, true],
  ['a day after its last', [{ ...waiver, expires: '2026-03-01' }], false, false],
  ['while there is no fix', [{ ...waiver, lapsesOnFix: true }], false, true],
  ['though there is a fix', [waiver], true, true],
  ['until there was a fix', [{ ...waiver, lapsesOnFix: true }], true, false],
  ['of another finding', [{ ...waiver, id: 'CVE-2026-0002' }], false, false],
  ['for its package', [{ ...waiver, package: 'openssl' }], false, true],
  ['for another package', [{ ...waiver, package: 'zlib' }], false, false],
  ['for its repository', [{ ...waiver, repositories: ['api'] }], false, true],
  ['for another repository', [{ ...waiver, repositories: ['web'] }], false, false],
  ['ended, and another that holds', [{ ...waiver, expires: '2026-03-01' }, waiver], false, true],
];

function verdictOf(scan: ImageScan, environment: Environment, accepted: readonly Waiver[]): Verdict {
  const image = imageSeen(scan, { tags: [`api-${environments[environment]}-1.0.0-4f1c2ab`] });
  return decideVerdict(image, { ...policy, waivers: [...accepted] }, now).verdict;
}

describe.each(scanStatuses)('a scan that is %s', (status) => {
  const isFinished = status === 'COMPLETE' || status === 'ACTIVE';

  describe.each(['basic', 'enhanced', 'none'] as const)('by the engine %s', (engine) => {
    it.each(findingSeverities)('with a finding that is %s', (severity) => {
      for (const [what, accepted, isMendable, accepts] of waivers) {
        for (const environment of ['production', 'staging', 'development'] as const) {
          const fix = isMendable ? { fixedIn: '3.0.18' } : {};
          const findings = [finding(severity, { package: 'openssl', ...fix })];
          const scan = { ...scanWithout({ status, engine }), findings, counts: { [severity]: 1 } };
          const due = !isFinished ? 'unknown' : accepts ? 'pass' : rules[severity][environment];
          expect([environment, what, verdictOf(scan, environment, accepted)]).toEqual([
            environment,
            what,
            due,
          ]);
        }
      }
    });

    it('with no findings, and with none listed', () => {
      const nothing = scanWithout({ status, engine });
      for (const environment of ['production', 'staging', 'development'] as const) {
        expect(verdictOf({ ...nothing, findings: [] }, environment, [])).toBe(
          isFinished ? 'pass' : 'unknown',
        );
        expect(verdictOf(nothing, environment, [])).toBe('unknown');
      }
    });
  });
});
