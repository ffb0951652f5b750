import { beforeEach, describe, expect, it } from '@jest/globals';
import type { SweepDeps } from '../../../../functions/images/sweep-images/deps.ts';
import { sweepImages } from '../../../../functions/images/sweep-images/run.ts';
import type { Waiver } from '../../../../shared/policy/schema.ts';
import { digest, finding, mayAct, policy, scan, scanWithout, verdictRecord } from '../../../builders.ts';
import { pushedAt } from '../../../shared/judging/place.ts';
import { basicPolicy, Region } from './region.ts';

/** A run that tells nobody. */
const run = {
  account: '1',
  standing: mayAct,
  mayGoOn: () => true,
  pause: async () => undefined,
  tell: () => undefined,
};

let region: Region;

beforeEach(() => {
  region = new Region();
});

describe('a sweep', () => {
  it('judges what was never judged, and leaves alone what is fresh', async () => {
    region.place.scan = scan({ findings: [finding('CRITICAL')] });
    expect((await region.sweep()).told).toEqual([`block ${digest}`]);
    region.scansAsked.length = 0;
    region.later(1);
    const { told, outcomes } = await region.sweep();
    expect(told.filter((each) => each.includes('block'))).toEqual([]);
    expect(region.scansAsked).toEqual([]);
    expect(outcomes.map(({ outcome, reason }) => [outcome, reason])).toContainEqual([
      'swept',
      '1 images, 0 judged, 0 verdicts told, 0 scans started',
    ]);
  });

  it('finds the end of a scan that nobody told of', async () => {
    region.place.scan = scanWithout({ status: 'IN_PROGRESS' });
    expect((await region.sweep()).told).toEqual([]);
    region.place.scan = scan({ findings: [finding('CRITICAL')] });
    region.later(1);
    expect((await region.sweep()).told).toContain(`block ${digest}`);
  });

  it('never replaces what an event has led to since the images were listed', async () => {
    const { listing } = region.deps;
    const later = '2026-03-02T08:00:30.000Z';
    const deps: SweepDeps = {
      ...region.deps,
      listing: {
        list: async (repository) => {
          const images = await listing.list(repository);
          if (repository !== 'api') return images;
          region.place.later();
          region.place.put(verdictRecord({ verdict: 'block', observedAt: later, tags: ['moved'] }));
          return images;
        },
      },
    };
    await sweepImages(run, deps);
    expect(region.place.record).toMatchObject({ verdict: 'block', observedAt: later, tags: ['moved'] });
  });

  it('does not take an image for unscannable that was deleted meanwhile', async () => {
    region.place.scan = scanWithout({ status: 'FINDINGS_UNAVAILABLE' });
    const { registry } = region.deps;
    const deps = { ...region.deps, registry: { ...registry, describe: async () => undefined } };
    await sweepImages(run, deps);
    expect(region.place.published).toEqual([]);
    expect(region.place.rows.size).toBe(0);
  });

  it('judges an index and its images by one read of each scan', async () => {
    region.addIndex('sha256:1d', 'sha256:a0', 'sha256:b0');
    await region.sweep();
    expect(region.scansAsked.toSorted()).toEqual([digest, 'sha256:a0', 'sha256:b0'].toSorted());
    expect(region.place.rows.size).toBe(4);
    expect(region.place.published.map(({ facts }) => facts.digest)).toEqual([digest, 'sha256:1d']);
  });

  it('judges again what the policy says otherwise since', async () => {
    region.place.scan = scan({ findings: [finding('HIGH')] });
    await region.sweep();
    region.later(1);
    const { production } = policy.environments;
    if (production === undefined) throw new Error('no production');
    const verdicts = { ...production.verdicts, HIGH: 'monitor' as const };
    region.policy = {
      ...basicPolicy,
      environments: { ...policy.environments, production: { ...production, verdicts } },
    };
    expect((await region.sweep()).told).toContain(`monitor ${digest}`);
    region.later(1);
    region.scansAsked.length = 0;
    await region.sweep();
    expect(region.scansAsked).toEqual([]);
  });
});

