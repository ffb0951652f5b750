import { beforeEach, describe, expect, it } from '@jest/globals';
import { mayOnlyTell } from '../../../builders.ts';
import { Stand } from './stand.ts';

let stand: Stand;
let bad: { digest: string; parts: readonly string[] };

beforeEach(async () => {
  stand = new Stand();
  bad = await stand.judged('1.0.0', 'CVE-2026-0001');
});

const statesOf = (of = bad): readonly (string | undefined)[] =>
  [of.digest, ...of.parts].map((digest) => stand.stateOf(digest));
const archived = ['ARCHIVED', 'ARCHIVED', 'ARCHIVED'];
const active = ['ACTIVE', 'ACTIVE', 'ACTIVE'];
const minutes = 60_000;

describe('a blocked image that nobody needs', () => {
  it('is archived, index first, when its evidence is saved', async () => {
    await stand.pass();
    expect(statesOf()).toEqual(archived);
    const acts = stand.calls.filter((call) => call === 'PutItem' || call === 'UpdateImageStorageClass');
    expect(acts.slice(0, 5)).toEqual([
      'PutItem',
      'PutItem',
      'UpdateImageStorageClass',
      'UpdateImageStorageClass',
      'UpdateImageStorageClass',
    ]);
    expect(stand.told).toEqual(['quarantined']);
  });

  it('is touched once, however often it is looked at', async () => {
    await stand.pass();
    await stand.pass();
    await stand.look(bad.digest);
    await stand.look(bad.parts[0] ?? '');
    expect(stand.calls).not.toContain('UpdateImageStorageClass');
    expect(stand.told).toEqual(['quarantined']);
  });

  it('is touched by neither of two that come at once more than by one', async () => {
    await Promise.all([stand.look(bad.digest), stand.look(bad.digest), stand.pass()]);
    await stand.pass();
    expect(statesOf()).toEqual(archived);
    expect(new Set(stand.told)).toEqual(new Set(['quarantined']));
    expect(stand.caseOf(bad.digest)).toMatchObject({ state: 'archived', undone: 0 });
  });

  it('is not touched while the policy has it observed', async () => {
    stand.standing = mayOnlyTell;
    await stand.pass();
    await stand.pass();
    expect(statesOf()).toEqual(active);
    expect(stand.told).toEqual(['observed']);
  });

  it('is left when a pause comes between two calls, and archived after it', async () => {
    stand.onCall = (operation) => {
      if (operation !== 'UpdateImageStorageClass') return;
      stand.standing = { may: 'tell', because: 'paused', reason: 'paused by ann: a release' };
    };
    await stand.look(bad.digest);
    expect(statesOf()).toEqual(['ARCHIVED', 'ACTIVE', 'ACTIVE']);
    stand.onCall = undefined;
    await stand.pass();
    await stand.pass();
    expect(stand.told).toEqual(['suspended']);
    stand.standing = { may: 'act' };
    await stand.pass();
    expect(statesOf()).toEqual(archived);
    expect(stand.told).toEqual(['suspended', 'quarantined']);
  });

  it('is left when its verdict becomes better between the decision and the call', async () => {
    stand.onCall = (operation) => {
      if (operation === 'PutItem') stand.overrule(bad.digest, 'review');
    };
    await stand.pass();
    stand.onCall = undefined;
    expect(statesOf()).toEqual(active);
    stand.kernel.pass(30 * minutes);
    await stand.pass();
    expect(stand.caseOf(bad.digest)?.state).toBe('released');
  });

  it('comes back when its verdict became better while the call was made', async () => {
    stand.onCall = (operation) => {
      if (operation === 'UpdateImageStorageClass') stand.overrule(bad.digest, 'review');
    };
    await stand.pass();
    stand.onCall = undefined;
    for (let times = 0; times < 4; times++) {
      stand.kernel.pass(30 * minutes);
      await stand.pass();
    }
    expect(statesOf()).toEqual(active);
    expect(stand.caseOf(bad.digest)?.state).toBe('released');
  });

  it('is told of once when ECR refuses it, and tried again', async () => {
    stand.denied = 'UpdateImageStorageClass';
    await stand.pass();
    await stand.pass();
    expect(statesOf()).toEqual(active);
    expect(stand.published).toMatchObject([
      { outcome: 'failed', reason: expect.stringContaining('AccessDeniedException') },
    ]);
    stand.denied = undefined;
    await stand.pass();
    expect(statesOf()).toEqual(archived);
    expect(stand.told).toEqual(['failed', 'quarantined']);
  });

  it('is not archived while a scan is awaited that has to be saved first', async () => {
    const next = stand.release('1.0.1', 'CVE-2026-0001');
    const { digest } = stand.ecr.pushIndex('us-east-1', 'api', {
      tags: ['api-prod-1.0.2-4f1c2ab'],
      platforms: [{ platform: 'linux/amd64' }],
      attestations: false,
    });
    await stand.judge(next.digest, digest);
    stand.overrule(digest, 'block');
    await stand.look(digest);
    expect(stand.stateOf(digest)).toBe('ACTIVE');
  });
});

