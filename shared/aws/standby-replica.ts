import {
  type DBInstance,
  DBInstanceNotFoundFault,
  DescribeDBInstancesCommand,
  InvalidDBInstanceStateFault,
  PromoteReadReplicaCommand,
  type RDSClient,
} from '@aws-sdk/client-rds';

/** A DB instance that may be a replica. */
export interface ReplicaSeen {
  /** In the words of RDS: `available`, `backing-up`, `modifying`, `rebooting`, … */
  readonly status: string;
  /** Whether it still replicates another one: then it takes no writes. */
  readonly isReplica: boolean;
  /** Absent while it has no address. */
  readonly endpoint?: { readonly host: string; readonly port: number };
}

export interface StandbyReplica {
  /** @returns undefined when there is no such instance */
  readonly find: (id: string) => Promise<ReplicaSeen | undefined>;
  /**
   * Asks for the promotion, which cannot be undone. RDS restarts the instance for it.
   *
   * @returns `busy` when the instance takes none in the state that it is in: while it is being backed up, or promoted
   */
  readonly promote: (id: string) => Promise<'asked' | 'busy'>;
}

/** @see https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_ReadRepl.Promote.html */
export function standbyReplica(rds: RDSClient): StandbyReplica {
  return {
    async find(id) {
      try {
        const { DBInstances = [] } = await rds.send(
          new DescribeDBInstancesCommand({ DBInstanceIdentifier: id }),
        );
        return DBInstances[0] && seen(DBInstances[0]);
      } catch (error) {
        if (error instanceof DBInstanceNotFoundFault) return undefined;
        throw error;
      }
    },

    async promote(id) {
      try {
        await rds.send(new PromoteReadReplicaCommand({ DBInstanceIdentifier: id }));
        return 'asked';
      } catch (error) {
        if (error instanceof InvalidDBInstanceStateFault) return 'busy';
        throw error;
      }
    },
  };
}

function seen(instance: DBInstance): ReplicaSeen {
  const { Address: host, Port: port } = instance.Endpoint ?? {};
  return {
    status: instance.DBInstanceStatus ?? 'in no known state',
    isReplica: Boolean(instance.ReadReplicaSourceDBInstanceIdentifier),
    ...(host !== undefined && port !== undefined && { endpoint: { host, port } }),
  };
}
