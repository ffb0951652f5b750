import { describe, expect, it } from '@jest/globals';
import { workloadCollections } from '../../../shared/workloads/kubernetes-workloads.ts';

const registry = '111122223333.dkr.ecr.us-east-1.amazonaws.com';
const image = `${registry}/api`;
const digest = (letter: string): string => `sha256:${letter.repeat(64)}`;
const metadata = { name: 'api', namespace: 'production' };
const template = { metadata: {}, spec: { containers: [{ name: 'api', image: `${image}:v1` }] } };

function read(path: string, ...items: readonly object[]) {
  const collection = workloadCollections.find((each) => each.path === path);
  if (collection === undefined) throw new Error(`${path} is not asked for`);
  return collection.read({ kind: 'List', metadata: { resourceVersion: '1' }, items });
}

/** Images as they are written, with who names them; `*` marks what runs. */
function imagesIn(path: string, ...items: readonly object[]): string[] {
  return read(path, ...items).images.map(({ image: named, by, isRunning }) => {
    const { repository, tag, digest: of } = named;
    return `${isRunning ? '*' : ''}${repository}${tag ? `:${tag}` : ''}${of ? `@${of.slice(0, 10)}` : ''} by ${by}`;
  });
}

describe('what makes pods names images', () => {
  it.each([
    ['ReplicationController', '/api/v1/replicationcontrollers', { replicas: 1, template }],
    ['Deployment', '/apis/apps/v1/deployments', { paused: true, template }],
    ['ReplicaSet', '/apis/apps/v1/replicasets', { replicas: 0, template }],
    ['StatefulSet', '/apis/apps/v1/statefulsets', { replicas: 0, template }],
    ['DaemonSet', '/apis/apps/v1/daemonsets', { template }],
    ['Job', '/apis/batch/v1/jobs', { suspend: true, template }],
    ['CronJob', '/apis/batch/v1/cronjobs', { suspend: true, jobTemplate: { spec: { template } } }],
  ])('a %s, also one that is scaled to nothing, paused or suspended', (kind, path, spec) => {
    expect(imagesIn(path, { metadata, spec, status: {} })).toEqual([`api:v1 by ${kind} production/api`]);
  });

  it('by its init and its ephemeral containers too', () => {
    const spec = {
      initContainers: [{ name: 'migrate', image: `${image}:init` }],
      containers: [{ name: 'api', image: `${image}:v1` }],
      ephemeralContainers: [{ name: 'debug', image: 'busybox' }],
    };
    expect(imagesIn('/apis/apps/v1/daemonsets', { metadata, spec: { template: { spec } } })).toEqual([
      'api:init by DaemonSet production/api',
      'api:v1 by DaemonSet production/api',
      'busybox by DaemonSet production/api',
    ]);
  });

  it.each([
    ['the image is left for others to fill in', [{ name: 'api' }]],
    ['what is written is no image', [{ name: 'api', image: 'Not An Image' }]],
  ])('none when %s', (_when, containers) => {
    const spec = { template: { spec: { containers } } };
    expect(imagesIn('/apis/apps/v1/daemonsets', { metadata, spec })).toEqual([]);
  });

  it.each(['Complete', 'Failed'])('none when a Job has ended: %s', (type) => {
    const job = (status: string) => ({
      metadata,
      spec: { template },
      status: { conditions: [{ type, status }] },
    });
    expect(imagesIn('/apis/batch/v1/jobs', job('True'))).toEqual([]);
    expect(imagesIn('/apis/batch/v1/jobs', job('False'))).toHaveLength(1);
  });
});

describe('a revision to go back to', () => {
  const revision = (kind: string, data: object) => ({
    metadata: {
      ...metadata,
      name: 'api-7d9',
      ownerReferences: [{ apiVersion: 'apps/v1', kind, name: 'api' }],
    },
    revision: 3,
    data,
  });
  const data = { spec: { template: { ...template, $patch: 'replace' } } };

  it.each(['StatefulSet', 'DaemonSet'])('of a %s names its images', (kind) => {
    expect(imagesIn('/apis/apps/v1/controllerrevisions', revision(kind, data))).toEqual([
      'api:v1 by ControllerRevision production/api-7d9',
    ]);
  });

  it('of another controller is left to that', () => {
    expect(imagesIn('/apis/apps/v1/controllerrevisions', revision('VirtualMachine', { spec: {} }))).toEqual(
      [],
    );
    expect(imagesIn('/apis/apps/v1/controllerrevisions', { metadata, revision: 1 })).toEqual([]);
  });

  it('of a StatefulSet that holds no template is not understood', () => {
    expect(() => imagesIn('/apis/apps/v1/controllerrevisions', revision('StatefulSet', {}))).toThrow(
      /ControllerRevision production\/api-7d9 cannot be understood: spec/,
    );
  });
});

