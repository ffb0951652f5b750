import { describe, expect, it } from '@jest/globals';
import { decideEvidence } from '../../../../functions/images/quarantine-image/evidence.ts';
import type { ImageScan } from '../../../../shared/domain/finding.ts';
import type { Evidence } from '../../../../shared/domain/quarantine.ts';
import { digest, finding, scan, scanWithout } from '../../../builders.ts';
import { now } from './builders.ts';
import { policy } from './stand.ts';

const copy = { region: 'us-east-1', repository: 'api', digest };
const critical = scan({ findings: [finding('CRITICAL')], counts: { CRITICAL: 1 } });
const clean = scan({ scannedAt: '2026-03-02T08:10:00.000Z' });

const saved = (of: ImageScan): Evidence => ({
  ...copy,
  parts: [{ digest, scan: of }],
  savedAt: '2026-03-02T08:00:00.000Z',
});

const decide = (live: ImageScan, before?: Evidence, pushedAt = new Date('2026-03-02T08:00:00Z')) =>
  decideEvidence(
    { copy, kind: 'image', tags: ['api-prod-1.0.0-4f1c2ab'], pushedAt },
    [{ digest, scan: live }],
    before,
    policy,
    now,
  );

describe('the evidence to be saved', () => {
  it.each<[string, ReturnType<typeof decide>, 'complete' | 'incomplete', ImageScan]>([
    ['is what ECR knows', decide(critical), 'complete', critical],
    [
      'is what was saved when ECR has no scan any more',
      decide(scanWithout({ status: 'NEVER_SCANNED' }), saved(critical)),
      'complete',
      critical,
    ],
    [
      'is what was saved of what is archived',
      decide(scanWithout({ status: 'IMAGE_ARCHIVED' }), saved(critical)),
      'complete',
      critical,
    ],
    [
      'is what was saved while a new scan is under way',
      decide(scanWithout({ status: 'PENDING' }), saved(critical)),
      'complete',
      critical,
    ],
    ['is the newer scan, and then shows no block', decide(clean, saved(critical)), 'incomplete', clean],
    [
      'is waited for while its first scan is under way',
      decide(scanWithout({ status: 'PENDING' })),
      'incomplete',
      scanWithout({ status: 'PENDING' }),
    ],
  ])('%s', (_what, { evidence, check }, is, kept) => {
    expect(check.is).toBe(is);
    expect(evidence.parts[0]?.scan).toEqual(kept);
  });

  it('shows no block by a scan that failed', () => {
    const late = new Date('2026-03-02T07:00:00Z');
    expect(decide(scanWithout({ status: 'FAILED' }), undefined, late).check).toMatchObject({
      is: 'lost',
      reason: expect.stringContaining('the scan failed'),
    });
    expect(decide(scanWithout({ status: 'IN_PROGRESS' }), undefined, late).check).toMatchObject({
      is: 'incomplete',
      reason: expect.stringContaining('unknown'),
    });
  });

  it('is saved once', () => {
    expect(decide(critical).isSaved).toBe(false);
    expect(decide(critical, saved(critical)).isSaved).toBe(true);
    expect(
      decide(scan({ ...critical, scannedAt: '2026-03-02T08:10:00.000Z' }), saved(critical)).isSaved,
    ).toBe(false);
  });
});
