import {
  GetResourcesCommand,
  type ResourceGroupsTaggingAPIClient,
  type ResourceTagMapping,
} from '@aws-sdk/client-resource-groups-tagging-api';

/** A resource with the value that it has of a tag. */
export interface TaggedArn {
  readonly arn: string;
  readonly value: string;
}

/** The resources of one Region by their tags. */
export interface TaggedResources {
  /**
   * All that carry the tag now. Restore tests give a resource the tags of what it is restored from; those are left out,
   * as backup plans leave them out.
   *
   * @throws InternalServiceException, which the service also answers when it could not look everywhere
   */
  readonly withTag: (key: string) => Promise<readonly TaggedArn[]>;
}

/** The most that GetResources gives at once. */
const longestPage = 100;

/** @see https://docs.aws.amazon.com/aws-backup/latest/devguide/restore-testing.html */
const restoreTestTag = 'awsbackup-restore-test';

/**
 * The Region is that of the client.
 *
 * @see https://docs.aws.amazon.com/resourcegroupstagging/latest/APIReference/API_GetResources.html
 */
export function taggedResources(tagging: ResourceGroupsTaggingAPIClient): TaggedResources {
  return {
    async withTag(key) {
      const all: TaggedArn[] = [];
      let token: string | undefined;
      do {
        const page = await tagging.send(
          new GetResourcesCommand({
            TagFilters: [{ Key: key }],
            ResourcesPerPage: longestPage,
            ...(token !== undefined && { PaginationToken: token }),
          }),
        );
        all.push(...(page.ResourceTagMappingList ?? []).flatMap((mapping) => taggedArn(mapping, key)));
        // The last page has an empty token.
        token = page.PaginationToken || undefined;
      } while (token !== undefined);
      return all;
    },
  };
}

function taggedArn({ ResourceARN: arn, Tags: tags = [] }: ResourceTagMapping, key: string): TaggedArn[] {
  const value = tags.find((tag) => tag.Key === key)?.Value;
  if (!arn || value === undefined || tags.some((tag) => tag.Key === restoreTestTag)) return [];
  return [{ arn, value }];
}