describe('a pod', () => {
  const pod = (written: string, imageID: string, phase = 'Running') => ({
    metadata,
    spec: { containers: [{ name: 'api', image: written }] },
    status: { phase, containerStatuses: [{ name: 'api', image: 'what the runtime calls it', imageID }] },
  });

  it.each<[string, string, string, readonly string[]]>([
    [
      'by tag runs what that came to, and names the tag that a restart pulls',
      `${image}:v1`,
      `${image}@${digest('a')}`,
      ['*api@sha256:aaa', 'api:v1'],
    ],
    ['by digest runs that', `${image}@${digest('a')}`, `${image}@${digest('a')}`, ['*api@sha256:aaa']],
    [
      'by the digest of an index runs it, and what of it the node pulled',
      `${image}@${digest('a')}`,
      `${image}@${digest('b')}`,
      ['*api@sha256:bbb', '*api@sha256:aaa'],
    ],
    [
      'on an older runtime',
      `${image}:v1`,
      `docker-pullable://${image}@${digest('a')}`,
      ['*api@sha256:aaa', 'api:v1'],
    ],
    ['whose runtime tells its own id alone', `${image}:v1`, digest('a'), ['api:v1']],
    ['whose runtime tells its own id as a URL', `${image}:v1`, `docker://${digest('a')}`, ['api:v1']],
    ['that waits for its image', `${image}@${digest('a')}`, '', ['api@sha256:aaa']],
  ])('%s', (_what, written, imageId, expected) => {
    const by = ' by Pod production/api';
    expect(imagesIn('/api/v1/pods', pod(written, imageId))).toEqual(expected.map((each) => each + by));
  });

  it('tells what its init and ephemeral containers came to', () => {
    const running = {
      metadata,
      spec: {
        containers: [{ name: 'api', image: 'api:v1' }],
        initContainers: [{ name: 'migrate', image: 'api:init' }],
        ephemeralContainers: [{ name: 'debug', image: 'busybox' }],
      },
      status: {
        phase: 'Running',
        initContainerStatuses: [{ name: 'migrate', imageID: `api@${digest('b')}` }],
        ephemeralContainerStatuses: [{ name: 'debug', imageID: `docker.io/library/busybox@${digest('c')}` }],
      },
    };
    const digests = read('/api/v1/pods', running).images.filter(({ isRunning }) => isRunning);
    expect(digests.map(({ image: { digest: of } }) => of)).toEqual([digest('b'), digest('c')]);
  });

  it.each([
    ['Succeeded', 0],
    ['Failed', 0],
    ['Pending', 2],
    ['Unknown', 2],
  ])('that is %s names %d images', (phase, count) => {
    expect(imagesIn('/api/v1/pods', pod('api:v1', `api@${digest('a')}`, phase))).toHaveLength(count);
  });
});

describe('a list', () => {
  const { read: readPods } = workloadCollections[0] ?? { read: () => ({ images: [] }) };

  it('leads on where it goes on', () => {
    expect(readPods({ metadata: { continue: 'place:500' }, items: [] })).toEqual({
      images: [],
      next: 'place:500',
    });
    expect(readPods({ metadata: { continue: '' }, items: [] })).toEqual({ images: [] });
  });

  it.each([
    ['nothing', null],
    ['no items', { metadata: {} }],
    ['items that are none', { metadata: {}, items: null }],
    ['a pod without containers', { metadata: {}, items: [{ metadata, spec: {}, status: {} }] }],
    ['a message instead', { kind: 'Status', status: 'Failure' }],
  ])('with %s is not taken for an empty one', (_what, body) => {
    expect(() => readPods(body)).toThrow(/the list \/api\/v1\/pods cannot be understood/);
  });
});