describe('what fails', () => {
  it('with one repository stops no other, is told, and told to be over', async () => {
    region.listingFails.set('api-gateway', new Error('ECR is away'));
    const first = await region.sweep();
    expect(first.told).toEqual([`pass ${digest}`, 'images/api-gateway open']);
    expect(first.outcomes.map(({ outcome }) => outcome).toSorted()).toEqual(['failed', 'swept']);
    expect((await region.sweep()).told).toEqual([]);
    region.listingFails.clear();
    expect((await region.sweep()).told).toEqual(['images/api-gateway closed']);
  });

  it('with one image stops no other, and is tried again', async () => {
    region.add('sha256:01', 'sha256:02');
    const { registry } = region.place;
    let isAway = true;
    Object.assign(region.place, {
      registry: {
        ...registry,
        scanOf: async (image: { repository: string; digest: string }) => {
          if (isAway && image.digest === 'sha256:01') throw new Error('no answer');
          return registry.scanOf(image);
        },
      },
    });
    const { told, outcomes } = await region.sweep();
    expect(told.toSorted()).toEqual(['images/api open', `pass ${digest}`, 'pass sha256:02'].toSorted());
    expect(outcomes).toContainEqual(
      expect.objectContaining({
        outcome: 'failed',
        reason: expect.stringContaining('sha256:01: Error: no answer'),
      }),
    );
    isAway = false;
    expect((await region.sweep()).told).toEqual(['pass sha256:01', 'images/api closed']);
  });

  it('with the manifest of one index leaves the others as they are', async () => {
    region.addIndex('sha256:1d', 'sha256:a0');
    region.addIndex('sha256:2d', 'sha256:b0');
    const { manifests } = region.place;
    const isBad = (digests: Iterable<string>): boolean => [...digests].includes('sha256:2d');
    Object.assign(region.place, {
      manifests: {
        of: async (repository: string, digests: Iterable<string>) => {
          if (isBad(digests)) throw new Error('no manifest');
          return manifests.of(repository, digests);
        },
      },
    });
    const { told, outcomes } = await region.sweep();
    expect(told.toSorted()).toEqual(['images/api open', `pass ${digest}`, 'review sha256:1d']);
    expect(outcomes).toContainEqual(
      expect.objectContaining({
        reason: expect.stringContaining('the manifest of sha256:2d could not be read'),
      }),
    );
  });

  describe('because AWS is asked too often', () => {
    /** ECR refuses the first so many questions for a scan. */
    const refuse = (times: number, name = 'ThrottlingException', of?: string): void => {
      const { registry } = region.place;
      let left = times;
      Object.assign(region.place, {
        registry: {
          ...registry,
          scanOf: async (image: { repository: string; digest: string }) => {
            const isMeant = of === undefined || image.digest === of;
            if (isMeant && left-- > 0) throw Object.assign(new Error('Rate exceeded'), { name });
            return registry.scanOf(image);
          },
        },
      });
    };

    it.each([
      [1, [2000]],
      [3, [2000, 8000, 20_000]],
    ])('%i times is tried again, each time after a longer pause', async (times, pauses) => {
      refuse(times);
      expect((await region.sweep()).told).toEqual([`pass ${digest}`]);
      expect(region.pauses).toEqual(pauses);
    });

    it('for too long is told', async () => {
      refuse(4);
      expect((await region.sweep()).told).toEqual(['images/api open']);
    });

    it('with the index of an image that was judged has both tried again', async () => {
      region.addIndex('sha256:1d', 'sha256:a0', 'sha256:b0');
      await region.sweep();
      region.later(24);
      const now = new Date(region.place.clock - 3_600_000).toISOString();
      for (const [key, row] of region.place.rows) {
        if (row.digest !== 'sha256:a0')
          region.place.rows.set(key, { ...row, observedAt: now, scannedAt: now });
      }
      for (const part of ['sha256:a0', 'sha256:b0']) {
        region.place.scans.set(part, scan({ findings: [finding('CRITICAL')], scannedAt: now }));
      }
      refuse(1, 'ThrottlingException', 'sha256:b0');
      expect((await region.sweep()).told).toContain('block sha256:1d');
      expect(region.pauses).toEqual([2000]);
    });

    it('is not waited for when there is no time', async () => {
      refuse(1);
      // One look for the repository, and one for the image.
      region.time = 2;
      await region.sweep();
      expect(region.pauses).toEqual([]);
    });

    it('is told from other failures, which are not tried again', async () => {
      refuse(1, 'AccessDeniedException');
      await region.sweep();
      expect(region.pauses).toEqual([]);
    });
  });

  it('is a repository that the primary Region does not have, but not one that was not replicated yet', async () => {
    const absent = (): void => {
      const { deps } = region;
      Object.defineProperty(region, 'deps', {
        get: () => ({ ...deps, region: region.region, listing: { list: async () => undefined } }),
      });
    };
    absent();
    expect((await region.sweep()).told).toEqual(['images/api open', 'images/api-gateway open']);
    region.region = 'us-west-2';
    region.state = undefined;
    expect((await region.sweep()).outcomes.map(({ outcome }) => outcome)).toEqual(['swept', 'swept']);
  });

  it('when it is to be told is told by the next sweep', async () => {
    region.listingFails.set('api', new Error('ECR is away'));
    region.busFails = new Error('the bus is away');
    await expect(region.sweep()).rejects.toThrow('the bus is away');
    expect((await region.sweep()).told).toEqual(['images/api open']);
  });
});

