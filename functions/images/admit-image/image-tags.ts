import {
  DescribeImagesCommand,
  type ECRClient,
  ImageNotFoundException,
  RepositoryNotFoundException,
} from '@aws-sdk/client-ecr';

/** The tags in our registry of this Region. */
export interface ImageTags {
  /** The digest of the image that bears the tag now. Undefined when none does, or there is no such repository. */
  readonly digestOf: (repository: string, tag: string) => Promise<string | undefined>;
}

/** Archived images are found too: their verdict tells why they are. */
export function imageTags(ecr: ECRClient): ImageTags {
  return {
    async digestOf(repository, tag) {
      try {
        const { imageDetails = [] } = await ecr.send(
          new DescribeImagesCommand({
            repositoryName: repository,
            imageIds: [{ imageTag: tag }],
            filter: { imageStatus: 'ANY' },
          }),
        );
        return imageDetails[0]?.imageDigest;
      } catch (error) {
        if (error instanceof ImageNotFoundException || error instanceof RepositoryNotFoundException)
          return undefined;
        throw error;
      }
    },
  };
}
