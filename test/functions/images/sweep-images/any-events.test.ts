import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Finding } from '../../../../shared/domain/finding.ts';
import type { FindingSeverity } from '../../../../shared/domain/severity.ts';
import { judgeImage } from '../../../../shared/judging/judge.ts';
import type { Waiver } from '../../../../shared/policy/schema.ts';
import { digest, finding, mayAct, scan, scanWithout } from '../../../builders.ts';
import { pushedAt } from '../../../shared/judging/place.ts';
import { Region } from './region.ts';

const hourMs = 3_600_000;
const indexDigest = 'sha256:1d';
const parts = ['sha256:a0', 'sha256:b0'] as const;

/** They end in the course of the days that pass, or when a fix is known. */
const waivers: readonly Waiver[] = [
  { id: 'CVE-1', expires: '2026-03-02', lapsesOnFix: false, owner: 'ann', reason: 'not called' },
  { id: 'CVE-2', expires: '2026-03-04', lapsesOnFix: true, owner: 'ann', reason: 'not called' },
];

/** A Region with one image, and one index over two images. */
function region(): Region {
  const made = new Region();
  made.policy = { ...made.policy, waivers: [...waivers] };
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
  | { readonly what: 'scan ends'; readonly of: string; readonly found: readonly Finding[] }
  | { readonly what: 'scan tells nothing'; readonly of: string; readonly status: 'IN_PROGRESS' | 'FAILED' }
  | { readonly what: 'tag moves'; readonly of: string; readonly tags: readonly string[] }
  | { readonly what: 'days pass'; readonly days: number }
  | { readonly what: 'the sweep runs' }
  | { readonly what: 'event arrives'; readonly of: string };

/** Those that people and clocks cause, whether or not anyone is told. */
function isUnheard({ what }: Step): boolean {
  return what !== 'event arrives' && what !== 'the sweep runs';
}

async function play(steps: readonly Step[]): Promise<Record<string, unknown>> {
  const all = region();
  const { place } = all;
  let due = place.clock;
  for (const step of steps) {
    // What happens does so at the same moments, whatever is heard of it in between.
    if (isUnheard(step)) {
      due += hourMs / 2;
      place.clock = due;
    } else place.clock += 1000;
    const scannedAt = new Date(place.clock).toISOString();
    switch (step.what) {
      case 'scan ends': {
        place.scans.set(step.of, scan({ findings: step.found, scannedAt }));
        break;
      }
      case 'scan tells nothing':
        place.scans.set(step.of, scanWithout({ status: step.status }));
        break;
      case 'tag moves':
        place.described.set(step.of, {
          kind: step.of === indexDigest ? 'index' : 'image',
          tags: step.tags,
          pushedAt,
        });
        break;
      case 'days pass':
        due += 24 * step.days * hourMs;
        break;
      case 'the sweep runs':
        await all.sweep();
        break;
      case 'event arrives':
        await judgeImage({ account: '123456789012', repository: 'api', digest: step.of }, mayAct, all.deps);
        break;
      default:
        step satisfies never;
    }
  }
  place.clock = due + 24 * hourMs;
  await all.sweep();
  return Object.fromEntries(
    [...place.rows.values()].map((row) => {
      const { verdict, environment, reason, pending, tags, counts, worst, kind } = row;
      return [row.digest, { verdict, environment, reason, pending, tags, counts, worst, kind }];
    }),
  );
}

const of = fc.constantFrom(digest, ...parts);
const found = fc.array(
  fc.record({
    id: fc.constantFrom('CVE-1', 'CVE-2', 'CVE-3'),
    severity: fc.constantFrom<FindingSeverity>('CRITICAL', 'HIGH', 'LOW'),
    isMendable: fc.boolean(),
  }),
  { maxLength: 2 },
);
const findings = found.map((some) =>
  some.map(({ severity, id, isMendable }) =>
    finding(severity, { id, ...(isMendable && { fixedIn: '2.0' }) }),
  ),
);
const change = fc.oneof(
  fc.record({ what: fc.constant('scan ends' as const), of, found: findings }),
  fc.record({ what: fc.constant('days pass' as const), days: fc.constantFrom(0.4, 1, 2) }),
  fc.record({
    what: fc.constant('scan tells nothing' as const),
    of,
    status: fc.constantFrom('IN_PROGRESS' as const, 'FAILED' as const),
  }),
  fc.record({
    what: fc.constant('tag moves' as const),
    of: fc.constantFrom(digest, indexDigest),
    tags: fc.constantFrom(
      [],
      ['api-prod-1.0.0-4f1c2ab'],
      ['api-dev-1.0.0-4f1c2ab'],
      ['latest', 'api-staging-1-a'],
    ),
  }),
);
const event = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      what: fc.constant('event arrives' as const),
      of: fc.constantFrom(digest, indexDigest, ...parts),
    }),
  },
  { weight: 1, arbitrary: fc.record({ what: fc.constant('the sweep runs' as const) }) },
);

/** Each image was scanned to the end at last: what ECR no longer tells of, only those know who were told in time. */
const atLast = fc.tuple(
  ...[digest, ...parts].map((each) =>
    fc.record({
      what: fc.constant('scan ends' as const),
      of: fc.constant(each),
      found: findings,
    }),
  ),
);

describe('whatever happens in the registry', () => {
  it('which of its events arrive, when and how often, and what was swept before, makes no difference once the sweep of the next day has run', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.oneof(change, event), { maxLength: 12 }), atLast, async (before, last) => {
        const steps: readonly Step[] = [...before, ...last];
        expect(await play(steps)).toEqual(await play(steps.filter(isUnheard)));
      }),
    );
  });
});
