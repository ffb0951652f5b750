import { markEverySeconds, markOf, type Sight, type Voice, type Vote } from './vote.ts';

/** How long something has to be seen before it counts. In seconds. */
export interface QuorumPolicy {
  /** Down for so long: people are paged, and what can be undone is prepared. */
  readonly suspectFor: number;
  /** Down for so long: what stands against it is asked for, and the failover starts if nothing does. */
  readonly confirmFor: number;
}

/**
 * - `healthy`: a majority sees the endpoint up, or has not seen it down for long enough
 * - `suspect`: a majority has seen it down for `suspectFor`
 * - `outage`: a majority has seen it down for `confirmFor`, and both probes the canary of the Region too
 * - `ask`: as long, but the canary is up or nobody knows: a bad deployment looks like this, and a person decides
 * - `blind`: there is no majority that sees anything
 */
export type RegionState = 'healthy' | 'suspect' | 'outage' | 'ask' | 'blind';

export interface Quorum {
  readonly state: RegionState;
  /** One sentence for people: who sees what, and for how long. */
  readonly reason: string;
  /** Seconds in which a majority saw the endpoint down, in the run of marks that has not ended. */
  readonly downFor: number;
  /** The first mark of that run, in milliseconds since 1970. */
  readonly downSince?: number;
  /** Seconds in which both probes saw the canary down, in the run of marks that has not ended. */
  readonly canaryDownFor: number;
  /** Of the newest mark that counts. */
  readonly voices: Readonly<Record<Voice, Sight>>;
  /** Votes that were not counted: of voices' clocks that are ahead. */
  readonly fromTheFuture: number;
}

/** What all that look agree on at one mark. */
interface Mark {
  readonly at: number;
  readonly endpoint: Sight;
  readonly canary: Sight;
}

/** Time without a majority that a run of `down` outlasts: a probe that starts late, a vote that is lost. Seconds. */
const toleratedGap = 30;

/** The mark that is under way has not been seen by all yet: it counts from so long after it on. Seconds. */
const settled = markEverySeconds;

const probes = ['standby-probe', 'witness-probe'] as const;

/**
 * Decides what the votes say of the primary Region.
 *
 * At every mark two of the three voices have to agree, whatever the third says or does not say. Only marks at which a
 * majority saw the endpoint down count towards the thresholds: what nobody saw lengthens nothing. A mark at which a
 * majority saw it up ends the run, and so does a longer time in which no majority saw anything.
 *
 * The order of the votes is of no matter. Of several votes of one voice for one mark, which an invocation that ran twice
 * leaves behind, the most favourable to the Region counts.
 */
export function decideQuorum(votes: readonly Vote[], policy: QuorumPolicy, now: number): Quorum {
  const last = markOf(now - settled * 1000);
  const table = new VoteTable(votes, last);
  const first = last - lookBack(policy) * 1000;
  const marks: Mark[] = [];
  for (let at = last; at >= first; at -= markEverySeconds * 1000) marks.push(table.mark(at));

  const down = runOf(marks, ({ endpoint }) => endpoint);
  const canary = runOf(marks, ({ canary }) => canary);
  const voicesNow = table.newest(last);
  const sees = describeVoices(voicesNow);
  const common = {
    downFor: down.seconds,
    ...(down.since !== undefined && { downSince: down.since }),
    canaryDownFor: canary.seconds,
    voices: voicesNow,
    fromTheFuture: table.fromTheFuture,
  };
  if (down.seconds < policy.suspectFor) {
    const seen = marks.slice(0, toleratedGap / markEverySeconds).some(({ endpoint }) => endpoint !== 'blind');
    return seen
      ? { ...common, state: 'healthy', reason: healthyReason(down.seconds, policy, sees) }
      : {
          ...common,
          state: 'blind',
          reason: `no two voices agree on anything for ${toleratedGap} s: ${sees}`,
        };
  }
  if (down.seconds < policy.confirmFor) {
    return {
      ...common,
      state: 'suspect',
      reason: `the endpoint is down for ${down.seconds} s of the ${policy.confirmFor} s that confirm an outage: ${sees}`,
    };
  }
  return canary.seconds >= policy.confirmFor
    ? {
        ...common,
        state: 'outage',
        reason: `the endpoint is down for ${down.seconds} s and the canary of the Region for ${canary.seconds} s: ${sees}`,
      }
    : {
        ...common,
        state: 'ask',
        reason:
          `the endpoint is down for ${down.seconds} s, but both probes have seen the canary of the Region down for no more ` +
          `than ${canary.seconds} s: the platform may be at fault and not the Region. ${sees}`,
      };
}

