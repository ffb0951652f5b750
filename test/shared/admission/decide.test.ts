import { describe, expect, it } from '@jest/globals';
import { type Asked, decideAdmission, type Known } from '../../../shared/admission/decide.ts';
import type { Allowance } from '../../../shared/domain/allowance.ts';
import { type Verdict, verdicts } from '../../../shared/domain/verdict.ts';
import type { VerdictRecord } from '../../../shared/domain/verdict-record.ts';
import { digest, policy, verdictRecord } from '../../builders.ts';

const now = new Date('2026-03-02T12:00:00Z');
const image = `111122223333.dkr.ecr.us-east-1.amazonaws.com/api@${digest}`;

const asked: Asked = {
  image,
  registry: 'ours',
  hasDigest: true,
  environment: 'production',
  isUnchanged: false,
};

const copies = (...over: readonly Partial<VerdictRecord>[]): Known => ({ copies: over.map(verdictRecord) });

const judged = (verdict: Verdict): Known => copies({ verdict, reason: `it is ${verdict}` });

const allowance: Allowance = {
  digest,
  environment: 'production',
  image,
  by: 'arn:aws:sts::111122223333:assumed-role/oncall/ada',
  reason: 'the fix breaks login',
  since: '2026-03-02T11:00:00.000Z',
  until: '2026-03-02T15:00:00.000Z',
};

const interlock = { switch: 'interlock', by: 'run-failover', reason: 'failover of 2026-03-02' } as const;

function decide(over: Partial<Asked>, known: Known | 'unreadable' | undefined, settings = policy) {
  const { outcome, because, reason } = decideAdmission({ ...asked, ...over }, known, settings, now);
  return { outcome, because, reason };
}

describe('a verdict', () => {
  it.each([
    ['production', { pass: 'admit', monitor: 'admit', review: 'refuse', unknown: 'refuse', block: 'refuse' }],
    ['staging', { pass: 'admit', monitor: 'admit', review: 'warn', unknown: 'refuse', block: 'refuse' }],
    ['development', { pass: 'admit', monitor: 'admit', review: 'warn', unknown: 'warn', block: 'refuse' }],
  ] as const)('in %s lets the image run or not, as the environment says', (environment, expected) => {
    const outcomes = verdicts.map((verdict) => [
      verdict,
      decide({ environment }, copies({ verdict, environment })).outcome,
    ]);
    expect(Object.fromEntries(outcomes)).toEqual(expected);
  });

  it('that is awaited counts as unknown', () => {
    const known = copies({ verdict: 'unknown', pending: true, reason: 'the scan is under way (PENDING)' });
    expect(decide({}, known)).toEqual({
      outcome: 'refuse',
      because: 'verdict',
      reason: 'unknown in us-east-1: the scan is under way (PENDING)',
    });
  });

  it('that does not exist counts as unknown', () => {
    expect(decide({}, copies())).toEqual({
      outcome: 'refuse',
      because: 'unsure',
      reason: 'it has no verdict',
    });
    expect(decide({ environment: 'development' }, copies()).outcome).toBe('warn');
  });

  it('of the worst copy counts, wherever it is', () => {
    const known = copies(
      { region: 'us-east-1', verdict: 'pass' },
      { region: 'us-west-2', verdict: 'block', reason: '1 CRITICAL finding: CVE-2026-0001' },
      { region: 'eu-west-1', verdict: 'unknown' },
    );
    const decision = decideAdmission(asked, known, policy, now);
    expect(decision.reason).toBe('block in us-west-2: 1 CRITICAL finding: CVE-2026-0001');
    expect(decision.verdicts.map(({ region, verdict }) => [region, verdict])).toEqual([
      ['us-east-1', 'pass'],
      ['us-west-2', 'block'],
      ['eu-west-1', 'unknown'],
    ]);
  });

  it('of one Region is enough when the others have none', () => {
    expect(decide({}, copies({ region: 'us-west-2', verdict: 'pass' })).outcome).toBe('admit');
  });

  it('by the rules of a milder environment is made stricter, finding by finding', () => {
    const known = copies({ verdict: 'pass', environment: 'development', counts: { HIGH: 2, LOW: 1 } });
    expect(decide({ environment: 'development' }, known).outcome).toBe('admit');
    expect(decide({ environment: 'production' }, known)).toMatchObject({
      outcome: 'refuse',
      reason:
        'block in us-east-1: 2 HIGH findings, which production judges by stricter rules than development',
    });
  });

  it('by the rules of a stricter environment is not made milder', () => {
    const known = copies({ verdict: 'block', environment: 'production', counts: { HIGH: 1 } });
    expect(decide({ environment: 'development' }, known).outcome).toBe('refuse');
  });

  it.each([
    ['2026-03-02', 'admit'],
    ['2026-03-01', 'refuse'],
  ])('that stands on a waiver until %s: %s', (expires, outcome) => {
    const known = copies({ waived: [{ id: 'CVE-2026-0009', owner: 'ann', expires }] });
    expect(decide({}, known).outcome).toBe(outcome);
  });

  it('block is not softened by a waiver that ended', () => {
    const waived = [{ id: 'CVE-2026-0009', owner: 'ann', expires: '2026-03-01' }];
    const known = copies({ verdict: 'block', reason: 'bad', waived });
    expect(decide({}, known).reason).toBe('block in us-east-1: bad');
  });
});

