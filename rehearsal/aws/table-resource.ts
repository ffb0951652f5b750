import * as z from 'zod';
import type { TableDefinition } from './dynamodb-table.ts';
import { ignored, type Resource, readProperties } from './properties.ts';

const KeySchema = z.array(z.strictObject({ AttributeName: z.string(), KeyType: z.enum(['HASH', 'RANGE']) }));

const GlobalTable = z.strictObject({
  TableName: ignored,
  AttributeDefinitions: z.array(
    z.strictObject({ AttributeName: z.string(), AttributeType: z.enum(['S', 'N', 'B']) }),
  ),
  KeySchema,
  GlobalSecondaryIndexes: z
    .array(
      z.strictObject({
        IndexName: z.string(),
        KeySchema,
        Projection: z.strictObject({ ProjectionType: z.enum(['ALL', 'KEYS_ONLY']) }),
      }),
    )
    .optional(),
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
  const keysOf = (schema: z.infer<typeof KeySchema>, what: string) => {
    const key = (role: 'HASH' | 'RANGE') => {
      const name = schema.find(({ KeyType }) => KeyType === role)?.AttributeName;
      const definition = properties.AttributeDefinitions.find(({ AttributeName }) => AttributeName === name);
      return definition && { name: definition.AttributeName, type: definition.AttributeType };
    };
    const partition = key('HASH');
    const sort = key('RANGE');
    if (partition === undefined) {
      throw new RangeError(`${what} in ${resource.region} has no partition key with a type`);
    }
    return { partition, ...(sort && { sort }) };
  };
  const ttl = properties.TimeToLiveSpecification?.AttributeName;
  return {
    name: resource.name,
    region: resource.region,
    replicas: properties.Replicas.map(({ Region }) => Region).filter((region) => region !== resource.region),
    keys: keysOf(properties.KeySchema, `the table '${resource.name}'`),
    indexes: (properties.GlobalSecondaryIndexes ?? []).map(
      ({ IndexName, KeySchema: schema, Projection }) => ({
        name: IndexName,
        keys: keysOf(schema, `the index '${IndexName}' of the table '${resource.name}'`),
        projection: Projection.ProjectionType,
      }),
    ),
    ...(ttl !== undefined && { ttlAttribute: ttl }),
  };
}
