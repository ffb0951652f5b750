import type {
  DescribeImageScanFindingsRequest,
  DescribeImageScanFindingsResponse,
  ImageIdentifier,
  StartImageScanRequest,
  StartImageScanResponse,
} from '@aws-sdk/client-ecr';
import { AwsError, type Call, type Operations } from '../kernel.ts';
import { checkedPage, defaultPageSize, pageSize } from './ecr-input.ts';
import type { Registry } from './ecr-registry.ts';
import { describeImageId, type Repository } from './ecr-repository.ts';
import { describeFindings, hasFindings } from './ecr-scan.ts';
import type { Scanners } from './ecr-scanners.ts';
import { isScannable } from './oci-manifest.ts';

/** Basic scanning looks at an image once in this time, whoever asked. Milliseconds. */
const scanInterval = 24 * 3_600_000;

export function scanOperations(registry: Registry, scanners: Scanners) {
  return {
    /**
     * A page of enhanced findings has 100, whatever `maxResults` says.
     * @see https://github.com/boto/boto3/issues/3449
     */
    DescribeImageScanFindings: (
      input: DescribeImageScanFindingsRequest,
      call: Call,
    ): DescribeImageScanFindingsResponse => {
      const repository = registry.authorized(call, 'DescribeImageScanFindings', input);
      const { imageId = {}, maxResults, nextToken } = input;
      const image = repository.get(imageId);
      const { scan } = image;
      if (scan === undefined) throw scanNotFound(repository, imageId);
      const size = pageSize(maxResults);
      const { things, ...next } = checkedPage(
        scan.findings,
        scan.engine === 'basic' ? size : defaultPageSize,
        nextToken,
      );
      return {
        registryId: repository.registryId,
        repositoryName: repository.name,
        imageId: { ...imageId, imageDigest: image.digest },
        imageScanStatus: { status: scan.status, description: scan.description },
        ...(hasFindings(scan)
          ? { imageScanFindings: describeFindings(repository, image, scan, things) }
          : {}),
        ...next,
      };
    },

    /**
     * The scan on push counts for the limit of one in 24 hours.
     * @see https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_StartImageScan.html
     */
    StartImageScan: (input: StartImageScanRequest, call: Call): StartImageScanResponse => {
      const repository = registry.authorized(call, 'StartImageScan', input);
      const { imageId = {} } = input;
      if (scanners.configurationOf(call.region).engine === 'enhanced') {
        throw new AwsError('ValidationException', 'This feature is disabled');
      }
      const { digest, status, mediaType, content, scanStartedAt } = repository.get(imageId);
      if (status !== 'ACTIVE') {
        throw new AwsError(
          'ImageArchivedException',
          `The image with imageId ${describeImageId(imageId)} is archived and cannot be scanned`,
        );
      }
      if (!isScannable(mediaType, content)) {
        throw new AwsError(
          'UnsupportedImageTypeException',
          `An artifact with media type '${mediaType}' cannot be scanned`,
        );
      }
      const now = registry.kernel.now().getTime();
      if (scanStartedAt !== undefined && now - scanStartedAt.getTime() < scanInterval) {
        throw new AwsError(
          'LimitExceededException',
          'The scan quota per image has been exceeded. Wait and try again.',
        );
      }
      const { scan } = scanners.start(repository, digest);
      return {
        registryId: repository.registryId,
        repositoryName: repository.name,
        imageId: { ...imageId, imageDigest: digest },
        imageScanStatus: { status: scan?.status },
      };
    },
  } satisfies Operations;
}

function scanNotFound(repository: Repository, imageId: ImageIdentifier): AwsError {
  return new AwsError(
    'ScanNotFoundException',
    `Image scan does not exist for the image with '${describeImageId(imageId)}' in the repository with name '${repository.name}' in the registry with id '${repository.registryId}'`,
  );
}
