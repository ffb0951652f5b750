import type {
  DBInstance,
  DBInstanceMessage,
  DescribeDBInstancesMessage,
  ModifyDBInstanceMessage,
  ModifyDBInstanceResult,
  PromoteReadReplicaMessage,
  PromoteReadReplicaResult,
} from '@aws-sdk/client-rds';
import { awsDurations } from '../../shared/failover/aws-durations.ts';
import { AwsError, type Call, type Kernel, type Operations } from '../kernel.ts';
import { authorize } from './authorize.ts';
import { tagContext } from './tag-context.ts';

export interface InstanceSeed {
  readonly id: string;
  readonly host: string;
  readonly masterUser: string;
  readonly tags: Readonly<Record<string, string>>;
  /** The instance, of whatever Region, that it replicates. Left out: none. */
  readonly replicaOf?: string;
  /** The new password of the master user has come into effect. */
  readonly onPassword: (password: string) => void;
}

interface StoredInstance extends Omit<InstanceSeed, 'replicaOf'> {
  readonly arn: string;
  status: string;
  replicaOf?: string;
  pendingPassword?: string;
}

/** Until a new password is in effect: from the call until RDS begins with it, and from then on. Milliseconds. */
const passwordMs = { begin: 20_000, end: 90_000 };

const promotion = awsDurations.promotion.seconds * 1000;

/** From the call until RDS restarts the instance, which is no replica from then on, and to its end. Milliseconds. */
const promotionMs = { restart: promotion * 0.6, rest: promotion * 0.4 };

/** DB instances of Amazon RDS, as far as their password can be changed, and replicas be promoted. */
export class RdsInstances {
  readonly #kernel: Kernel;
  /** How many promotions there were. */
  promotions = 0;
  /** By ARN. */
  readonly #instances = new Map<string, StoredInstance>();

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
  }

  create(region: string, seed: InstanceSeed): void {
    const arn = this.#arn(region, seed.id);
    this.#instances.set(arn, { ...seed, arn, status: 'available' });
  }

  /** The instance comes into another state by itself, such as `backing-up`. */
  turn(region: string, id: string, status: string): void {
    this.#existing(this.#arn(region, id)).status = status;
  }

  isReplica(region: string, id: string): boolean {
    return this.#existing(this.#arn(region, id)).replicaOf !== undefined;
  }

  delete(arn: string): void {
    this.#instances.delete(arn);
  }

  readonly operations = {
    /** By identifier alone. */
    DescribeDBInstances: (input: DescribeDBInstancesMessage, call: Call): DBInstanceMessage => {
      const { DBInstanceIdentifier: id, ...others } = input;
      const other = Object.keys(others)[0];
      if (other !== undefined || id === undefined) {
        throw new RangeError(`RDS DescribeDBInstances: ${other ?? 'a list of all'} is not simulated`);
      }
      const arn = this.#arn(call.region, id);
      this.#authorize(call, 'DescribeDBInstances', arn);
      return { DBInstances: [answerOf(this.#existing(arn))] };
    },

    /** The password of the master user alone. */
    ModifyDBInstance: (input: ModifyDBInstanceMessage, call: Call): ModifyDBInstanceResult => {
      const {
        DBInstanceIdentifier: id = '',
        MasterUserPassword: password,
        ApplyImmediately,
        ...others
      } = input;
      const other = Object.keys(others)[0];
      if (other !== undefined || password === undefined || ApplyImmediately !== true) {
        throw new RangeError(`RDS ModifyDBInstance: ${other ?? 'anything but a password'} is not simulated`);
      }
      const arn = this.#arn(call.region, id);
      const tags = this.#instances.get(arn)?.tags ?? {};
      this.#authorize(call, 'ModifyDBInstance', arn, contextOf(tags));
      const instance = this.#existing(arn);
      if (instance.status !== 'available') {
        throw new AwsError('InvalidDBInstanceState', `Database instance ${id} is not in available state.`);
      }
      if (!/^[^/"@ ]{8,128}$/.test(password)) {
        throw new AwsError(
          'InvalidParameterValue',
          'The parameter MasterUserPassword is not a valid password.',
        );
      }
      instance.pendingPassword = password;
      this.#apply(instance, password);
      return { DBInstance: answerOf(instance) };
    },
    /** No instance is promoted while it is backed up, or is anything but available. */
    PromoteReadReplica: (input: PromoteReadReplicaMessage, call: Call): PromoteReadReplicaResult => {
      const { DBInstanceIdentifier: id = '', ...others } = input;
      const other = Object.keys(others)[0];
      if (other !== undefined) throw new RangeError(`RDS PromoteReadReplica: ${other} is not simulated`);
      const arn = this.#arn(call.region, id);
      this.#authorize(call, 'PromoteReadReplica', arn);
      const instance = this.#existing(arn);
      if (instance.status !== 'available' || instance.replicaOf === undefined) {
        throw new AwsError('InvalidDBInstanceState', `DB instance ${id} is not an available read replica.`);
      }
      this.promotions += 1;
      instance.status = 'modifying';
      this.#kernel.after(promotionMs.restart, () => {
        delete instance.replicaOf;
        instance.status = 'rebooting';
        this.#kernel.after(promotionMs.rest, () => {
          instance.status = 'available';
        });
      });
      return { DBInstance: answerOf(instance) };
    },
  } satisfies Operations;

  /** What is told of the instance follows its call only after a while, and the password comes into effect at the end. */
  #apply(instance: StoredInstance, password: string): void {
    this.#kernel.after(passwordMs.begin, () => {
      instance.status = 'resetting-master-credentials';
      this.#kernel.after(passwordMs.end, () => {
        instance.status = 'available';
        delete instance.pendingPassword;
        instance.onPassword(password);
      });
    });
  }

  #existing(arn: string): StoredInstance {
    const instance = this.#instances.get(arn);
    if (instance !== undefined) return instance;
    throw new AwsError('DBInstanceNotFound', `DBInstance ${arn.split(':').at(-1)} not found.`, 404);
  }

  #authorize(
    { principal }: Call,
    operation: string,
    resource: string,
    context: Readonly<Record<string, string>> = {},
  ): void {
    authorize(this.#kernel, { principal, action: `rds:${operation}`, resource, context });
  }

  #arn(region: string, id: string): string {
    return `arn:aws:rds:${region}:${this.#kernel.account}:db:${id}`;
  }
}

function answerOf(instance: StoredInstance): DBInstance {
  const { id, arn, host, masterUser, tags, status, pendingPassword, replicaOf } = instance;
  return {
    DBInstanceIdentifier: id,
    DBInstanceArn: arn,
    DBInstanceStatus: status,
    Engine: 'postgres',
    MasterUsername: masterUser,
    Endpoint: { Address: host, Port: 5432 },
    TagList: tagsOf(tags),
    ...(replicaOf !== undefined && { ReadReplicaSourceDBInstanceIdentifier: replicaOf }),
    ...(pendingPassword !== undefined && { PendingModifiedValues: { MasterUserPassword: '****' } }),
  };
}

function contextOf(tags: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return tagContext(tagsOf(tags));
}

function tagsOf(tags: Readonly<Record<string, string>>): { readonly Key: string; readonly Value: string }[] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}
