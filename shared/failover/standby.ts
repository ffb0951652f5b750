/** What the standby probe found when it last looked at what would take over. */
export interface StandbyReadiness {
  /** When it looked, in milliseconds since 1970. */
  readonly at: number;
  /** The cluster's status, as EKS has it. */
  readonly cluster: string;
  /** Whether the standby endpoint's warm pods answered `/health`. */
  readonly pods: 'answer' | 'silent' | 'unknown';
  /** Absent: it could not be reached, or its lag is not known. */
  readonly replica?: {
    /** As RDS has it: `available`. */
    readonly status: string;
    /** Seconds behind the primary. */
    readonly lagSeconds?: number;
  };
  /** Images that run in the primary Region, and whose copy is not in the standby Region's registry. */
  readonly imagesMissing: readonly string[] | 'unknown';
}

export interface StandbyPolicy {
  /** More than this the replica may not lag behind for a failover that nobody is asked about. Seconds. */
  readonly rpoSeconds: number;
}

/** A look at the standby that is older than this says nothing of now. Seconds. */
const freshFor = 180;

/**
 * What speaks against the standby taking over, one sentence each. Empty: it can. What is not known speaks against it.
 */
export function unfitness(
  standby: StandbyReadiness | undefined,
  { rpoSeconds }: StandbyPolicy,
  now: number,
): readonly string[] {
  if (standby === undefined) return ['nobody has looked at the standby yet'];
  const age = Math.round((now - standby.at) / 1000);
  if (age > freshFor) return [`nobody has looked at the standby for ${age} s`];
  return [
    ...(standby.cluster === 'ACTIVE' ? [] : [`the standby cluster is ${standby.cluster}`]),
    ...(standby.pods === 'answer'
      ? []
      : [
          standby.pods === 'silent'
            ? "the standby's warm pods do not answer /health"
            : "it is not known whether the standby's warm pods answer /health",
        ]),
    ...replicaUnfitness(standby.replica, rpoSeconds),
    ...imageUnfitness(standby.imagesMissing),
  ];
}

function replicaUnfitness(replica: StandbyReadiness['replica'], rpoSeconds: number): readonly string[] {
  if (replica === undefined) return ['the replica of the database cannot be reached'];
  if (replica.status !== 'available') return [`the replica of the database is ${replica.status}`];
  if (replica.lagSeconds === undefined) return ['the lag of the replica is not known'];
  return replica.lagSeconds <= rpoSeconds
    ? []
    : [
        `the replica is ${Math.round(replica.lagSeconds)} s behind, which is more than the ${rpoSeconds} s that may be lost`,
      ];
}

function imageUnfitness(missing: StandbyReadiness['imagesMissing']): readonly string[] {
  if (missing === 'unknown') return ['it is not known whether the newest images are replicated'];
  return missing.length === 0 ? [] : [`not replicated to the standby Region: ${missing.join(', ')}`];
}
