import { describe, expect, it } from '@jest/globals';
import { inspectPush } from '../../../../functions/images/inspect-push/inspection.ts';
import type { ReplicaStatus } from '../../../../shared/aws/image-replication.ts';
import { digest, policy } from '../../../builders.ts';
import { amd64, arm64, push } from './fixtures.ts';

const replica = (status: ReplicaStatus['status'], failureCode = ''): ReplicaStatus => ({
  status,
  failureCode,
});

describe('inspectPush', () => {
  it('finds nothing wrong with a push that is as it should be', () => {
    expect(inspectPush(push(), policy)).toEqual({ wrong: [], awaited: [] });
  });

  it('tells what is wrong with the image, with a tag and with a replica apart', () => {
    const images = [amd64({ user: 'root' }), arm64()];
    const { wrong } = inspectPush(
      push({
        tags: ['api-staging-3.0.0-rc1', 'latest'],
        content: { kind: 'index', images, broken: [] },
        replicas: new Map([['eu-west-1', replica('FAILED', 'KmsError')]]),
      }),
      policy,
    );
    expect(wrong).toMatchObject([
      { about: 'image', name: digest, environment: 'staging', findings: [{ check: 'user' }] },
      { about: 'tag', name: 'latest', environment: 'production', findings: [{ check: 'tag' }] },
      {
        about: 'replica',
        name: 'eu-west-1',
        environment: 'staging',
        findings: [{ check: 'replication', given: 'KmsError' }],
      },
    ]);
  });

  it('belongs to the strictest environment that its tags name, and each tag to its own', () => {
    const content = { kind: 'index', images: [amd64()], broken: [] } as const;
    const tags = ['api-dev-3.0.0', 'api-prod-3.0.0-a1b2c3d4'];
    const { wrong } = inspectPush(push({ tags, content }), policy);
    expect(wrong.map(({ about, environment }) => [about, environment])).toEqual([
      ['image', 'production'],
      ['tag', 'development'],
    ]);
  });

  it('does not call a replica wrong that is on its way, and does not call it well', () => {
    const replicas = new Map([
      ['us-west-2', replica('COMPLETE')],
      ['eu-west-1', replica('IN_PROGRESS')],
    ]);
    expect(inspectPush(push({ replicas }), policy)).toEqual({ wrong: [], awaited: ['eu-west-1'] });
  });

  it('says so when ECR gives no cause', () => {
    const { wrong } = inspectPush(push({ replicas: new Map([['eu-west-1', replica('FAILED')]]) }), policy);
    expect(wrong[0]?.findings[0]?.given).toBe('ECR gives no cause');
  });

  it('looks at no tag that a tool has hung on the image', () => {
    const tags = ['api-prod-3.0.0-a1b2c3d4', `sha256-${'ab'.repeat(32)}.sig`];
    expect(inspectPush(push({ tags }), policy).wrong).toEqual([]);
  });

  it('looks at the tags of what is no image too', () => {
    const content = { kind: 'other', mediaType: 'application/x', reason: 'it is an artifact' } as const;
    const { wrong } = inspectPush(push({ tags: ['latest'], content }), policy);
    expect(wrong.flatMap(({ findings }) => findings.map(({ check }) => check))).toEqual(['manifest', 'tag']);
  });
});
