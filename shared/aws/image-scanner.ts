import {
  ECRClient,
  ImageArchivedException,
  ImageNotFoundException,
  LimitExceededException,
  RepositoryNotFoundException,
  StartImageScanCommand,
  UnsupportedImageTypeException,
} from '@aws-sdk/client-ecr';
import type { ClientConfig } from '../lambda/world.ts';
import type { ImageId } from './image-registry.ts';

/** Basic scanning of this Region, as far as it is started by hand. Enhanced scanning cannot be. */
export interface ImageScanner {
  /**
   * - `started`: the scan's end will be told by an event;
   * - `already`: ECR has scanned the image within the last 24 hours, at its push or since. It answers this limit and a
   *   scan that is under way by one error;
   * - `impossible`: the image is of a kind that cannot be scanned, archived, or gone.
   */
  readonly start: (image: ImageId) => Promise<'started' | 'already' | 'impossible'>;
}

/**
 * Tries nothing again by itself. By its name the SDK takes LimitExceededException for throttling and would try again for
 * seconds, but here it means that the image has been scanned today, which is what most images answer.
 */
export class SingleAttemptEcrClient extends ECRClient {
  constructor(config: ClientConfig) {
    super({ ...config, maxAttempts: 1 });
  }
}

/**
 * @param ecr should try nothing again by itself
 * @see https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_StartImageScan.html
 */
export function imageScanner(ecr: ECRClient): ImageScanner {
  return {
    async start({ repository, digest }) {
      try {
        await ecr.send(
          new StartImageScanCommand({ repositoryName: repository, imageId: { imageDigest: digest } }),
        );
        return 'started';
      } catch (error) {
        if (error instanceof LimitExceededException) return 'already';
        if (impossible.some((kind) => error instanceof kind)) return 'impossible';
        throw error;
      }
    },
  };
}

const impossible = [
  UnsupportedImageTypeException,
  ImageArchivedException,
  ImageNotFoundException,
  RepositoryNotFoundException,
] as const;
