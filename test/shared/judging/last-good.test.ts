import { describe, expect, it } from '@jest/globals';
import { type Verdict, verdicts } from '../../../shared/domain/verdict.ts';
import type { VerdictRecord } from '../../../shared/domain/verdict-record.ts';
import { decideRecord } from '../../../shared/judging/record.ts';
import { digest, imageSeen, scan } from '../../builders.ts';

/** The record after looks that gave these verdicts, a minute apart. */
function recordAfter(given: readonly Verdict[]): VerdictRecord | undefined {
  return given.reduce<VerdictRecord | undefined>((previous, verdict, minute) => {
    const at = `2026-03-02T08:0${minute}:00.000Z`;
    const decision = decideRecord(previous, {
      digest,
      region: 'us-east-1',
      image: imageSeen(scan({ scannedAt: at })),
      judgement: {
        verdict,
        environment: 'production',
        reason: verdict,
        pending: false,
        missingPlatforms: [],
        counts: {},
        worst: [],
        waived: [],
      },
      observedAt: at,
    });
    return decision.record;
  }, undefined);
}

describe('the last good verdict', () => {
  it.each(verdicts)('after %s alone', (verdict) => {
    const isGood = verdict !== 'unknown' && verdict !== 'block';
    expect(recordAfter([verdict])?.lastGood).toEqual(
      isGood ? { verdict, at: '2026-03-02T08:00:00.000Z' } : undefined,
    );
  });

  it('is remembered when worse ones follow', () => {
    expect(recordAfter(['monitor', 'unknown', 'block'])).toMatchObject({
      verdict: 'block',
      lastGood: { verdict: 'monitor', at: '2026-03-02T08:00:00.000Z' },
    });
  });

  it('is the last of two that were looked at in the same moment', () => {
    const first = recordAfter(['monitor']);
    const at = '2026-03-02T08:00:00.000Z';
    const image = imageSeen(scan({ scannedAt: at }));
    const judgement = {
      verdict: 'pass',
      environment: 'production',
      reason: 'pass',
      pending: false,
      missingPlatforms: [],
      counts: {},
      worst: [],
      waived: [],
    } as const;
    const { record } = decideRecord(first, { digest, region: 'us-east-1', image, judgement, observedAt: at });
    expect(record.lastGood).toEqual({ verdict: 'pass', at });
  });

  it('is the newest of several', () => {
    expect(recordAfter(['pass', 'block', 'review', 'block'])?.lastGood).toEqual({
      verdict: 'review',
      at: '2026-03-02T08:02:00.000Z',
    });
  });
});
