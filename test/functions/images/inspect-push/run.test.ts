import { beforeEach, describe, expect, it } from '@jest/globals';
import type { InspectionTable } from '../../../../functions/images/inspect-push/inspection-table.ts';
import type { InspectionRecord } from '../../../../functions/images/inspect-push/record.ts';
import { type InspectDeps, inspectImage } from '../../../../functions/images/inspect-push/run.ts';
import type { ImageDescription } from '../../../../shared/aws/image-registry.ts';
import type { ReplicaStatus } from '../../../../shared/aws/image-replication.ts';
import type { Manifest } from '../../../../shared/domain/manifest.ts';
import type { ImageInspected } from '../../../../shared/events/ops-events.ts';
import { digest, policy } from '../../../builders.ts';

const types = {
  image: 'application/vnd.oci.image.manifest.v1+json',
  index: 'application/vnd.oci.image.index.v1+json',
};

const image = (configDigest: string, sizeBytes = 61_200_000): Manifest => ({
  kind: 'image',
  mediaType: types.image,
  configDigest,
  sizeBytes,
});

const child = (of: string, platform?: string, mediaType = types.image) => ({
  digest: of,
  mediaType,
  isAttestation: platform === 'unknown/unknown',
  size: 1000,
  ...(platform !== undefined && { platform }),
});

const config = (architecture: string, over: object = {}): string =>
  JSON.stringify({
    os: 'linux',
    architecture,
    config: {
      User: 'appuser',
      Healthcheck: { Test: ['CMD', 'true'] },
      Labels: { version: '3.0.0' },
      ...over,
    },
  });

/** A registry with one good push in it, a table and a bus; a test spoils what it is about. */
class Place {
  described: ImageDescription | undefined = {
    kind: 'index',
    tags: ['api-prod-3.0.0-a1b2c3d4'],
    pushedAt: new Date('2026-03-02T08:00:00Z'),
  };
  readonly manifests = new Map<string, Manifest>([
    [
      digest,
      {
        kind: 'index',
        children: [
          child('sha256:amd', 'linux/amd64'),
          child('sha256:arm', 'linux/arm64'),
          child('sha256:about', 'unknown/unknown'),
        ],
      },
    ],
    ['sha256:amd', image('sha256:amd-config')],
    ['sha256:arm', image('sha256:arm-config')],
  ]);
  readonly blobs = new Map([
    ['sha256:amd-config', config('amd64')],
    ['sha256:arm-config', config('arm64')],
  ]);
  /** By digest, by Region. */
  readonly replicas = new Map<string, readonly (readonly [string, ReplicaStatus])[]>();
  readonly rows = new Map<string, InspectionRecord>();
  readonly published: ImageInspected[] = [];
  /** Happen before the next writes, in order. */
  readonly beforeWrites: (() => void)[] = [];
  busFails = false;
  #minutes = 0;

  readonly #table: InspectionTable = {
    read: async (id) => this.rows.get(`${id.digest}/${id.region}/${id.repository}`),
    write: async (record) => {
      this.beforeWrites.shift()?.();
      const key = `${record.digest}/${record.region}/${record.repository}`;
      const found = this.rows.get(key);
      if ((found?.version ?? 0) !== record.version) return { found };
      const written = { ...record, version: record.version + 1 };
      this.rows.set(key, written);
      return { written };
    },
  };

  readonly deps: InspectDeps = {
    images: { describe: async () => this.described },
    manifests: {
      of: async (_repository, digests) =>
        new Map(
          [...digests].flatMap((of) => {
            const manifest = this.manifests.get(of);
            return manifest ? [[of, manifest] as const] : [];
          }),
        ),
    },
    blobs: { text: async (_repository, of) => this.blobs.get(of) },
    replication: { of: async (of) => new Map(this.replicas.get(of.digest)) },
    inspections: this.#table,
    bus: {
      publish: async (event) => {
        if (this.busFails) throw new Error('the bus is down');
        if (event.detailType === 'Image Inspected') this.published.push(event.detail);
      },
    },
    policy,
    region: 'us-east-1',
    now: () => new Date(Date.parse('2026-03-02T08:00:05Z') + 60_000 * this.#minutes++),
  };

  /** Another writer comes first. */
  overtake(row: InspectionRecord): void {
    this.rows.set(`${row.digest}/${row.region}/${row.repository}`, row);
  }

  inspect(repository = 'api') {
    return inspectImage({ account: '123456789012', repository, digest }, this.deps);
  }

  /** What was published, in short. */
  get said(): string[] {
    return this.published.map(({ outcome, facts: { about, name } }) => `${about} ${name} ${outcome}`);
  }
}