/**
 * How much of the past {@link decideQuorum} wants to know, in seconds: the confirmation with as many gaps in it as
 * marks, so that a voice which comes and goes still confirms.
 */
export function lookBack({ confirmFor }: QuorumPolicy): number {
  return 2 * confirmFor + toleratedGap;
}

/**
 * The longest from the first failing look to the decision, in seconds: the mark that was just missed, the confirmation,
 * the mark that settles, and the look that runs into its time limit. Gaps come on top, each up to 30 s.
 */
export function worstDetection({ confirmFor }: QuorumPolicy, lookTimeout: number): number {
  return markEverySeconds + confirmFor + settled + lookTimeout;
}

class VoteTable {
  readonly fromTheFuture: number;
  readonly #votes = new Map<string, { endpoint: Sight; canary: Sight }>();

  constructor(votes: readonly Vote[], last: number) {
    let fromTheFuture = 0;
    for (const { voice, at, endpoint, canary = 'blind' } of votes) {
      // The mark under way is not the future: it is only not settled.
      if (at > last + 2 * settled * 1000) fromTheFuture += 1;
      const key = `${voice}/${at}`;
      const before = this.#votes.get(key);
      this.#votes.set(key, {
        endpoint: before === undefined ? endpoint : kinder(before.endpoint, endpoint),
        canary: before === undefined ? canary : kinder(before.canary, canary),
      });
    }
    this.fromTheFuture = fromTheFuture;
  }

  mark(at: number): Mark {
    const endpoints = [...probes, 'route-53' as const].map((voice) => this.#of(voice, at).endpoint);
    const canaries = probes.map((voice) => this.#of(voice, at).canary);
    return {
      at,
      endpoint: majority(endpoints),
      canary: canaries.includes('up') ? 'up' : canaries.every((sight) => sight === 'down') ? 'down' : 'blind',
    };
  }

  newest(at: number): Record<Voice, Sight> {
    return {
      'standby-probe': this.#of('standby-probe', at).endpoint,
      'witness-probe': this.#of('witness-probe', at).endpoint,
      'route-53': this.#of('route-53', at).endpoint,
    };
  }

  #of(voice: Voice, at: number): { endpoint: Sight; canary: Sight } {
    return this.#votes.get(`${voice}/${at}`) ?? { endpoint: 'blind', canary: 'blind' };
  }
}

function kinder(one: Sight, other: Sight): Sight {
  if (one === 'up' || other === 'up') return 'up';
  return one === 'blind' || other === 'blind' ? 'blind' : 'down';
}

function majority(sights: readonly Sight[]): Sight {
  for (const sight of ['up', 'down'] as const) {
    if (sights.filter((one) => one === sight).length >= 2) return sight;
  }
  return 'blind';
}

/** The run of `down` that reaches up to the newest mark. `marks`: newest first. */
function runOf(
  marks: readonly Mark[],
  sightOf: (mark: Mark) => Sight,
): { readonly seconds: number; readonly since?: number } {
  let seconds = 0;
  let since: number | undefined;
  let gap = 0;
  for (const mark of marks) {
    const sight = sightOf(mark);
    if (sight === 'up') break;
    if (sight === 'blind') {
      gap += markEverySeconds;
      if (gap > toleratedGap) break;
      continue;
    }
    gap = 0;
    seconds += markEverySeconds;
    since = mark.at;
  }
  return { seconds, ...(since !== undefined && { since }) };
}

function healthyReason(downFor: number, { suspectFor }: QuorumPolicy, sees: string): string {
  return downFor === 0
    ? `no majority sees the endpoint down: ${sees}`
    : `the endpoint is down for ${downFor} s, which is less than the ${suspectFor} s that count: ${sees}`;
}

function describeVoices(seen: Readonly<Record<Voice, Sight>>): string {
  return Object.entries(seen)
    .map(([voice, sight]) => `${voice} ${sight}`)
    .join(', ');
}
