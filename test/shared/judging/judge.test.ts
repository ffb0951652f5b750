import { ECRClient } from '@aws-sdk/client-ecr';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { decideImageAlert } from '../../../functions/alerts/route-alert/image-alert.ts';
import { imageRegistry } from '../../../shared/aws/image-registry.ts';
import type { ImageIndex } from '../../../shared/domain/manifest.ts';
import type { VerdictRecord } from '../../../shared/domain/verdict-record.ts';
import type { ImageJudged } from '../../../shared/events/ops-events.ts';
import { judgeImage } from '../../../shared/judging/judge.ts';
import {
  digest,
  finding,
  mayAct,
  mayOnlyTell,
  policy,
  scan,
  scanWithout,
  verdictRecord,
} from '../../builders.ts';
import { answeredClient, inTurn } from '../aws/answers.ts';
import { keyOf, Place, pushedAt, tagged } from './place.ts';

const subject = `arn:aws:ecr:us-east-1:123456789012:repository/api/${digest}`;

const critical = scan({ findings: [finding('CRITICAL')], counts: { CRITICAL: 1 } });
const medium = scan({ findings: [finding('MEDIUM')], counts: { MEDIUM: 1 } });
const clean = scan();

const indexDigest = 'sha256:1d';
const amd = 'sha256:a0';
const arm = 'sha256:b0';

function part(of: string, platform: string, isAttestation = false): ImageIndex['children'][number] {
  const mediaType = 'application/vnd.oci.image.manifest.v1+json';
  return { digest: of, platform, mediaType, isAttestation, size: 500 };
}

/** A published verdict, and the state of the alert that is made of it. */
function statesOf(event: ImageJudged): readonly [string, string] {
  const decision = decideImageAlert(event, policy);
  return [event.outcome, 'alert' in decision ? decision.alert.state : `held: ${decision.held}`];
}

let place: Place;

beforeEach(() => {
  place = new Place();
});

