import { ECRClient } from '@aws-sdk/client-ecr';
import { describe, expect, it } from '@jest/globals';
import { imageBlobs } from '../../../shared/aws/image-blobs.ts';
import type { HttpsAnswer } from '../../../shared/lambda/world.ts';
import { answeredClient, type WireAnswer } from './answers.ts';

const downloadUrl = 'https://bucket.s3.us-east-1.amazonaws.com/blob?X-Amz-Signature=hush';

function blobsOf(answer: WireAnswer, stored: Partial<HttpsAnswer> = {}) {
  const { client, requests } = answeredClient(ECRClient, () => answer);
  const asked: string[] = [];
  const blobs = imageBlobs(client, async ({ url }) => {
    asked.push(url);
    return { status: 200, headers: {}, body: '{}', ...stored };
  });
  return { blobs, requests, asked };
}

describe('a blob', () => {
  it('is read from where ECR says that it lies', async () => {
    const { blobs, requests, asked } = blobsOf({ body: { downloadUrl } }, { body: '{"os":"linux"}' });
    expect(await blobs.text('api', 'sha256:c')).toBe('{"os":"linux"}');
    expect(requests).toEqual([
      {
        operation: 'GetDownloadUrlForLayer',
        input: { repositoryName: 'api', layerDigest: 'sha256:c' },
      },
    ]);
    expect(asked).toEqual([downloadUrl]);
  });

  it.each(['LayersNotFoundException', 'LayerInaccessibleException'])(
    'is none when ECR says %s',
    async (error) => {
      const { blobs, asked } = blobsOf({ error });
      expect(await blobs.text('api', 'sha256:c')).toBeUndefined();
      expect(asked).toEqual([]);
    },
  );

  it('that its storage does not give is asked for again later, and the URL is told to nobody', async () => {
    const { blobs } = blobsOf({ body: { downloadUrl } }, { status: 403, body: '<Error>' });
    const error: unknown = await blobs.text('api', 'sha256:c').catch((thrown) => thrown);
    expect(error).toMatchObject({
      name: 'RetryableError',
      message: expect.stringMatching(/answered 403 for the blob sha256:c of api/),
    });
    expect(JSON.stringify(error)).not.toContain('hush');
    expect(String(error)).not.toContain('hush');
  });

  it('that may not be read is an error', async () => {
    const { blobs } = blobsOf({ error: 'AccessDeniedException' });
    await expect(blobs.text('api', 'sha256:c')).rejects.toMatchObject({ name: 'AccessDeniedException' });
  });
});
