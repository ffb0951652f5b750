import type { IKey } from 'aws-cdk-lib/aws-kms';

/** Properties that a repository and a template for repositories have in common. */
export interface RepositorySettings {
  readonly encryptionConfiguration: { readonly encryptionType: 'KMS'; readonly kmsKey: string };
  readonly imageTagMutability: 'IMMUTABLE' | 'IMMUTABLE_WITH_EXCLUSION';
  readonly imageTagMutabilityExclusionFilters?: {
    readonly imageTagMutabilityExclusionFilterType: 'WILDCARD';
    readonly imageTagMutabilityExclusionFilterValue: string;
  }[];
}

/**
 * The same for a repository in the primary Region and for its replicas. Were a tag immutable in the replica alone, ECR
 * would drop it there when it moves: the image would arrive without.
 *
 * ECR refuses IMMUTABLE_WITH_EXCLUSION without filters.
 */
export function repositorySettings(key: IKey, mutableTags: readonly string[]): RepositorySettings {
  const encryptionConfiguration = { encryptionType: 'KMS', kmsKey: key.keyArn } as const;
  if (mutableTags.length === 0) return { encryptionConfiguration, imageTagMutability: 'IMMUTABLE' };
  return {
    encryptionConfiguration,
    imageTagMutability: 'IMMUTABLE_WITH_EXCLUSION',
    imageTagMutabilityExclusionFilters: mutableTags.map((filter) => ({
      imageTagMutabilityExclusionFilterType: 'WILDCARD',
      imageTagMutabilityExclusionFilterValue: filter,
    })),
  };
}