describe('when time runs out', () => {
  it('stops, says how far it came, and the next sweep goes on where it stopped', async () => {
    region.add('sha256:01', 'sha256:02', 'sha256:03');
    // One look for the repository, and two for images.
    region.time = 3;
    const { told, outcomes } = await region.sweep();
    expect(told.filter((each) => each.startsWith('pass'))).toHaveLength(2);
    expect(told).toEqual(expect.arrayContaining(['images/api open', 'images/api-gateway open']));
    expect(outcomes.map(({ outcome, reason }) => [outcome, reason])).toEqual([
      ['unfinished', expect.stringContaining('there was no time for 2 of 4 images')],
      ['unfinished', expect.stringContaining('there was no time for it')],
    ]);

    region.time = Number.POSITIVE_INFINITY;
    const next = await region.sweep();
    expect(next.told.filter((each) => each.startsWith('pass'))).toHaveLength(2);
    expect(next.told).toEqual(expect.arrayContaining(['images/api closed', 'images/api-gateway closed']));
  });

  it('begins the next one with the repository that was finished longest ago', async () => {
    // Enough for the first repository, its one image and its copies.
    region.time = 3;
    await region.sweep();
    expect(Object.keys(region.state?.sweptAt ?? {})).toEqual(['api']);
    region.time = Number.POSITIVE_INFINITY;
    const { outcomes } = await region.sweep();
    expect(outcomes.map(({ subject }) => subject.split('/').at(-1))).toEqual(['api-gateway', 'api']);
  });
});

describe('daily scans', () => {
  const hours = (count: number) =>
    new Date(Date.parse('2026-03-02T08:00:00Z') + count * 3_600_000).toISOString();

  beforeEach(async () => {
    await region.sweep();
  });

  it('are started once the last one is a day old, and found again when nobody tells of their end', async () => {
    region.later(23);
    await region.sweep();
    expect(region.scansStarted).toEqual([]);
    region.later(1);
    await region.sweep();
    expect(region.scansStarted).toEqual([digest]);
    region.place.scan = scan({ findings: [finding('CRITICAL')], scannedAt: hours(24.1) });
    region.later(1);
    expect((await region.sweep()).told).toContain(`block ${digest}`);
  });

  it('leave the verdict in force while they are under way', async () => {
    region.later(24);
    await region.sweep();
    region.place.scan = scanWithout({ status: 'IN_PROGRESS' });
    region.later(1);
    await region.sweep();
    expect(region.place.record).toMatchObject({ verdict: 'pass' });
  });

  it('are not made of what nobody can ask for by a tag', async () => {
    region.place.described.set('sha256:0f', { kind: 'image', tags: [], pushedAt });
    region.place.scans.set('sha256:0f', scan());
    region.later(24);
    await region.sweep();
    expect(region.scansStarted).toEqual([digest]);
  });

  it('that ECR has made already are no fault', async () => {
    region.scanning = 'already';
    region.later(24);
    const { told, outcomes } = await region.sweep();
    expect(told.filter((each) => each.startsWith('scans/'))).toEqual([]);
    expect(outcomes[0]).toMatchObject({ outcome: 'swept', facts: { scansAlready: 1, scansStarted: 0 } });
  });

  it('that cannot be started are told once, until one can', async () => {
    region.scanning = new Error('This feature is disabled');
    region.later(24);
    expect((await region.sweep()).told).toContain('scans/api open');
    // Nothing is due, so that nobody knows.
    region.place.put(
      verdictRecord({
        observedAt: hours(24),
        scannedAt: hours(24),
        announced: { verdict: 'pass', environment: 'production' },
      }),
    );
    region.later(1);
    expect((await region.sweep()).told).not.toContain('scans/api closed');
    region.scanning = 'started';
    region.later(30);
    expect((await region.sweep()).told).toContain('scans/api closed');
  });

  it('are left to Amazon Inspector where that scans', async () => {
    const registry = { ...policy.images.registry, scanning: 'enhanced' as const };
    region.policy = { ...basicPolicy, images: { ...basicPolicy.images, registry } };
    region.later(48);
    await region.sweep();
    expect(region.scansStarted).toEqual([]);
  });
});

