import type { GetResourcesInput, GetResourcesOutput } from '@aws-sdk/client-resource-groups-tagging-api';
import { AwsError, type Call, type Kernel, type Operations } from '../kernel.ts';
import { authorize } from './authorize.ts';
import { pageOf } from './paging.ts';

/** A resource that has tags. */
export interface TaggedResource {
  readonly arn: string;
  readonly tags: Readonly<Record<string, string>>;
}

const longestPage = 100;

/** The Resource Groups Tagging API: what the services of a Region say that carries a tag. */
export class Tagging {
  readonly operations: Operations;

  /** @param resources what a Region has that can be tagged */
  constructor(kernel: Kernel, resources: (region: string) => readonly TaggedResource[]) {
    this.operations = {
      /** Resources that carry each of the keys, with one of its values where it names any. */
      GetResources: (input: GetResourcesInput, { principal, region }: Call): GetResourcesOutput => {
        authorize(kernel, { principal, action: 'tag:GetResources', resource: '*' }, 'AccessDeniedException');
        const { TagFilters = [], ResourcesPerPage = longestPage, PaginationToken, ...rest } = input;
        const [other] = Object.entries(rest).flatMap(([name, value]) => (value === undefined ? [] : [name]));
        if (other !== undefined) throw new RangeError(`GetResources: '${other}' is not simulated`);
        const found = resources(region).filter(({ tags }) =>
          TagFilters.every(({ Key = '', Values = [] }) => {
            const value = tags[Key];
            return value !== undefined && (Values.length === 0 || Values.includes(value));
          }),
        );
        const page = pageOf(found, Math.min(ResourcesPerPage, longestPage), PaginationToken || undefined);
        if (page === undefined)
          throw new AwsError('PaginationTokenExpiredException', 'The token has expired.');
        return {
          ResourceTagMappingList: page.things.map(({ arn, tags }) => ({
            ResourceARN: arn,
            Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
          })),
          PaginationToken: page.nextToken ?? '',
        };
      },
    };
  }
}
