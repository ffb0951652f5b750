import {
  type ECRClient,
  GetDownloadUrlForLayerCommand,
  LayerInaccessibleException,
  LayersNotFoundException,
} from '@aws-sdk/client-ecr';
import { RetryableError } from '../lambda/errors.ts';
import type { HttpsGet } from '../lambda/world.ts';

/** What images of this Region are made of: their configs, of a few kilobytes each, and layers. */
export interface ImageBlobs {
  /**
   * A blob that is text, such as the config of an image. Undefined when the repository does not have it.
   *
   * @throws RetryableError when its storage did not answer with it
   */
  readonly text: (repository: string, digest: string) => Promise<string | undefined>;
}

/** Longer than storage takes for the few kilobytes that a config has. */
const timeoutMs = 5000;

/**
 * ECR answers for configs as it does for layers: with a presigned URL of Amazon S3, good for an hour, whose holder may
 * read the blob. It goes into no error and no log.
 * @see https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_GetDownloadUrlForLayer.html
 */
export function imageBlobs(ecr: ECRClient, get: HttpsGet): ImageBlobs {
  return {
    async text(repository, digest) {
      const url = await urlOf(ecr, repository, digest);
      if (url === undefined) return undefined;
      const { status, body } = await get({ url, timeoutMs });
      if (status === 200) return body;
      throw new RetryableError(
        `The storage of ECR answered ${status} for the blob ${digest} of ${repository}, and not with the blob.`,
        { facts: { repository, digest, status } },
      );
    },
  };
}

async function urlOf(ecr: ECRClient, repository: string, digest: string): Promise<string | undefined> {
  try {
    const { downloadUrl } = await ecr.send(
      new GetDownloadUrlForLayerCommand({ repositoryName: repository, layerDigest: digest }),
    );
    return downloadUrl;
  } catch (error) {
    if (error instanceof LayersNotFoundException || error instanceof LayerInaccessibleException) {
      return undefined;
    }
    throw error;
  }
}