describe('copies in other Regions', () => {
  const inOtherRegions = (...regions: readonly string[]): void => {
    for (const copy of regions) region.place.put(verdictRecord({ region: copy }));
  };
  const aboutCopies = (told: readonly string[]): readonly string[] =>
    told.filter((each) => each.startsWith('copy/'));

  beforeEach(async () => {
    await region.sweep();
    region.later(1);
  });

  it('are missed an hour after the push, where nothing is recorded of them', async () => {
    inOtherRegions('eu-west-1');
    expect(aboutCopies((await region.sweep()).told)).toEqual([`copy/us-west-2/api@${digest} open`]);
    inOtherRegions('us-west-2');
    expect(aboutCopies((await region.sweep()).told)).toEqual([`copy/us-west-2/api@${digest} closed`]);
  });

  it('are not missed where ECR says that they are complete', async () => {
    inOtherRegions('eu-west-1');
    region.replication = new Map([['us-west-2', { status: 'COMPLETE', failureCode: '' }]]);
    expect(aboutCopies((await region.sweep()).told)).toEqual([]);
  });

  it('stay missed while ECR cannot be asked', async () => {
    inOtherRegions('eu-west-1');
    await region.sweep();
    region.replication = new Error('no answer');
    expect(aboutCopies((await region.sweep()).told)).toEqual([]);
    expect(region.told).toContainEqual(
      expect.objectContaining({ outcome: 'failed', reason: expect.stringContaining('no answer') }),
    );
    expect(region.state?.open.map(({ facts }) => facts.gap)).toEqual([`copy/us-west-2/api@${digest}`]);
  });

  it('are looked for from the primary Region alone', async () => {
    region.region = 'us-west-2';
    region.state = undefined;
    expect(aboutCopies((await region.sweep()).told)).toEqual([]);
  });
});

describe('waivers', () => {
  const waiver: Waiver = {
    id: 'CVE-2026-0001',
    owner: 'ann',
    reason: 'the function is never called',
    expires: '2026-12-31',
    lapsesOnFix: false,
  };
  const about = (told: readonly string[]): readonly string[] =>
    told.filter((each) => each.startsWith('waiver/'));

  beforeEach(() => {
    region.policy = { ...basicPolicy, waivers: [waiver] };
  });

  it('that match nothing are told of, and over once they match what is found', async () => {
    expect(about((await region.sweep()).told)).toEqual(['waiver/CVE-2026-0001 open']);
    region.place.scan = scan({ findings: [finding('CRITICAL')] });
    region.later(24);
    expect(about((await region.sweep()).told)).toEqual(['waiver/CVE-2026-0001 closed']);
  });

  it('are not said to match nothing by a sweep that did not see all images', async () => {
    region.listingFails.set('api-gateway', new Error('ECR is away'));
    expect(about((await region.sweep()).told)).toEqual([]);
  });

  it('are reported from the primary Region alone', async () => {
    region.region = 'us-west-2';
    expect(about((await region.sweep()).told)).toEqual([]);
  });
});