describe('wherever it crashes', () => {
  /** What became of it in the end, without what differs from run to run. */
  const outcomeOf = (): object => ({
    states: statesOf(),
    case: stand.caseOf(bad.digest)?.state,
    archived: stand.caseOf(bad.digest)?.archived,
    undone: stand.caseOf(bad.digest)?.undone,
    told: [...new Set(stand.told)],
  });

  const crashEverywhere = async (prepare: () => Promise<void>): Promise<void> => {
    await prepare();
    await stand.pass();
    const calls = stand.calls.length;
    await stand.pass();
    const expected = outcomeOf();
    const points = [
      { call: 1, moment: 'before' } as const,
      // Before the next call all is as it was after this one.
      ...Array.from({ length: calls }, (_, index) => ({ call: index + 1, moment: 'after' }) as const),
    ];
    for (const crash of points) {
      stand = new Stand();
      bad = await stand.judged('1.0.0', 'CVE-2026-0001');
      await prepare();
      stand.calls.length = 0;
      stand.crash = crash;
      await stand.pass().catch(() => undefined);
      stand.crash = undefined;
      await stand.pass();
      await stand.pass();
      expect({ ...crash, ...outcomeOf() }).toEqual({ ...crash, ...expected });
    }
  };

  it('archives all the same', async () => {
    await crashEverywhere(async () => undefined);
  });

  it('archives again all the same', async () => {
    await crashEverywhere(async () => {
      await stand.pass();
      stand.ecr.pushAgain('us-east-1', 'api', bad.digest);
    });
  });

  it('restores all the same', async () => {
    await crashEverywhere(async () => {
      await stand.pass();
      stand.policy = {
        ...stand.policy,
        waivers: [
          {
            id: 'CVE-2026-0001',
            owner: 'ann',
            reason: 'not reachable from outside',
            expires: '2026-12-31',
            lapsesOnFix: false,
          },
        ],
      };
      stand.kernel.pass(20 * minutes);
      await stand.judge(bad.digest);
    });
  });
});

describe('what is protected', () => {
  it('is held while it is in use by its digest, and archived when it is not any more', async () => {
    stand.inventory = { uses: [stand.use(bad.digest)], missing: [] };
    await stand.pass();
    await stand.pass();
    expect(statesOf()).toEqual(active);
    expect(stand.published).toMatchObject([{ outcome: 'held', facts: { heldBy: 'in-use' } }]);
    stand.inventory = { uses: [], missing: [] };
    await stand.pass();
    expect(statesOf()).toEqual(archived);
    expect(stand.told).toEqual(['held', 'quarantined']);
  });

  it.each([
    ['the image of a platform', () => stand.use(bad.parts[1] ?? '')],
    ['its tag', () => ({ ...stand.use(''), image: { repository: 'api', tag: 'api-prod-1.0.0-4f1c2ab' } })],
  ])('is held while it is in use by %s', async (_how, use) => {
    stand.inventory = { uses: [use()], missing: [] };
    await stand.pass();
    expect(statesOf()).toEqual(active);
  });

  it('is held while it is in use by a tag that the image of a platform has of its own', async () => {
    const [, part = ''] = bad.parts;
    const { manifest = '' } =
      stand.ecr.imagesIn('us-east-1').find(({ image }) => image.digest === part)?.image ?? {};
    const tag = 'api-prod-1.0.0-4f1c2ab-arm64';
    stand.ecr.push('us-east-1', 'api', { tags: [tag], manifest });
    stand.inventory = { uses: [{ ...stand.use(''), image: { repository: 'api', tag } }], missing: [] };
    await stand.pass();
    expect(statesOf()).toEqual(active);
    expect(stand.published).toMatchObject([{ outcome: 'held', facts: { heldBy: 'in-use' } }]);
  });

  it('is held, and told as that, where its scans are gone before anything was saved of them', async () => {
    stand.inventory = { uses: [stand.use(bad.digest)], missing: [] };
    await stand.pass();
    stand.kernel.pass(60 * minutes);
    for (const part of bad.parts) {
      stand.ecr.completeScan('us-east-1', 'api', part, {
        engine: 'enhanced',
        status: 'SCAN_ELIGIBILITY_EXPIRED',
      });
    }
    await stand.judge(...bad.parts, bad.digest);
    stand.inventory = { uses: [], missing: [] };
    await stand.pass();
    stand.kernel.pass(8 * 24 * 60 * minutes);
    await stand.pass();
    expect(statesOf()).toEqual(active);
    expect(stand.published.map(({ outcome, facts }) => [outcome, facts.heldBy])).toEqual([
      ['held', 'in-use'],
      ['held', 'unproven'],
      ['overdue', 'unproven'],
    ]);
  });

  it('is held while not everything could be asked', async () => {
    const source = { kind: 'eks', account: '123456789012', region: 'us-east-1', cluster: 'prod' } as const;
    stand.inventory = { uses: [], missing: [{ source, reason: 'it does not answer' }] };
    await stand.pass();
    expect(statesOf()).toEqual(active);
    expect(stand.published).toMatchObject([
      {
        outcome: 'held',
        reason: expect.stringContaining('it does not answer'),
        facts: { heldBy: 'unknown-use' },
      },
    ]);
  });

  it('is held as one of the last good releases until there is a newer one', async () => {
    stand = new Stand();
    const good = await stand.judged('1.0.0');
    stand.kernel.pass(minutes);
    stand.scan(good.parts, ['CVE-2026-0002']);
    await stand.judge(...good.parts, good.digest);
    await stand.pass();
    expect(statesOf(good)).toEqual(active);
    expect(stand.published).toMatchObject([{ facts: { heldBy: 'last-good' } }]);
    stand.kernel.pass(minutes);
    await stand.judged('1.0.1');
    await stand.pass();
    expect(statesOf(good)).toEqual(archived);
  });

  it('is held as the last good release also where an older one was promoted after newer ones were pushed', async () => {
    stand = new Stand();
    const good = await stand.judged('1.0.0');
    stand.kernel.pass(60 * minutes);
    const newer = await stand.judged('1.0.1');
    stand.kernel.pass(minutes);
    const seenAt = stand.kernel.now().toISOString();
    const tags = {
      'api-prod-1.0.0-4f1c2ab': [good.digest, seenAt],
      'api-prod-1.0.1-4f1c2ab': [newer.digest],
    };
    stand.objects.set('cache/prune-images/api.json', JSON.stringify({ seenAt, parts: {}, tags }));
    stand.kernel.pass(minutes);
    stand.scan(good.parts, ['CVE-2026-0002']);
    await stand.judge(...good.parts, good.digest);
    await stand.pass();
    expect(statesOf(good)).toEqual(active);
    expect(stand.published).toMatchObject([{ facts: { heldBy: 'last-good' } }]);
  });

  it('is held while nobody can read what retention remembers of promotions', async () => {
    stand = new Stand();
    stand.objects.set('cache/prune-images/api.json', '{}');
    const it = await stand.judged('1.0.0', 'CVE-2026-0002');
    await stand.pass();
    expect(statesOf(it)).toEqual(active);
    expect(stand.published).toMatchObject([
      { reason: expect.stringContaining('cache/prune-images/api.json') },
    ]);
  });

  it('is overdue anew each day', async () => {
    stand.inventory = { uses: [stand.use(bad.digest)], missing: [] };
    await stand.pass();
    for (const hours of [7 * 24, 1, 24]) {
      stand.kernel.pass(hours * 60 * minutes);
      await stand.pass();
    }
    expect(stand.published.map(({ outcome, facts }) => [outcome, facts.daysOverdue])).toEqual([
      ['held', undefined],
      ['overdue', 1],
      ['overdue', 2],
    ]);
  });
});

