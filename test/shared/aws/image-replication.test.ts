import { ECRClient } from '@aws-sdk/client-ecr';
import { describe, expect, it } from '@jest/globals';
import { imageReplication } from '../../../shared/aws/image-replication.ts';
import { answeredClient, type WireAnswer } from './answers.ts';

const image = { repository: 'api', digest: 'sha256:a' };

const replicationOf = (answer: WireAnswer) =>
  imageReplication(answeredClient(ECRClient, () => answer).client);

describe('the replication of an image', () => {
  it('is told by Region, in ECR’s own words', async () => {
    const replicationStatuses = [
      { region: 'us-west-2', registryId: '123456789012', status: 'IN_PROGRESS' },
      { region: 'eu-west-1', registryId: '123456789012', status: 'FAILED', failureCode: 'AccessDenied' },
    ];
    expect([...(await replicationOf({ body: { replicationStatuses } }).of(image))]).toEqual([
      ['us-west-2', { status: 'IN_PROGRESS', failureCode: '' }],
      ['eu-west-1', { status: 'FAILED', failureCode: 'AccessDenied' }],
    ]);
  });

  it.each([
    ['no rule leads anywhere', { body: {} }],
    ['the image is gone', { error: 'ImageNotFoundException' }],
    ['the repository is gone', { error: 'RepositoryNotFoundException' }],
  ])('is nothing when %s', async (_why, answer) => {
    expect((await replicationOf(answer).of(image)).size).toBe(0);
  });

  it('that may not be asked about is an error', async () => {
    await expect(replicationOf({ error: 'AccessDeniedException' }).of(image)).rejects.toThrow();
  });
});
