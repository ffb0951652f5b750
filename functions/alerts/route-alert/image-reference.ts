import type { AlertLink } from '../../../shared/domain/alert.ts';

/** The image that an ops event is about. */
interface ImageFacts {
  readonly repository: string;
  readonly digest: string;
  readonly region: string;
  readonly tags: readonly string[];
}

/** What people call an image: its first tag, or where it lies when it has none. */
export function nameOfImage({ tags, repository, digest }: ImageFacts): string {
  return tags[0] ?? `${repository}@${digest.slice(0, 'sha256:'.length + 12)}`;
}

/** @param subject the image's ARN, which holds the account */
export function linkToImage(subject: string, { repository, digest, region }: ImageFacts): AlertLink {
  const account = subject.split(':')[4] ?? '';
  const image = `${encodeURIComponent(repository)}/_/image/${encodeURIComponent(digest)}/details`;
  return {
    label: 'Image in ECR',
    url: `https://${region}.console.aws.amazon.com/ecr/repositories/private/${account}/${image}?region=${region}`,
  };
}
