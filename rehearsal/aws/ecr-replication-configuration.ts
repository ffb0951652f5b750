import * as z from 'zod';
import type { ReplicationRule } from './ecr-replication.ts';
import { type Resource, readProperties } from './properties.ts';

const ReplicationProperties = z.strictObject({
  ReplicationConfiguration: z.strictObject({
    Rules: z
      .array(
        z.strictObject({
          Destinations: z.array(z.strictObject({ Region: z.string(), RegistryId: z.string() })).max(25),
          RepositoryFilters: z
            .array(z.strictObject({ Filter: z.string(), FilterType: z.literal('PREFIX_MATCH') }))
            .max(100)
            .optional(),
        }),
      )
      .max(25, 'a registry has at most 25 rules'),
  }),
});

/**
 * AWS::ECR::ReplicationConfiguration, into other Regions of the same registry.
 *
 * @throws RangeError for a property that is not simulated, by name
 */
export function replicationRules(resource: Resource): readonly ReplicationRule[] {
  const { ReplicationConfiguration } = readProperties(
    'AWS::ECR::ReplicationConfiguration',
    ReplicationProperties,
    resource,
  );
  return ReplicationConfiguration.Rules.map(({ Destinations, RepositoryFilters }) => ({
    from: resource.region,
    to: Destinations.map(({ Region }) => Region),
    prefixes: RepositoryFilters?.map(({ Filter }) => Filter),
  }));
}
