import {
  type DBInstance,
  DBInstanceNotFoundFault,
  DescribeDBInstancesCommand,
  InvalidDBInstanceStateFault,
  ModifyDBInstanceCommand,
  type RDSClient,
} from '@aws-sdk/client-rds';
import { restoreTestTag } from '../restores/testing-plan.ts';

/** An RDS instance that a restore test has made. */
export interface RestoredDatabase {
  readonly arn: string;
  readonly id: string;
  /** Absent until it has an endpoint. */
  readonly endpoint?: { readonly host: string; readonly port: number };
  readonly masterUser: string;
  /** `available`, `modifying`, `resetting-master-credentials` and others, in the words of RDS. */
  readonly status: string;
  /** Whether it bears the tag of a restore test. Without it AWS Backup does not delete it. */
  readonly isTagged: boolean;
}

export interface RestoredDatabases {
  /** @returns undefined when there is none, and for an ARN that is not of an instance */
  readonly find: (arn: string) => Promise<RestoredDatabase | undefined>;
  /**
   * Gives the master user another password. It comes into effect within minutes, and is never shown.
   *
   * @returns `busy` when the instance cannot be changed just now
   * @throws AccessDenied for an instance without the tag of a restore test: the role has no right to it
   */
  readonly setPassword: (id: string, password: string) => Promise<'set' | 'busy'>;
}

/** @see https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ModifyDBInstance.html */
export function restoredDatabases(rds: RDSClient): RestoredDatabases {
  return {
    async find(arn) {
      const id = /^arn:[^:]+:rds:[^:]+:\d{12}:db:(.+)$/.exec(arn)?.[1];
      if (id === undefined) return undefined;
      try {
        const { DBInstances = [] } = await rds.send(
          new DescribeDBInstancesCommand({ DBInstanceIdentifier: id }),
        );
        const found = DBInstances.find(({ DBInstanceArn }) => DBInstanceArn === arn);
        return found && databaseOf(found, arn, id);
      } catch (error) {
        if (error instanceof DBInstanceNotFoundFault) return undefined;
        throw error;
      }
    },

    async setPassword(id, password) {
      try {
        await rds.send(
          new ModifyDBInstanceCommand({
            DBInstanceIdentifier: id,
            MasterUserPassword: password,
            ApplyImmediately: true,
          }),
        );
        return 'set';
      } catch (error) {
        if (error instanceof InvalidDBInstanceStateFault) return 'busy';
        throw error;
      }
    },
  };
}

function databaseOf(instance: DBInstance, arn: string, id: string): RestoredDatabase {
  const { Address: host, Port: port } = instance.Endpoint ?? {};
  return {
    arn,
    id,
    masterUser: instance.MasterUsername ?? '',
    status: instance.DBInstanceStatus ?? 'unknown',
    isTagged: (instance.TagList ?? []).some(({ Key }) => Key === restoreTestTag),
    ...(host !== undefined && port !== undefined && { endpoint: { host, port } }),
  };
}
