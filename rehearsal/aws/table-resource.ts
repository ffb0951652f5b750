import * as z from 'zod';
import type { TableDefinition } from './dynamodb-table.ts';
import { ignored, type Resource, readProperties } from './properties.ts';

const GlobalTable = z.strictObject({
  TableName: ignored,
  AttributeDefinitions: z.array(
    z.strictObject({ AttributeName: z.string(), AttributeType: z.enum(['S', 'N', 'B']) }),
  ),
  KeySchema: z.array(z.strictObject({ AttributeName: z.string(), KeyType: z.enum(['HASH', 'RANGE']) })),
  Replicas: z.array(z.looseObject({ Region: z.string() })),
  TimeToLiveSpecification: z.strictObject({ AttributeName: z.string(), Enabled: z.literal(true) }).optional(),
  BillingMode: z.literal('PAY_PER_REQUEST'),
  SSESpecification: ignored,
  StreamSpecification: ignored,
});

/**
 * AWS::DynamoDB::GlobalTable, which is also how a table in one Region is declared.
 *
 * @throws RangeError for a property that is not simulated, by name
 */
export function tableDefinition(resource: Resource): TableDefinition {
  const properties = readProperties('AWS::DynamoDB::GlobalTable', GlobalTable, resource);
  const key = (role: 'HASH' | 'RANGE') => {
    const name = properties.KeySchema.find(({ KeyType }) => KeyType === role)?.AttributeName;
    const definition = properties.AttributeDefinitions.find(({ AttributeName }) => AttributeName === name);
    return definition && { name: definition.AttributeName, type: definition.AttributeType };
  };
  const partition = key('HASH');
  const sort = key('RANGE');
  if (partition === undefined) {
    throw new RangeError(
      `the table '${resource.name}' in ${resource.region} has no partition key with a type`,
    );
  }
  const ttl = properties.TimeToLiveSpecification?.AttributeName;
  return {
    name: resource.name,
    region: resource.region,
    replicas: properties.Replicas.map(({ Region }) => Region).filter((region) => region !== resource.region),
    keys: { partition, ...(sort && { sort }) },
    ...(ttl !== undefined && { ttlAttribute: ttl }),
  };
}