function record(over: Partial<InspectionRecord>): InspectionRecord {
  const observedAt = '2026-03-02T08:00:00.000Z';
  return {
    digest,
    region: 'us-east-1',
    repository: 'api',
    tags: [],
    observedAt,
    problems: [],
    version: 1,
    ...over,
  };
}

let place: Place;

beforeEach(() => {
  place = new Place();
});

const makeRoot = (): void => void place.blobs.set('sha256:arm-config', config('arm64', { User: '' }));

describe('a push that is as it should be', () => {
  it('is recorded, and nobody is told', async () => {
    expect(await place.inspect()).toMatchObject({
      outcome: 'well',
      subject: `arn:aws:ecr:us-east-1:123456789012:repository/api/${digest}`,
      facts: { repository: 'api', megabytes: { 'linux/amd64': 61.2, 'linux/arm64': 61.2 }, published: 0 },
    });
    expect(place.published).toEqual([]);
    expect([...place.rows.values()]).toMatchObject([{ digest, repository: 'api', problems: [] }]);
  });

  it('tells how far its replicas are, and how long a complete one took at most', async () => {
    place.replicas.set(digest, [
      ['us-west-2', { status: 'COMPLETE', failureCode: '' }],
      ['eu-west-1', { status: 'COMPLETE', failureCode: '' }],
    ]);
    place.replicas.set('sha256:arm', [['eu-west-1', { status: 'IN_PROGRESS', failureCode: '' }]]);
    expect((await place.inspect()).facts?.replicas).toEqual({
      'us-west-2': 'COMPLETE within 5 s',
      'eu-west-1': 'IN_PROGRESS',
    });
  });
});

describe('a push with something wrong', () => {
  it('is told of as what it is', async () => {
    makeRoot();
    expect(await place.inspect()).toMatchObject({
      outcome: 'wrong',
      reason: 'it runs as root',
      facts: { checks: ['user'], published: 1 },
    });
    expect(place.published).toEqual([
      {
        identity: `us-east-1/api@${digest}/image/${digest}/wrong/1`,
        subject: `arn:aws:ecr:us-east-1:123456789012:repository/api/${digest}`,
        environment: 'production',
        outcome: 'wrong',
        reason: 'it runs as root',
        occurredAt: '2026-03-02T08:00:05.000Z',
        facts: {
          repository: 'api',
          digest,
          region: 'us-east-1',
          tags: ['api-prod-3.0.0-a1b2c3d4'],
          about: 'image',
          name: digest,
          findings: [
            {
              check: 'user',
              problem: 'it runs as root',
              given: 'linux/arm64: no USER',
              action: expect.stringContaining('USER'),
            },
          ],
        },
      },
    ]);
  });

  it('is told of once, however often the event comes', async () => {
    makeRoot();
    for (let time = 0; time < 3; time++) expect((await place.inspect()).outcome).toBe('wrong');
    expect(place.said).toEqual([`image ${digest} wrong`]);
  });

  it('is told of as mended when it is', async () => {
    place.replicas.set(digest, [['eu-west-1', { status: 'FAILED', failureCode: 'KmsError' }]]);
    await place.inspect();
    place.replicas.set(digest, [['eu-west-1', { status: 'IN_PROGRESS', failureCode: '' }]]);
    await place.inspect();
    place.replicas.set(digest, [['eu-west-1', { status: 'COMPLETE', failureCode: '' }]]);
    await place.inspect();
    await place.inspect();
    expect(place.said).toEqual(['replica eu-west-1 wrong', 'replica eu-west-1 well']);
    expect(place.published[1]).toMatchObject({ facts: { findings: [] } });
  });

  it('is told of by its second tag only as far as that is new', async () => {
    makeRoot();
    await place.inspect();
    place.described = { kind: 'index', tags: ['api-prod-3.0.0-a1b2c3d4', 'latest'], pushedAt: new Date(0) };
    await place.inspect();
    expect(place.said).toEqual([`image ${digest} wrong`, 'tag latest wrong']);
  });
});

