import { describe, expect, it } from '@jest/globals';
import { decideRescan } from '../../../../functions/images/sweep-images/rescan.ts';
import { type ScanStatus, scanStatuses } from '../../../../shared/domain/finding.ts';

const pushedAt = new Date('2026-03-02T08:00:00Z');

function startsAt(now: string, status: ScanStatus, scannedAt?: string): boolean {
  const scan = { status, ...(scannedAt !== undefined && { scannedAt }) };
  return decideRescan({ pushedAt, scan }, 30, new Date(now)).start;
}

describe('decideRescan', () => {
  const scannedAt = '2026-03-02T08:01:00.000Z';

  it.each<[ScanStatus, string | undefined, string, boolean]>([
    ['COMPLETE', scannedAt, '2026-03-03T08:00:59Z', false],
    ['COMPLETE', scannedAt, '2026-03-03T08:01:00Z', true],
    ['COMPLETE', undefined, '2026-03-02T08:02:00Z', true],
    ['NEVER_SCANNED', undefined, '2026-03-02T08:29:59Z', false],
    ['NEVER_SCANNED', undefined, '2026-03-02T08:30:00Z', true],
  ])('%s, scanned %s: at %s %s', (status, scanned, now, start) => {
    expect(startsAt(now, status, scanned)).toBe(start);
  });

  it('starts a scan after one that told nothing, and none where it could not help', () => {
    const others = scanStatuses.filter((status) => status !== 'COMPLETE' && status !== 'NEVER_SCANNED');
    expect(others.filter((status) => startsAt('2026-03-09T08:00:00Z', status, scannedAt))).toEqual([
      'FAILED',
      'FINDINGS_UNAVAILABLE',
      'LIMIT_EXCEEDED',
    ]);
  });
});
