import { describe, expect, it } from '@jest/globals';
import { environmentOfTag, environmentsOfTags, readTag } from '../../../shared/domain/image-tag.ts';
import { policy } from '../../builders.ts';

describe('readTag', () => {
  it('takes a tag apart, the longest service first', () => {
    expect(readTag('api-gateway-staging-3.0.0-rc1', policy)).toEqual({
      service: 'api-gateway',
      word: 'staging',
      environment: 'staging',
      release: '3.0.0-rc1',
    });
  });

  it.each([
    ['api-live-3.0.0-a1b2c3d4', { service: 'api', word: 'live', release: '3.0.0-a1b2c3d4' }],
    ['api-dev', { service: 'api', word: 'dev', environment: 'development', release: '' }],
    ['api-', { service: 'api', word: '', release: '' }],
    ['api-prod-', { service: 'api', word: 'prod', environment: 'production', release: '' }],
    ['web-prod-3.0.0-a1b2c3d4', undefined],
  ])('takes %j apart as far as it goes', (tag, parts) => {
    expect(readTag(tag, policy)).toEqual(parts);
  });
});

describe('environmentOfTag', () => {
  it.each([
    ['api-prod-3.0.0-a1b2c3d4', 'production'],
    ['api-prod', 'production'],
    ['api-gateway-staging-1.0-a1', 'staging'],
    ['api-gateway-prod-1.0-a1', 'production'],
    ['api-3.0.0-a1b2c3d4', undefined],
    ['api', undefined],
    ['api-', undefined],
    ['apiprod-1.0', undefined],
    ['web-prod-1.0', undefined],
    ['prod-1.0', undefined],
    ['api-production-1.0', undefined],
    ['api-prods-1.0', undefined],
    ['', undefined],
  ])('%j names %s', (tag, environment) => {
    expect(environmentOfTag(tag, policy)).toBe(environment);
  });
});

describe('environmentsOfTags', () => {
  it('names each environment once, in the policy’s order', () => {
    const tags = ['api-dev-1', 'api-prod-1', 'latest', 'api-dev-2'];
    expect(environmentsOfTags(tags, policy)).toEqual(['production', 'development']);
    expect(environmentsOfTags([], policy)).toEqual([]);
  });
});