describe('what is not known', () => {
  it.each([
    ['no image reference', { registry: undefined }, undefined],
    ['an image without its digest', { hasDigest: false }, undefined],
    ['a table that cannot be read', {}, 'unreadable'],
  ] as const)('%s is refused where unknown is, and warned of elsewhere', (_what, over, known) => {
    expect(decide(over, known)).toMatchObject({ outcome: 'refuse', because: 'unsure' });
    expect(decide({ ...over, environment: 'staging' }, known).outcome).toBe('refuse');
    expect(decide({ ...over, environment: 'development' }, known).outcome).toBe('warn');
  });

  it('is not made up for by rules of another environment', () => {
    expect(() => decide({ environment: 'qa' }, judged('pass'))).toThrow("no environment 'qa'");
  });
});

describe('an image in another registry', () => {
  const settings = (foreignImages: 'warn' | 'refuse') => ({
    ...policy,
    images: { ...policy.images, admission: { ...policy.images.admission, foreignImages } },
  });

  it.each(['warn', 'refuse'] as const)('is what the policy says: %s', (outcome) => {
    for (const known of [undefined, copies(), 'unreadable'] as const) {
      expect(decide({ registry: 'foreign' }, known, settings(outcome))).toMatchObject({
        outcome,
        because: 'foreign',
      });
    }
  });

  it('can be allowed by a person too', () => {
    const known = { copies: [], allowance };
    expect(decide({ registry: 'foreign' }, known, settings('refuse'))).toMatchObject({
      outcome: 'warn',
      because: 'break-glass',
    });
  });
});

describe('what would be refused may run all the same', () => {
  it('when the workload has it already, whatever is known of it', () => {
    for (const known of [judged('block'), 'unreadable', undefined] as const) {
      expect(decide({ isUnchanged: true }, known)).toMatchObject({ outcome: 'admit', because: 'unchanged' });
    }
  });

  it('when it runs in the cluster', () => {
    expect(decide({}, { ...judged('block'), running: {} })).toEqual({
      outcome: 'warn',
      because: 'running',
      reason: 'it runs in this cluster, although: block in us-east-1: it is block',
    });
  });

  it.each([
    ['2026-03-02T12:00:00.001Z', 'warn'],
    ['2026-03-02T12:00:00.000Z', 'refuse'],
  ])('while the inventory that saw it run counts, until %s: %s', (until, outcome) => {
    expect(decide({}, { ...judged('block'), running: { until } }).outcome).toBe(outcome);
  });

  it('when a person has allowed it, and says who and why', () => {
    expect(decide({}, { ...judged('block'), allowance })).toEqual({
      outcome: 'warn',
      because: 'break-glass',
      reason: `${allowance.by} allowed it until ${allowance.until} (the fix breaks login), although: block in us-east-1: it is block`,
    });
  });

  it.each([
    ['is over', '2026-03-02T12:00:00.000Z', 'refuse'],
    ['is all but over', '2026-03-02T12:00:00.001Z', 'warn'],
    ['lasts a day', '2026-03-03T12:00:00.000Z', 'warn'],
    ['lasts longer than a day', '2026-03-03T12:00:00.001Z', 'refuse'],
    ['has no readable end', 'tomorrow', 'refuse'],
  ])('but not by an allowance that %s', (_what, until, outcome) => {
    expect(decide({}, { ...judged('block'), allowance: { ...allowance, until } }).outcome).toBe(outcome);
  });

  it('but not when it could not be read whether there is a reason to', () => {
    expect(decide({}, 'unreadable').outcome).toBe('refuse');
  });

  it('and nothing is said of an exception that was not needed', () => {
    const known = { ...judged('pass'), running: {}, allowance, interlock };
    expect(decide({}, known)).toMatchObject({ outcome: 'admit', because: 'verdict' });
  });
});

describe('while a failover is open', () => {
  const good = (verdict: 'pass' | 'monitor' | 'review', at = '2026-02-20T08:00:00.000Z') => ({ verdict, at });

  it.each(['block', 'unknown'] as const)(
    'a release that was good once may run, now that it is %s',
    (verdict) => {
      const known = { ...copies({ verdict, reason: 'new', lastGood: good('monitor') }), interlock };
      expect(decide({}, known)).toEqual({
        outcome: 'warn',
        because: 'failover',
        reason: `a failover is open (failover of 2026-03-02) and its verdict of 2026-02-20T08:00:00.000Z was monitor, although: ${verdict} in us-east-1: new`,
      });
    },
  );

  it('one that was never good may not', () => {
    expect(decide({}, { ...judged('block'), interlock }).outcome).toBe('refuse');
    expect(decide({}, { copies: [], interlock }).outcome).toBe('refuse');
  });

  it('one that needed a review may where the environment lets it', () => {
    const known = { ...copies({ verdict: 'block', lastGood: good('review') }), interlock };
    expect(decide({ environment: 'production' }, known).outcome).toBe('refuse');
    expect(decide({ environment: 'staging' }, known).outcome).toBe('warn');
  });

  it('the newest of the good verdicts is told', () => {
    const known = {
      ...copies(
        { region: 'us-east-1', verdict: 'block', lastGood: good('pass', '2026-02-20T08:00:00.000Z') },
        { region: 'us-west-2', verdict: 'block', lastGood: good('pass', '2026-02-21T08:00:00.000Z') },
      ),
      interlock,
    };
    expect(decide({}, known).reason).toContain('2026-02-21T08:00:00.000Z');
  });

  it.each([
    ['2026-03-02T12:00:00.000Z', 'refuse'],
    ['2026-03-02T12:00:00.001Z', 'warn'],
  ])('which an interlock until %s says: %s', (until, outcome) => {
    const known = copies({ verdict: 'block', lastGood: good('pass') });
    expect(decide({}, { ...known, interlock: { ...interlock, until } }).outcome).toBe(outcome);
  });

  it('and not when it is closed', () => {
    expect(decide({}, copies({ verdict: 'block', lastGood: good('pass') })).outcome).toBe('refuse');
  });
});
