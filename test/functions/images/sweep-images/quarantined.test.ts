import { beforeEach, describe, expect, it } from '@jest/globals';
import { digest, finding, scan, scanWithout } from '../../../builders.ts';
import { Region } from './region.ts';

const critical = scan({ findings: [finding('CRITICAL')], counts: { CRITICAL: 1 } });

let region: Region;

beforeEach(async () => {
  region = new Region();
  region.place.scan = critical;
  await region.sweep();
  // It is archived: no listing holds it, and ECR has no scan of it any more.
  region.place.saved = {
    digest,
    region: 'us-east-1',
    repository: 'api',
    parts: [{ digest, scan: critical }],
    savedAt: '2026-03-02T08:00:00.000Z',
  };
  region.place.scan = scanWithout({ status: 'IMAGE_ARCHIVED' });
  region.listed = [];
  region.concerned = [{ region: 'us-east-1', repository: 'api', digest, hasCase: true }];
});

const waiver = {
  id: 'CVE-2026-0001',
  owner: 'ann',
  reason: 'not reachable from outside',
  expires: '2026-12-31',
  lapsesOnFix: false,
};

describe('a quarantined image', () => {
  it('is judged anew when a waiver was made for it, and the waiver counts as used', async () => {
    region.policy = { ...region.policy, waivers: [waiver] };
    region.place.later();
    const { told } = await region.sweep();
    expect(told).toEqual([`pass ${digest}`]);
  });

  it('is left alone while nothing has changed', async () => {
    region.place.later();
    region.scansAsked.length = 0;
    await region.sweep();
    expect(region.scansAsked).toEqual([]);
  });

  it('is judged anew after a day, and stays blocked', async () => {
    region.place.clock += 25 * 60 * 60 * 1000;
    region.scansAsked.length = 0;
    const { told } = await region.sweep();
    expect(region.scansAsked).toEqual([digest]);
    expect(told).toEqual([]);
    expect(region.place.record).toMatchObject({ verdict: 'block' });
  });
});
