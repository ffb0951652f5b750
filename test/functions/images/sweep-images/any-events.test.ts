import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { FindingSeverity } from '../../../../shared/domain/severity.ts';
import { digest, finding, scan, scanWithout } from '../../../builders.ts';
import { pushedAt } from '../../../shared/judging/place.ts';
import { Region } from './region.ts';

const indexDigest = 'sha256:1d';
const parts = ['sha256:a0', 'sha256:b0'] as const;

/** A Region with one image, and one index over two images. */
function region(): Region {
  const made = new Region();
  made.place.described.set(indexDigest, { kind: 'index', tags: ['api-staging-1.0.0-4f1c2ab'], pushedAt });
  for (const part of parts) {
    made.place.described.set(part, { kind: 'image', tags: [], pushedAt });
    made.place.scans.set(part, scan());
  }
  made.place.indexes.set(indexDigest, {
    kind: 'index',
    children: parts.map((part, index) => ({
      digest: part,
      platform: index === 0 ? 'linux/amd64' : 'linux/arm64',
      mediaType: 'application/vnd.oci.image.manifest.v1+json',
      isAttestation: false,
      size: 500,
    })),
  });
  return made;
}

/** What happens in the registry, or an event of it that leads to a look. */
type Step =
  | { readonly what: 'scan ends'; readonly of: string; readonly severity: FindingSeverity | undefined }
  | { readonly what: 'scan tells nothing'; readonly of: string; readonly status: 'IN_PROGRESS' | 'FAILED' }
  | { readonly what: 'tag moves'; readonly tags: readonly string[] }
  | { readonly what: 'event arrives'; readonly of: string };

async function play(steps: readonly Step[]): Promise<Record<string, unknown>> {
  const all = region();
  const { place } = all;
  for (const step of steps) {
    all.later(0.5);
    const scannedAt = new Date(place.clock).toISOString();
    switch (step.what) {
      case 'scan ends': {
        const findings = step.severity === undefined ? [] : [finding(step.severity)];
        place.scans.set(step.of, scan({ findings, scannedAt }));
        break;
      }
      case 'scan tells nothing':
        place.scans.set(step.of, scanWithout({ status: step.status }));
        break;
      case 'tag moves':
        place.described.set(digest, { kind: 'image', tags: step.tags, pushedAt });
        break;
      case 'event arrives':
        await place.judge({ of: step.of });
        break;
      default:
        step satisfies never;
    }
  }
  all.later(24);
  await all.sweep();
  return Object.fromEntries(
    [...place.rows.values()].map((row) => {
      const { verdict, environment, reason, pending, tags, counts, worst, kind } = row;
      return [row.digest, { verdict, environment, reason, pending, tags, counts, worst, kind }];
    }),
  );
}

const of = fc.constantFrom(digest, ...parts);
const change = fc.oneof(
  fc.record({
    what: fc.constant('scan ends' as const),
    of,
    severity: fc.constantFrom<FindingSeverity | undefined>('CRITICAL', 'HIGH', 'LOW', undefined),
  }),
  fc.record({
    what: fc.constant('scan tells nothing' as const),
    of,
    status: fc.constantFrom('IN_PROGRESS' as const, 'FAILED' as const),
  }),
  fc.record({
    what: fc.constant('tag moves' as const),
    tags: fc.constantFrom(
      ['api-prod-1.0.0-4f1c2ab'],
      ['api-dev-1.0.0-4f1c2ab'],
      ['latest', 'api-staging-1-a'],
    ),
  }),
);
const event = fc.record({
  what: fc.constant('event arrives' as const),
  of: fc.constantFrom(digest, indexDigest, ...parts),
});

/** Each image was scanned to the end at last: what ECR no longer tells of, only those know who were told in time. */
const atLast = fc.tuple(
  ...[digest, ...parts].map((each) =>
    fc.record({
      what: fc.constant('scan ends' as const),
      of: fc.constant(each),
      severity: fc.constantFrom<FindingSeverity | undefined>('CRITICAL', 'MEDIUM', undefined),
    }),
  ),
);

describe('whatever happens in the registry', () => {
  it('which of its events arrive, when and how often makes no difference once the sweep of the next day has run', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.oneof(change, event), { maxLength: 12 }), atLast, async (before, last) => {
        const steps: readonly Step[] = [...before, ...last];
        const unheard = steps.filter(({ what }) => what !== 'event arrives');
        expect(await play(steps)).toEqual(await play(unheard));
      }),
    );
  });
});
