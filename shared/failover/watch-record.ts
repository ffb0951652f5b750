import { aboutRegion, type Condition } from './condition.ts';

/** A condition that lasts. */
export interface StandingCondition extends Condition {
  /** When it began to be about this. ISO 8601, UTC. */
  readonly since: string;
  /** When it took its present name. ISO 8601, UTC. */
  readonly namedAt: string;
  /** Whether people have been told of it under this name. */
  readonly isTold: boolean;
}

/** Node groups whose minimum is raised. Written down before it is done, so that it can be undone whatever happens. */
export interface Prepared {
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly isDone: boolean;
  /** By name: the minimum before, and the one that was set. */
  readonly nodeGroups: Readonly<Record<string, { readonly before: number; readonly minSize: number }>>;
}

/** What the watch over the primary Region knows from one mark to the next. */
export interface WatchRecord {
  /** When it began. ISO 8601, UTC. */
  readonly since: string;
  readonly standing: readonly StandingCondition[];
  /** Conditions that are over, of which people were told and have not heard that they are. */
  readonly over: readonly StandingCondition[];
  readonly prepared?: Prepared;
  /** The run that was last started, and when it was first. ISO 8601, UTC. */
  readonly started?: { readonly epoch: number; readonly at: string };
  /** When the Region was found to be well again. ISO 8601, UTC. */
  readonly wellSince?: string;
  /** Counts the writes. 0: not written yet. */
  readonly version: number;
}

export function newWatch(now: Date): WatchRecord {
  return { since: now.toISOString(), standing: [], over: [], version: 0 };
}

/** The record once these conditions are the case, and no others. The same object when nothing has changed. */
export function withConditions(
  record: WatchRecord,
  conditions: readonly Condition[],
  now: Date,
): WatchRecord {
  const at = now.toISOString();
  const standing = conditions.map((condition) => {
    const before = record.standing.find(({ about }) => about === condition.about);
    if (before === undefined) return { ...condition, since: at, namedAt: at, isTold: false };
    if (before.name !== condition.name)
      return { ...condition, since: before.since, namedAt: at, isTold: false };
    return before;
  });
  const over = record.standing.filter(({ about }) =>
    conditions.every((condition) => condition.about !== about),
  );
  const isSame =
    over.length === 0 && standing.every((condition, index) => condition === record.standing[index]);
  if (isSame && standing.length === record.standing.length) return record;
  // What comes back before people have heard that it was over goes on.
  const stillOver = record.over.filter(({ about }) =>
    standing.every((condition) => condition.about !== about),
  );
  const { wellSince, ...rest } = record;
  const isUnwell = standing.some(({ about }) => about === aboutRegion);
  const since = over.some(({ about }) => about === aboutRegion) ? at : wellSince;
  return {
    ...rest,
    standing,
    over: [...stillOver, ...over.filter(wasTold)],
    ...(!isUnwell && since !== undefined && { wellSince: since }),
  };
}

/** What people should be told now. */
export function untold(
  { standing, over }: WatchRecord,
  now: Date,
): { readonly opened: readonly StandingCondition[]; readonly over: readonly StandingCondition[] } {
  const opened = standing.filter(
    ({ isTold, settlesFor, namedAt }) => !isTold && now.getTime() - Date.parse(namedAt) >= settlesFor * 1000,
  );
  return { opened, over };
}

/** The record once people were told of these, and of all that is over. */
export function allTold(record: WatchRecord, opened: readonly StandingCondition[]): WatchRecord {
  return {
    ...record,
    standing: record.standing.map((each) => (opened.includes(each) ? { ...each, isTold: true } : each)),
    over: [],
  };
}

/** Under this name, or under one that it had before. */
function wasTold({ isTold, since, namedAt }: StandingCondition): boolean {
  return isTold || since !== namedAt;
}
