import { describe, expect, it } from '@jest/globals';
import { inspectTag, isAttachmentTag } from '../../../../functions/images/inspect-push/tag-findings.ts';
import { policy as opsPolicy } from '../../../builders.ts';
import { amd64, arm64 } from './fixtures.ts';

/** Has the services `api` and `api-gateway`. */
const policy = {
  ...opsPolicy,
  images: {
    ...opsPolicy.images,
    registry: { ...opsPolicy.images.registry, mutableTags: ['*-dev-latest', 'buildcache'] },
  },
};

const inspect = (tag: string, version: string | undefined = undefined, service = 'api') =>
  inspectTag(tag, service, [amd64({ version }), arm64({ version })], policy);

describe('the convention {service}-{environment}-{version}-{commit}', () => {
  it.each([
    'api-prod-3.0.0-a1b2c3d4',
    'api-prod-3.0.0-a1b2c3d',
    `api-prod-10.20.30-${'a1b2c3d4'.repeat(5)}`,
    'api-staging-3.0.0-rc1',
    'api-staging-3.0.0-rc12-a1b2c3d4',
    'api-dev-latest',
    'buildcache',
  ])('is kept by %s', (tag) => {
    expect(inspect(tag)).toEqual([]);
  });

  it.each([
    ['latest', /does not begin with api$/],
    ['3.0.0-a1b2c3d4', /does not begin with api$/],
    ['apiprod-3.0.0-a1b2c3d4', /does not begin with api$/],
    ['api', /does not begin with api$/],
    ['api-gateway-prod-3.0.0-a1b2c3d4', /names the service api-gateway, and this is the repository of api$/],
    ['api-gateway-dev-latest', /names the service api-gateway, and this is the repository of api$/],
    ['api-live-3.0.0-a1b2c3d4', /word after the service is none of prod, staging, dev$/],
    ['api-production-3.0.0-a1b2c3d4', /none of prod, staging, dev$/],
    ['api-3.0.0-a1b2c3d4', /none of prod, staging, dev$/],
    ['api-prod', /version and a commit$/],
    ['api-prod-latest', /version and a commit$/],
    ['api-prod-3.0.0', /version and a commit$/],
    ['api-prod-3.0-a1b2c3d4', /version and a commit$/],
    ['api-prod-v3.0.0-a1b2c3d4', /version and a commit$/],
    ['api-prod-3.0.0-a1b2c3', /version and a commit$/],
    ['api-prod-3.0.0-A1B2C3D4', /version and a commit$/],
    ['api-prod-3.0.0-a1b2c3d4-dirty', /version and a commit$/],
    ['api-prod-3.0.0-rc', /version and a commit$/],
  ])('is not kept by %s', (tag, problem) => {
    expect(inspect(tag)).toEqual([
      {
        check: 'tag',
        problem: expect.stringMatching(problem),
        given: tag,
        action: expect.stringContaining('such as api-prod-3.0.0-a1b2c3d4.'),
      },
    ]);
  });

  it('takes the longest service that begins a tag, which is that of its repository', () => {
    expect(inspect('api-gateway-prod-3.0.0-a1b2c3d4', undefined, 'api-gateway')).toEqual([]);
    expect(inspect('api-prod-3.0.0-a1b2c3d4', undefined, 'api-gateway')).toHaveLength(1);
  });
});

describe('the version in a tag', () => {
  it.each([
    ['api-prod-3.0.0-a1b2c3d4', '3.0.0'],
    ['api-prod-3.0.0-a1b2c3d4', '3.0.0-a1b2c3d4'],
    ['api-staging-3.0.0-rc1', '3.0.0-rc1'],
    ['api-staging-3.0.0-rc1', '3.0.0'],
    ['api-dev-latest', '2.9.9'],
    ['buildcache', '2.9.9'],
  ])('%s fits the label %s', (tag, label) => {
    expect(inspect(tag, label)).toEqual([]);
  });

  it.each([
    ['api-prod-3.0.0-a1b2c3d4', '3.0.1'],
    ['api-prod-3.0.0-a1b2c3d4', '3.0'],
    ['api-prod-3.0.10-a1b2c3d4', '3.0.1'],
    ['api-staging-3.0.0-rc1', '3.0.0-rc2'],
  ])('%s does not fit the label %s', (tag, label) => {
    expect(inspect(tag, label)).toMatchObject([{ check: 'version', given: `label ${label}` }]);
  });

  it('is compared for each platform', () => {
    const images = [amd64({ version: '3.0.0' }), arm64({ version: '2.9.9' })];
    expect(inspectTag('api-prod-3.0.0-a1b2c3d4', 'api', images, policy)).toMatchObject([
      { check: 'version', given: 'linux/arm64: label 2.9.9' },
    ]);
  });
});

describe('a tag that a tool hangs on another image', () => {
  const hex = 'ab'.repeat(32);
  it.each([`sha256-${hex}`, `sha256-${hex}.sig`, `sha256-${hex}.att`])('is %s', (tag) => {
    expect(isAttachmentTag(tag)).toBe(true);
  });
  it.each(['sha256-ab', `${hex}.sig`, 'api-prod-3.0.0-a1b2c3d4'])('is not %s', (tag) => {
    expect(isAttachmentTag(tag)).toBe(false);
  });
});
