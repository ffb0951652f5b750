import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Evidence } from '../../../shared/domain/quarantine.ts';
import { digest, finding, policy, scan, scanWithout } from '../../builders.ts';
import { Place } from './place.ts';

const critical = scan({ findings: [finding('CRITICAL')], counts: { CRITICAL: 1 } });
const archived = scanWithout({ status: 'IMAGE_ARCHIVED' });

const saved = (...parts: Evidence['parts']): Evidence => ({
  digest,
  region: 'us-east-1',
  repository: 'api',
  parts,
  savedAt: '2026-03-02T08:00:00.000Z',
});

let place: Place;

beforeEach(() => {
  place = new Place();
  place.saved = saved({ digest, scan: critical });
});

describe('an image whose scan ECR has lost', () => {
  it.each([
    ['archived', archived],
    ['restored and not scanned again', scanWithout({ status: 'NEVER_SCANNED' })],
  ])('is judged by what was saved of it when it is %s', async (_how, lost) => {
    place.scan = lost;
    expect(await place.judge()).toMatchObject({ outcome: 'block' });
    expect(place.record).toMatchObject({ verdict: 'block', scannedAt: critical.scannedAt });
  });

  it('is judged by what was saved of it and the waivers of today', async () => {
    place.scan = archived;
    await place.judge();
    const waiver = {
      id: 'CVE-2026-0001',
      owner: 'ann',
      reason: 'not reachable from outside',
      expires: '2026-12-31',
      lapsesOnFix: false,
    };
    place.later();
    await place.judge({ waivers: [waiver] });
    expect(place.record).toMatchObject({ verdict: 'pass' });
    expect(place.published.at(-1)).toMatchObject({
      outcome: 'pass',
      facts: { previous: { verdict: 'block' } },
    });
    expect(policy.waivers).toEqual([]);
  });

  it('is judged by its new scan as soon as there is one', async () => {
    place.scan = scan({ scannedAt: '2026-03-02T08:00:04.000Z' });
    expect(await place.judge()).toMatchObject({ outcome: 'pass' });
  });

  it('is unknown when nothing was saved of it', async () => {
    place.scan = archived;
    place.saved = undefined;
    expect(await place.judge()).toMatchObject({ outcome: 'unknown' });
  });
});

it('judges an archived index, whose manifest ECR does not give, by the images that were saved', async () => {
  place.described.set(digest, { kind: 'index', tags: ['api-prod-1.0.0-4f1c2ab'], pushedAt: new Date(0) });
  place.saved = saved(
    { digest: 'sha256:a0', platform: 'linux/amd64', scan: critical },
    { digest: 'sha256:b0', platform: 'linux/arm64', scan: scan() },
  );
  place.scans.set('sha256:a0', archived).set('sha256:b0', archived);
  expect(await place.judge()).toMatchObject({ outcome: 'block' });
  expect(place.record).toMatchObject({ parts: ['sha256:a0', 'sha256:b0'], missingPlatforms: [] });
});