describe('judgeImage', () => {
  it('records the first verdict, publishes it, and marks it as announced', async () => {
    place.scan = critical;
    expect(await place.judge({ standing: mayOnlyTell })).toEqual({
      outcome: 'block',
      reason: '1 CRITICAL finding: CVE-2026-0001',
      subject,
      pending: false,
      facts: {
        repository: 'api',
        tags: ['api-prod-1.0.0-4f1c2ab'],
        environment: 'production',
        standing: 'tell',
        announced: true,
      },
    });
    expect(place.record).toMatchObject({
      verdict: 'block',
      announced: { verdict: 'block', environment: 'production' },
      observedAt: '2026-03-02T08:00:05.000Z',
    });
    expect(place.published).toEqual([
      {
        identity: expect.stringContaining(digest),
        subject,
        environment: 'production',
        outcome: 'block',
        reason: '1 CRITICAL finding: CVE-2026-0001',
        occurredAt: '2026-03-02T08:00:05.000Z',
        facts: {
          repository: 'api',
          digest,
          region: 'us-east-1',
          tags: ['api-prod-1.0.0-4f1c2ab'],
          missingPlatforms: [],
          scannedAt: '2026-03-02T08:00:00.000Z',
          counts: { CRITICAL: 1 },
          worst: [finding('CRITICAL')],
          waived: [],
          copies: [],
          standing: { may: 'tell', reason: 'the policy has this automation observe' },
        },
      },
    ]);
  });

  it('publishes only when the verdict or the environment changed', async () => {
    const outcomes: string[] = [];
    const look = async (change: () => void): Promise<void> => {
      change();
      const { outcome } = await place.judge();
      outcomes.push(`${outcome}, published ${place.published.length}`);
      place.later();
    };
    await look(() => undefined);
    await look(() => undefined);
    await look(() => {
      place.scan = medium;
    });
    await look(() => undefined);
    await look(() => {
      place.scan = scan({ findings: [finding('MEDIUM'), finding('UNDEFINED')] });
    });
    await look(() => {
      place.scan = scan({ findings: [finding('HIGH')] });
      place.described.set(digest, { ...tagged, tags: ['api-staging-1.0.0-4f1c2ab'] });
    });
    await look(() => {
      place.scan = clean;
    });
    expect(outcomes).toEqual([
      'pass, published 1',
      'pass, published 1',
      'review, published 2',
      'review, published 2',
      'review, published 2',
      'review, published 3',
      'pass, published 4',
    ]);
    expect(place.published.map(({ facts }) => facts.previous)).toEqual([
      undefined,
      { verdict: 'pass', environment: 'production' },
      { verdict: 'review', environment: 'production' },
      { verdict: 'review', environment: 'staging' },
    ]);
  });

  it('says that nothing changed, and why the verdict is what it is', async () => {
    await place.judge();
    expect(await place.judge()).toMatchObject({ reason: 'unchanged: the scan found nothing' });
  });

  it('tells of the other copies, and leaves them alone', async () => {
    const replica = verdictRecord({ region: 'us-west-2', verdict: 'review' });
    const twin = verdictRecord({ repository: 'twin', verdict: 'block' });
    place.put(replica);
    place.put(twin);
    await place.judge();
    expect(place.published[0]?.facts.copies).toEqual([
      { region: 'us-west-2', repository: 'api', verdict: 'review' },
      { region: 'us-east-1', repository: 'twin', verdict: 'block' },
    ]);
    expect(place.rows.get(keyOf(replica))).toBe(replica);
    expect(place.rows.get(keyOf(twin))).toBe(twin);
  });

  describe('an image that is gone', () => {
    it('is no fault, and changes nothing', async () => {
      place.described.clear();
      expect(await place.judge()).toEqual({
        outcome: 'gone',
        reason: 'the image is no longer in the repository',
        subject,
        pending: false,
      });
      expect(place.rows.size).toBe(0);
      expect(place.published).toEqual([]);
    });

    it.each(['ImageNotFoundException', 'RepositoryNotFoundException'])(
      'is no fault either when ECR itself says so: %s',
      async (error) => {
        const { client } = answeredClient(ECRClient, inTurn({ error }));
        expect(await place.judge({ registry: imageRegistry(client) })).toMatchObject({ outcome: 'gone' });
      },
    );
  });

  describe('a scan that is under way', () => {
    beforeEach(() => {
      place.scan = scanWithout({ status: 'IN_PROGRESS' });
    });

    it('is recorded and told nobody', async () => {
      expect(await place.judge()).toMatchObject({
        outcome: 'unknown',
        pending: true,
        reason: 'awaited: the scan is under way (IN_PROGRESS)',
      });
      expect(place.record).toMatchObject({ verdict: 'unknown', pending: true });
      expect(place.published).toEqual([]);
    });

    it('is told once it has ended', async () => {
      await place.judge();
      place.later();
      place.scan = critical;
      expect(await place.judge()).toMatchObject({ outcome: 'block', pending: false });
      expect(place.published.map(({ outcome }) => outcome)).toEqual(['block']);
    });

    it('is told as unknown once it is overdue, one time', async () => {
      for (const time of ['08:28:59', '08:29:00', '08:29:01']) {
        place.clock = Date.parse(`2026-03-02T${time}Z`);
        await place.judge();
      }
      expect(place.published.map(({ outcome, occurredAt }) => [outcome, occurredAt])).toEqual([
        ['unknown', '2026-03-02T08:29:00.000Z'],
      ]);
    });

    it('leaves the last verdict in force while it repeats a completed one', async () => {
      place.scan = critical;
      await place.judge();
      place.later();
      place.scan = scanWithout({ status: 'PENDING' });
      expect(await place.judge()).toMatchObject({ outcome: 'block', pending: true });
      expect(place.record).toMatchObject({ verdict: 'block', pending: false });
      expect(place.published).toHaveLength(1);
    });
  });

  describe('an index', () => {
    beforeEach(() => {
      place.described.set(indexDigest, { ...tagged, kind: 'index' });
      for (const each of [amd, arm]) {
        place.described.set(each, { kind: 'image', tags: [], pushedAt });
        place.scans.set(each, clean);
      }
      const children = [
        part(amd, 'linux/amd64'),
        part(arm, 'linux/arm64'),
        part('sha256:c0', 'unknown/unknown', true),
      ];
      place.indexes.set(indexDigest, { kind: 'index', children });
    });

    it('is judged by its images and without its attestations, and is told of in their place', async () => {
      place.scans.set(arm, critical);
      expect(await place.judge({ of: indexDigest })).toMatchObject({
        outcome: 'block',
        reason: 'linux/arm64: 1 CRITICAL finding: CVE-2026-0001',
      });
      await place.judge({ of: amd });
      await place.judge({ of: arm });
      expect(place.published.map(({ facts, outcome }) => [facts.digest, outcome])).toEqual([
        [indexDigest, 'block'],
      ]);
    });

    it('is judged again when one of its images is', async () => {
      await place.judge({ of: indexDigest });
      place.later();
      place.scans.set(amd, critical);
      await place.judge({ of: amd });
      expect(place.published.map(({ facts, outcome }) => [facts.digest, outcome])).toEqual([
        [indexDigest, 'pass'],
        [indexDigest, 'block'],
      ]);
    });

    it('is judged once in a run, however many of its images are', async () => {
      await place.judge({ of: indexDigest });
      const done = new Set<string>();
      const run = async (of: string) =>
        (
          await judgeImage(
            { repository: 'api', digest: of, account: '123456789012' },
            mayAct,
            place.deps,
            done,
          )
        ).map(({ subject: about }) => about.split('/').at(-1));
      expect([await run(amd), await run(arm)]).toEqual([[amd, indexDigest], [arm]]);
    });

    it('in an index is followed to its images, however deep and even in a circle', async () => {
      const inner = 'sha256:2d';
      const nested = (of: string) => ({
        ...part(of, 'linux/amd64'),
        mediaType: 'application/vnd.oci.image.index.v1+json',
      });
      place.indexes.set(inner, {
        kind: 'index',
        children: [part(amd, 'linux/amd64'), part(arm, 'linux/arm64'), nested(indexDigest)],
      });
      place.indexes.set(indexDigest, { kind: 'index', children: [nested(inner)] });
      place.scans.set(amd, critical);
      expect(await place.judge({ of: indexDigest })).toMatchObject({ outcome: 'block' });
    });
  });

  it('takes nothing back in silence: an image that lost its tag and its block is told of', async () => {
    place.scan = critical;
    await place.judge();
    place.later();
    place.described.set(digest, { ...tagged, tags: [] });
    place.scan = clean;
    await place.judge();
    expect(place.published.map(statesOf)).toEqual([
      ['block', 'firing'],
      ['pass', 'resolved'],
    ]);
  });

  it('keeps a block that can no longer be judged, and says so', async () => {
    place.scan = critical;
    await place.judge();
    place.later();
    place.scan = scanWithout({ status: 'IMAGE_ARCHIVED' });
    expect(await place.judge()).toMatchObject({
      outcome: 'block',
      reason: expect.stringContaining('the block stands'),
    });
    expect(place.published).toHaveLength(1);
  });

  describe('interrupted and run again', () => {
    it('publishes once what was recorded and not published', async () => {
      place.scan = critical;
      place.busFails = new Error('the bus is away');
      await expect(place.judge()).rejects.toThrow('the bus is away');
      expect(place.record).toMatchObject({ verdict: 'block' });
      expect(place.record?.announced).toBeUndefined();

      place.later();
      expect(await place.judge()).toMatchObject({ outcome: 'block' });
      place.later();
      await place.judge();
      expect(place.published.map(({ outcome }) => outcome)).toEqual(['block']);
      expect(place.record?.announced).toEqual({ verdict: 'block', environment: 'production' });
    });

    it('publishes what was recorded even when the event that comes next is an older look', async () => {
      place.scan = critical;
      place.busFails = new Error('the bus is away');
      await expect(place.judge()).rejects.toThrow('the bus is away');
      place.clock -= 1000;
      place.scan = clean;
      expect(await place.judge()).toMatchObject({ outcome: 'block' });
      expect(place.published.map(({ outcome }) => outcome)).toEqual(['block']);
    });

    /** Dies after the event was put on the bus and before that was marked. */
    async function dieBeforeTheMark(): Promise<void> {
      place.beforeWrites.push(
        () => undefined,
        () => {
          throw new Error('the function died');
        },
      );
      await expect(place.judge()).rejects.toThrow('the function died');
    }

    it('gives a verdict that it publishes twice the same identity', async () => {
      place.scan = critical;
      await dieBeforeTheMark();
      place.later();
      await place.judge();
      expect(place.published).toHaveLength(2);
      expect(place.published[1]?.identity).toBe(place.published[0]?.identity);
    });

    it('takes back what it may have announced, although it never came to mark it', async () => {
      place.scan = critical;
      await dieBeforeTheMark();
      place.later();
      place.scan = clean;
      await place.judge();
      expect(place.published.map(statesOf)).toEqual([
        ['block', 'firing'],
        ['pass', 'resolved'],
      ]);
    });
  });

  it('gives every change an identity of its own', async () => {
    for (const seen of [critical, clean, critical, clean]) {
      place.scan = seen;
      await place.judge();
      place.later();
    }
    expect(new Set(place.published.map(({ identity }) => identity)).size).toBe(4);
  });

  describe('with another writer on the same copy', () => {
    const other = (over: Partial<VerdictRecord>): VerdictRecord =>
      verdictRecord({ ...place.record, scannedAt: clean.scannedAt ?? '', ...over });

    it('decides anew by what the other wrote: the later look wins', async () => {
      place.beforeWrites.push(() =>
        place.put(other({ verdict: 'review', observedAt: '2026-03-02T08:00:06.000Z', version: 1 })),
      );
      expect(await place.judge()).toMatchObject({ outcome: 'review' });
      expect(place.record).toMatchObject({
        verdict: 'review',
        observedAt: '2026-03-02T08:00:06.000Z',
      });
    });

    it('writes over an earlier look of the other', async () => {
      place.beforeWrites.push(() =>
        place.put(other({ verdict: 'review', observedAt: '2026-03-02T08:00:04.000Z', version: 1 })),
      );
      expect(await place.judge()).toMatchObject({ outcome: 'pass' });
      expect(place.record).toMatchObject({ verdict: 'pass', observedAt: '2026-03-02T08:00:05.000Z' });
    });

    it('does not publish again what the other has announced', async () => {
      const announced = { verdict: 'pass', environment: 'production' } as const;
      place.beforeWrites.push(() => place.put(other({ announced, version: 2 })));
      await place.judge();
      expect(place.published).toEqual([]);
    });

    it('gives up for now when others come first every time', async () => {
      let version = 0;
      const comeFirst = (): void => {
        version += 1;
        place.put(other({ verdict: 'review', observedAt: '2026-03-02T08:00:04.000Z', version }));
      };
      place.beforeWrites.push(...Array.from({ length: 20 }, () => comeFirst));
      await expect(place.judge()).rejects.toMatchObject({ name: 'RetryableError' });
      expect(place.published).toEqual([]);
      expect(version).toBeLessThan(20);
    });

    it('tells of the change from the other’s verdict when the other comes between record and mark', async () => {
      place.scan = critical;
      place.beforeWrites.push(
        () => undefined,
        () => {
          // A second event was worked on meanwhile, by a look that came later and found the image clean.
          const { announced: _none, ...record } = other({
            verdict: 'pass',
            observedAt: '2026-03-02T08:00:06.000Z',
            version: 2,
          });
          place.put(record);
        },
      );
      await place.judge();
      // Whoever looks next sees a clean image, of which people were told that it must not be deployed.
      place.later();
      place.scan = clean;
      await place.judge();
      expect(place.published.map(statesOf)).toEqual([
        ['block', 'firing'],
        ['pass', 'resolved'],
      ]);
    });

    it('takes back what it may have told when the crash hid it, though that is what was announced before', async () => {
      place.put(other({ announced: { verdict: 'pass', environment: 'production' } }));
      place.later();
      place.scan = critical;
      place.beforeWrites.push(
        () => undefined,
        () => {
          throw new Error('died after the event and before the mark');
        },
      );
      await expect(place.judge()).rejects.toThrow('died after the event');
      place.later();
      place.scan = { ...clean, scannedAt: '2026-03-02T08:01:30.000Z' };
      await place.judge();
      expect(place.published.map(statesOf)).toEqual([
        ['block', 'firing'],
        ['pass', 'resolved'],
      ]);
      // and that is all: there is nothing left to say
      place.later();
      await place.judge();
      expect(place.published).toHaveLength(2);
    });
  });
});
