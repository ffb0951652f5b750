import type { ImageFailure, ImageIdentifier } from '@aws-sdk/client-ecr';
import { AwsError } from '../kernel.ts';
import { type Page, pageOf } from './paging.ts';

/** ECR's limits on what it is asked. */

export const defaultPageSize = 100;
const longestPage = 1000;
const maxImageIds = 100;

export function checkImageIds(imageIds: readonly ImageIdentifier[]): void {
  if (imageIds.length < 1 || imageIds.length > maxImageIds) {
    const bound = imageIds.length < 1 ? 'greater than or equal to 1' : `less than or equal to ${maxImageIds}`;
    throw invalid(
      `Invalid parameter at 'imageIds' failed to satisfy constraint: 'Member must have length ${bound}'`,
    );
  }
}

export function pageSize(maxResults = defaultPageSize): number {
  if (maxResults < 1 || maxResults > longestPage) {
    const bound = maxResults < 1 ? 'greater than or equal to 1' : `less than or equal to ${longestPage}`;
    throw invalid(
      `Invalid parameter at 'maxResults' failed to satisfy constraint: 'Member must have value ${bound}'`,
    );
  }
  return maxResults;
}

export function checkedPage<Thing>(
  all: readonly Thing[],
  size: number,
  token: string | undefined,
): Page<Thing> {
  const page = pageOf(all, size, token);
  if (page === undefined) {
    throw invalid("Invalid parameter at 'nextToken' failed to satisfy constraint: 'Invalid token'");
  }
  return page;
}

/** The failure of an id that names nothing; undefined for any other. */
export function missingBoth(imageId: ImageIdentifier): ImageFailure | undefined {
  if (imageId.imageDigest !== undefined || imageId.imageTag !== undefined) return undefined;
  const failureReason = 'Invalid request parameters: both tag and digest cannot be null';
  return { imageId, failureCode: 'MissingDigestAndTag', failureReason };
}

export function invalid(message: string): AwsError {
  return new AwsError('InvalidParameterException', message);
}