describe('what cannot be read', () => {
  it.each<[string, (spoiled: Place) => void, RegExp]>([
    [
      'an image of it is gone',
      ({ manifests }) => void manifests.delete('sha256:arm'),
      /not in the repository/,
    ],
    ['a config is gone', ({ blobs }) => void blobs.delete('sha256:arm-config'), /config is not in the rep/],
    ['a config is none', ({ blobs }) => void blobs.set('sha256:arm-config', '{}'), /not that of an image/],
    [
      'an image of it is something else',
      ({ manifests }) =>
        void manifests.set('sha256:arm', { kind: 'other', mediaType: 'application/x', reason: 'it is odd' }),
      /it is odd/,
    ],
    [
      'an image of it has a form that nobody here knows',
      ({ manifests }) =>
        void manifests.set(digest, {
          kind: 'index',
          children: [child('sha256:amd', 'linux/amd64'), child('sha256:arm', 'linux/arm64', 'application/x')],
        }),
      /its media type is application\/x/,
    ],
    [
      'an image of it is an index, and was said to be none',
      ({ manifests }) => void manifests.set('sha256:arm', { kind: 'index', children: [] }),
      /its parent says that it is none/,
    ],
  ])('is told of, and the rest is inspected all the same: %s', async (_what, spoil, given) => {
    spoil(place);
    place.blobs.set('sha256:amd-config', config('amd64', { User: 'root' }));
    expect((await place.inspect()).facts?.checks).toEqual(['manifest', 'user']);
    expect(place.published[0]?.facts.findings[0]?.given).toMatch(given);
  });

  it('is told of when all of it is something else', async () => {
    place.manifests.set(digest, { kind: 'other', mediaType: 'application/x', reason: 'it is odd' });
    expect((await place.inspect()).facts?.checks).toEqual(['manifest']);
  });

  it('is told of when ECR has it in a form that nobody here knows', async () => {
    place.manifests.clear();
    const foreignMediaType = 'application/vnd.example.v9+json';
    place.described = { kind: 'image', tags: ['latest'], pushedAt: new Date(0), foreignMediaType };
    await place.inspect();
    expect(place.published[0]?.facts.findings[0]).toMatchObject({
      check: 'manifest',
      given: expect.stringContaining(foreignMediaType),
    });
  });

  it('is found through an index in an index', async () => {
    place.manifests.set(digest, { kind: 'index', children: [child('sha256:inner', undefined, types.index)] });
    place.manifests.set('sha256:inner', {
      kind: 'index',
      children: [child('sha256:amd', 'linux/amd64'), child('sha256:arm', 'linux/arm64')],
    });
    expect((await place.inspect()).outcome).toBe('well');
  });
});

describe('nothing is inspected', () => {
  const pushedAt = new Date('2026-03-02T08:00:00Z');

  it.each<[string, string, ImageDescription | undefined]>([
    ['of an image that is gone', 'gone', undefined],
    [
      'of an image without a tag, which is a part of an index',
      'not inspected',
      { kind: 'image', tags: [], pushedAt },
    ],
    [
      'of what a tool has hung on another image',
      'not inspected',
      { kind: 'artifact', tags: [`sha256-${'ab'.repeat(32)}.sig`], pushedAt },
    ],
  ])('%s', async (_what, outcome, described) => {
    makeRoot();
    place.described = described;
    expect((await place.inspect()).outcome).toBe(outcome);
    expect(place.published).toEqual([]);
    expect(place.rows.size).toBe(0);
  });

  it('of an image that cannot be pulled any more', async () => {
    place.manifests.clear();
    expect((await place.inspect()).outcome).toBe('gone');
    expect(place.published).toEqual([]);
  });

  it('in a repository that is no service’s', async () => {
    makeRoot();
    expect((await place.inspect('tools')).outcome).toBe('not inspected');
    expect(place.published).toEqual([]);
  });
});

describe('two at once', () => {
  it('tell it under one identity when both come to tell it', async () => {
    makeRoot();
    await Promise.all([place.inspect(), place.inspect()]);
    const identities = place.published.map(({ identity }) => identity);
    expect(new Set(identities).size).toBe(1);
    expect([...place.rows.values()][0]?.problems).toMatchObject([{ told: true }]);
  });

  it('give way to the one that looked last', async () => {
    makeRoot();
    const later = record({ observedAt: '2026-03-02T09:00:00.000Z' });
    place.beforeWrites.push(() => place.overtake(later));
    await place.inspect();
    expect(place.published).toEqual([]);
    expect([...place.rows.values()]).toEqual([later]);
  });

  it('give up, and are tried again, when others keep coming first', async () => {
    for (const version of [1, 2, 3, 4, 5]) {
      place.beforeWrites.push(() => place.overtake(record({ version })));
    }
    await expect(place.inspect()).rejects.toMatchObject({ name: 'RetryableError' });
  });
});

it('what the bus did not take is told when it is tried again, under the same identity', async () => {
  makeRoot();
  place.busFails = true;
  await expect(place.inspect()).rejects.toThrow('the bus is down');
  place.busFails = false;
  await place.inspect();
  await place.inspect();
  expect(place.published.map(({ identity }) => identity)).toEqual([
    `us-east-1/api@${digest}/image/${digest}/wrong/1`,
  ]);
});
