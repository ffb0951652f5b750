import { type Heard, heardIn } from './invariants/heard.ts';
import type { Run } from './rehearsal.ts';

/** Something that goes wrong in a story, and that people have to be told of in time. */
export interface PlantedFault {
  /** For people. */
  readonly what: string;
  /** When it was so. Undefined: it was not, up to now. */
  readonly happenedAt: () => Date | undefined;
  /** By when people have to be told, by the policy. */
  readonly withinMinutes: number;
  /** The first line of what they are told, without its sign. */
  readonly title: string;
  /** The message has to name it. */
  readonly region: string;
  /** What they are told when it is over, and by when that has to be. Left out: it stands to the end of the story. */
  readonly over?: { readonly title: string; readonly by: Date };
  /** It may come of another fault, or not: when it does, people may be told. */
  readonly isCertain?: false;
}

/** What became of a fault. */
export interface FaultTold {
  readonly fault: PlantedFault;
  readonly happenedAt: Date | undefined;
  /** When the first sink took it. */
  readonly toldAt: Date | undefined;
  readonly overAt: Date | undefined;
}

/** The faults of a story, in the order in which they happened. */
export function faultsTold(run: Run): readonly FaultTold[] {
  const heard = heardIn(run);
  return run.planted
    .filter(({ isCertain = true }) => isCertain)
    .map((fault) => {
      const happenedAt = fault.happenedAt();
      const toldAt = firstOf(heard, fault.title, fault.region, happenedAt);
      const overAt = fault.over && firstOf(heard, fault.over.title, fault.region, toldAt);
      return { fault, happenedAt, toldAt, overAt };
    })
    .sort((one, other) => millisecondsOf(one.happenedAt) - millisecondsOf(other.happenedAt));
}

function firstOf(
  heard: readonly Heard[],
  title: string,
  region: string,
  since: Date | undefined,
): Date | undefined {
  const first = heard
    .filter(
      ({ at, headline, body }) =>
        since !== undefined && at >= since && titleOf(headline) === title && body.includes(region),
    )
    .sort((one, other) => one.at.getTime() - other.at.getTime())[0];
  return first?.at;
}

/** A first line without its sign, and without what it says of the conversation that it goes on with. */
export function titleOf(headline: string): string {
  return headline.slice(headline.indexOf(' ') + 1).replace(/^(Again|Now|Worse|Over already): /, '');
}

/** What never happened comes last. */
function millisecondsOf(at: Date | undefined): number {
  return at?.getTime() ?? Number.MAX_SAFE_INTEGER;
}
