import { describe, expect, it } from '@jest/globals';
import { parseImageReference, readEcrHost } from '../../../shared/domain/image-reference.ts';

const digest = `sha256:${'ab'.repeat(32)}`;
const registry = '111122223333.dkr.ecr.us-east-1.amazonaws.com';

describe('parseImageReference', () => {
  it.each([
    ['nginx', { repository: 'nginx' }],
    ['nginx:1.27', { repository: 'nginx', tag: '1.27' }],
    ['library/nginx:1.27', { repository: 'library/nginx', tag: '1.27' }],
    ['localhost/api', { registry: 'localhost', repository: 'api' }],
    ['registry:5000/api', { registry: 'registry:5000', repository: 'api' }],
    ['ghcr.io/a/b__c-d.e:v1_2', { registry: 'ghcr.io', repository: 'a/b__c-d.e', tag: 'v1_2' }],
    [`api@${digest}`, { repository: 'api', digest }],
    [`${registry}/team/api@${digest}`, { registry, repository: 'team/api', digest }],
    [`${registry}/api:1.0@${digest}`, { registry, repository: 'api', tag: '1.0', digest }],
  ])('reads %s', (text, reference) => {
    expect(parseImageReference(text)).toEqual(reference);
  });

  it.each([
    '',
    ' nginx',
    'Nginx',
    'nginx:',
    'nginx:-1',
    'nginx:1:2',
    `nginx:${'a'.repeat(129)}`,
    'nginx@',
    'nginx@sha256:abc',
    `nginx@${digest.toUpperCase()}`,
    `nginx@${digest}@${digest}`,
    `@${digest}`,
    '/nginx',
    'ghcr.io/',
    'ghcr.io//nginx',
    'a..b/c$d',
    `https://${registry}/api`,
    `${'a/'.repeat(300)}a`,
    `${'a-'.repeat(20_000)}!`,
  ])('takes %j for none', (text) => {
    expect(parseImageReference(text)).toBeUndefined();
  });
});

describe('readEcrHost', () => {
  const account = '111122223333';

  it.each([
    [registry, 'us-east-1'],
    [`${registry}:443`, 'us-east-1'],
    ['111122223333.DKR.ecr.us-east-1.amazonaws.com', 'us-east-1'],
    ['111122223333.dkr.ecr-fips.us-gov-west-1.amazonaws.com', 'us-gov-west-1'],
    ['111122223333.dkr-ecr.eu-west-1.on.aws', 'eu-west-1'],
    ['111122223333.dkr.ecr.cn-north-1.amazonaws.com.cn', 'cn-north-1'],
  ])('%s is a registry of ECR', (host, region) => {
    expect(readEcrHost(host)).toEqual({ account, region });
  });

  it.each([
    'public.ecr.aws',
    'docker.io',
    `${registry}.example.com`,
    `x.${registry}`,
    `${registry}:8443`,
    '11112222333.dkr.ecr.us-east-1.amazonaws.com',
    '111122223333.dkr.ecr.us-east-1xamazonaws.com',
  ])('%s is none', (host) => {
    expect(readEcrHost(host)).toBeUndefined();
  });
});