describe('an image of several indexes', () => {
  it('stays while an index that is not blocked leads to it', async () => {
    const { manifest } =
      stand.ecr.imagesIn('us-east-1').find(({ image }) => image.digest === bad.digest)?.image ?? {};
    const other = JSON.parse(manifest ?? '');
    other.manifests = other.manifests.filter(({ digest }: { digest: string }) => digest === bad.parts[1]);
    const digest = stand.ecr.push('us-east-1', 'api', {
      tags: ['api-dev-1.0.0-4f1c2ab'],
      manifest: JSON.stringify(other),
    });
    await stand.judge(digest);
    await stand.pass();
    expect(statesOf()).toEqual(['ARCHIVED', 'ARCHIVED', 'ACTIVE']);
    await stand.pass();
    expect(stand.told).toEqual(['quarantined']);
  });
});

describe('an image that was archived', () => {
  it('is archived again each time that it comes back, and that is told each time', async () => {
    await stand.pass();
    for (let times = 1; times <= 2; times++) {
      stand.ecr.pushAgain('us-east-1', 'api', bad.digest);
      await stand.look(bad.digest);
    }
    expect(statesOf()).toEqual(archived);
    expect(stand.published.map(({ outcome, facts }) => [outcome, facts.undone])).toEqual([
      ['quarantined', 0],
      ['reasserted', 1],
      ['reasserted', 2],
    ]);
  });

  it('is closed when it is deleted', async () => {
    await stand.pass();
    stand.ecr.operations.BatchDeleteImage(
      { repositoryName: 'api', imageIds: [{ imageDigest: bad.digest }] },
      { principal: { kind: 'scenario' }, region: 'us-east-1' },
    );
    await stand.pass();
    expect(stand.told).toEqual(['quarantined', 'gone']);
    expect(await stand.deps.cases.concerned()).not.toContainEqual(
      expect.objectContaining({ digest: bad.digest, hasCase: true }),
    );
  });
});

it('ends after one read for an image that is neither blocked nor has a case', async () => {
  const good = await stand.judged('1.0.1');
  await stand.look(good.digest);
  expect(stand.calls).toEqual(['BatchGetItem']);
});

it('leaves repositories alone that are not in the policy', async () => {
  stand.policy = { ...stand.policy, services: {} };
  await stand.look(bad.digest);
  expect(stand.calls).toEqual([]);
});
