import { RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, Billing, ProjectionType, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import type { Construct } from 'constructs';

export interface OpsTableProps {
  readonly name: string;
  /** Attribute names. All keys are strings. */
  readonly partitionKey: string;
  readonly sortKey?: string;
  readonly timeToLiveAttribute?: string;
  /** Leads to the rows that have its partition key, a string, and holds nothing but keys. */
  readonly index?: { readonly name: string; readonly partitionKey: string };
  /** Other Regions that hold a replica. */
  readonly replicaRegions?: readonly string[];
  /** True: the table cannot be deleted, and outlives its stack. */
  readonly keep: boolean;
}

/** A DynamoDB table on demand, restorable to any second of the last 35 days. */
export class OpsTable extends TableV2 {
  constructor(scope: Construct, id: string, props: OpsTableProps) {
    const pointInTimeRecoverySpecification = { pointInTimeRecoveryEnabled: true };
    super(scope, id, {
      tableName: props.name,
      partitionKey: { name: props.partitionKey, type: AttributeType.STRING },
      ...(props.sortKey === undefined
        ? {}
        : { sortKey: { name: props.sortKey, type: AttributeType.STRING } }),
      ...(props.timeToLiveAttribute === undefined ? {} : { timeToLiveAttribute: props.timeToLiveAttribute }),
      ...(props.index === undefined
        ? {}
        : {
            globalSecondaryIndexes: [
              {
                indexName: props.index.name,
                partitionKey: { name: props.index.partitionKey, type: AttributeType.STRING },
                projectionType: ProjectionType.KEYS_ONLY,
              },
            ],
          }),
      billing: Billing.onDemand(),
      pointInTimeRecoverySpecification,
      deletionProtection: props.keep,
      removalPolicy: props.keep ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
      replicas: (props.replicaRegions ?? []).map((region) => ({
        region,
        pointInTimeRecoverySpecification,
        deletionProtection: props.keep,
      })),
    });
  }
}
