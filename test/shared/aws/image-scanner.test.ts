import { ECRClient } from '@aws-sdk/client-ecr';
import { describe, expect, it } from '@jest/globals';
import { imageScanner, SingleAttemptEcrClient } from '../../../shared/aws/image-scanner.ts';
import { digest } from '../../builders.ts';
import { answeredClient, type WireAnswer } from './answers.ts';

function start(answer: WireAnswer) {
  const { client, requests } = answeredClient(ECRClient, () => answer);
  return { outcome: imageScanner(client).start({ repository: 'api', digest }), requests };
}

describe('start', () => {
  it('asks for a scan of the one image', async () => {
    const { outcome, requests } = start({ body: { imageScanStatus: { status: 'IN_PROGRESS' } } });
    expect(await outcome).toBe('started');
    expect(requests).toEqual([
      { operation: 'StartImageScan', input: { repositoryName: 'api', imageId: { imageDigest: digest } } },
    ]);
  });

  it.each([
    ['LimitExceededException', 'already'],
    ['UnsupportedImageTypeException', 'impossible'],
    ['ImageArchivedException', 'impossible'],
    ['ImageNotFoundException', 'impossible'],
    ['RepositoryNotFoundException', 'impossible'],
  ])('%s: %s', async (error, outcome) => {
    expect(await start({ error }).outcome).toBe(outcome);
  });

  it.each(['ValidationException', 'AccessDeniedException', 'ServerException', 'ThrottlingException'])(
    '%s says nothing about the image, and is thrown',
    async (error) => {
      await expect(start({ error }).outcome).rejects.toMatchObject({ name: error });
    },
  );

  it('takes the answer that it was scanned today for what it is, and not for throttling', async () => {
    const answer = { error: 'LimitExceededException' };
    const { client, requests } = answeredClient(SingleAttemptEcrClient, () => answer, 3);
    expect(await imageScanner(client).start({ repository: 'api', digest })).toBe('already');
    expect(requests).toHaveLength(1);
  });
});
