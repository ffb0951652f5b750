import { DescribeDBInstancesCommand, type RDSClient } from '@aws-sdk/client-rds';

/** A DB instance, as RDS tells of it. */
export interface InstanceSeen {
  /** In the words of RDS: `available`. */
  readonly status: string;
  /** Absent while it has no address. */
  readonly host?: string;
  readonly port: number;
}

/** What PostgreSQL listens on where RDS does not say. */
const usualPort = 5432;

/** @throws DBInstanceNotFoundFault, and what else RDS answers */
export async function instanceStatus(rds: RDSClient, id: string): Promise<InstanceSeen> {
  const { DBInstances = [] } = await rds.send(new DescribeDBInstancesCommand({ DBInstanceIdentifier: id }));
  const { DBInstanceStatus = 'in no known state', Endpoint } = DBInstances[0] ?? {};
  const host = Endpoint?.Address;
  return {
    status: DBInstanceStatus,
    port: Endpoint?.Port ?? usualPort,
    ...(host !== undefined && { host }),
  };
}
