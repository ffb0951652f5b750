import { describe, expect, it } from '@jest/globals';
import { inspectContent } from '../../../../functions/images/inspect-push/image-findings.ts';
import type { ObservedContent, ObservedImage } from '../../../../functions/images/inspect-push/observed.ts';
import { amd64, arm64, service } from './fixtures.ts';

const index = (...images: readonly ObservedImage[]): ObservedContent => ({
  kind: 'index',
  images,
  broken: [],
});

const inspect = (content: ObservedContent, over: Partial<typeof service> = {}) =>
  inspectContent(content, { ...service, ...over });

it('an image as it should be has no findings', () => {
  expect(inspect(index(amd64(), arm64()))).toEqual([]);
});

it('each finding says what is wrong, what was found and what to do', () => {
  const bare = { user: '', hasHealthCheck: false, version: undefined, environment: ['API_KEY=hush'] };
  const findings = inspect(index(amd64(bare, 200_000_000)));
  expect(findings.map(({ check }) => check)).toEqual([
    'platforms',
    'size',
    'user',
    'health-check',
    'version',
    'secrets',
  ]);
  for (const { problem, given, action } of findings) {
    expect(problem).toMatch(/^it [^.]+$/);
    expect(given).not.toBe('');
    expect(action).toMatch(/\.$/);
  }
  expect(JSON.stringify(findings)).not.toContain('hush');
});

describe('platforms', () => {
  it('that are missing are told with those that are there', () => {
    expect(inspect(index(amd64()))).toMatchObject([
      { check: 'platforms', problem: 'it has no image for linux/arm64', given: 'linux/amd64' },
    ]);
  });

  it('are those of the config for an image that is pushed alone', () => {
    const content = { kind: 'image', images: [arm64()], broken: [] } as const;
    expect(inspect(content, { platforms: ['linux/arm64'] })).toEqual([]);
    expect(inspect(content)).toMatchObject([{ problem: 'it has no image for linux/amd64' }]);
  });

  it('beyond those that are required do no harm', () => {
    expect(inspect(index(amd64(), arm64()), { platforms: ['linux/amd64'] })).toEqual([]);
  });

  it('are wrong where the index says another than the image itself', () => {
    const mixedUp = { ...arm64(), config: amd64().config };
    expect(inspect(index(amd64(), mixedUp))).toMatchObject([
      { check: 'manifest', given: 'linux/arm64: an image for linux/amd64' },
    ]);
  });
});

describe('the size', () => {
  it.each([
    [150_000_000, undefined],
    [150_000_001, '150.0 MB'],
    [162_349_999, '162.3 MB'],
  ])('of %d bytes is held against the budget of 150 MB', (bytes, given) => {
    const findings = inspect(index(amd64({}, bytes), arm64({}, bytes)));
    expect(findings[0]?.given).toBe(given);
  });

  it('is that of each platform, not of all together', () => {
    expect(inspect(index(amd64({}, 149_000_000), arm64({}, 151_000_000)))).toMatchObject([
      { check: 'size', given: 'linux/arm64: 151.0 MB' },
    ]);
  });

  it('may be any where the policy sets no budget', () => {
    const { sizeBudgetMb: _none, ...unlimited } = service;
    expect(inspectContent(index(amd64({}, 9e9), arm64()), unlimited)).toEqual([]);
  });
});

describe('the user', () => {
  it.each(['', 'root', '0', '00', 'root:root', '0:0', '0:1000'])('%j is root', (user) => {
    expect(inspect(index(amd64({ user }), arm64({ user })))).toMatchObject([{ check: 'user' }]);
  });

  it.each(['appuser', '1000', '1000:0', 'rooted', '01'])('%j is not root', (user) => {
    expect(inspect(index(amd64({ user }), arm64({ user })))).toEqual([]);
  });
});

it('what is wrong with one platform alone is told of that platform', () => {
  expect(inspect(index(amd64({ hasHealthCheck: false }), arm64({ user: 'root' })))).toMatchObject([
    { check: 'user', given: 'linux/arm64: USER root' },
    { check: 'health-check', given: 'linux/amd64: no HEALTHCHECK' },
  ]);
});

it('secrets are told by name and by the step that they stand in', () => {
  const held = { environment: ['DB_PASSWORD=hush'], history: ['WORKDIR /', 'ARG NPM_TOKEN=hush'] };
  expect(inspect(index(amd64(held), arm64(held)))).toMatchObject([
    { check: 'secrets', given: 'DB_PASSWORD (environment), NPM_TOKEN (step 2)' },
  ]);
});

it('of very many secrets the first twenty are named and the others counted', () => {
  const names = Array.from({ length: 23 }, (_, number) => `SERVICE_NUMBER_${number}_PASSWORD`);
  const held = { environment: names.map((name) => `${name}=hush`) };
  const [found] = inspect(index(amd64(held), arm64(held)));
  expect(found?.given).toContain('SERVICE_NUMBER_19_PASSWORD (environment) and 3 more');
  expect(found?.given).not.toContain('SERVICE_NUMBER_20_PASSWORD');
});

describe('the manifest', () => {
  const broken = [{ digest: `sha256:${'ab'.repeat(32)}`, why: 'it is not in the repository' }];

  it('leads to images that can be read, and a platform that cannot be told is not called missing', () => {
    expect(inspect({ kind: 'index', images: [amd64()], broken })).toMatchObject([
      { check: 'manifest', given: 'sha256:abababababab: it is not in the repository' },
    ]);
  });

  it('leads to some image', () => {
    expect(inspect(index())).toMatchObject([{ check: 'manifest' }, { check: 'platforms', given: 'none' }]);
  });

  it('of something else is told of as what it is, and nothing else is', () => {
    const reason =
      'it is an artifact with a config of the media type application/vnd.cncf.helm.config.v1+json';
    const mediaType = 'application/vnd.oci.image.manifest.v1+json';
    expect(inspect({ kind: 'other', mediaType, reason })).toMatchObject([
      { check: 'manifest', given: expect.stringContaining('it is an artifact') },
    ]);
  });
});
