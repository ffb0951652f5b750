import type { FailoverDecision, Refusal } from './decide.ts';
import type { Quorum } from './quorum.ts';
import { type Voice, type Vote, voices } from './vote.ts';

/** What people hear of the watch over the primary Region. */
export const conditionNames = [
  /** It may be down. */
  'suspect',
  /** It is, and the runbook starts, or has. */
  'outage',
  /** It is, or its platform is, and a person has to say whether to fail over. */
  'ask',
  /** No two voices see anything. */
  'blind',
  /** One voice has seen nothing for minutes. */
  'voice-blind',
  /** A voice's clock is ahead. */
  'clock-ahead',
  /** The runbook could not be started. It is tried again at every mark. */
  'start-failed',
  /** The standby's nodes could not be raised. It is tried again at every mark. */
  'prepare-failed',
] as const;

export type ConditionName = (typeof conditionNames)[number];

/** Something that is the case at one moment. */
export interface Condition {
  /** What it is about, the same for as long as it lasts: one conversation with people. */
  readonly about: string;
  readonly name: ConditionName;
  /** One sentence for people. */
  readonly reason: string;
  readonly refusals: readonly Refusal[];
  /** Seconds that it has to last before people hear of it. */
  readonly settlesFor: number;
}

/** The condition of the Region itself, whichever of the three names it has. */
export const aboutRegion = 'region';

/** A voice that has been blind for so long is told of. Seconds: what a probe that starts late leaves out is less. */
const voiceBlindFor = 120;

/** Nobody hears of a blindness that is over so soon. Seconds, beside the thirty without which it is none. */
const blindSettles = 30;

export interface Watched {
  readonly votes: readonly Vote[];
  readonly quorum: Quorum;
  readonly decision: FailoverDecision;
  /** The condition of the Region that people know of. */
  readonly standing: ConditionName | undefined;
  /** When the watch began: nothing was seen before. Milliseconds since 1970. */
  readonly since: number;
  readonly now: number;
}

/** What people should know now of the Region and of those who look at it. */
export function conditionsOf(watched: Watched): readonly Condition[] {
  const { quorum } = watched;
  const region = regionCondition(watched);
  return [
    ...(region === undefined ? [] : [region]),
    ...(quorum.state === 'blind'
      ? [
          {
            about: 'quorum',
            name: 'blind',
            reason: quorum.reason,
            refusals: [],
            settlesFor: blindSettles,
          } as const,
        ]
      : []),
    ...voices.flatMap((voice) => blindVoice(voice, watched)),
    ...(quorum.fromTheFuture === 0
      ? []
      : [
          {
            about: 'clock',
            name: 'clock-ahead',
            reason: `${quorum.fromTheFuture} votes are for marks that have not come yet, and do not count until then`,
            refusals: [],
            settlesFor: 0,
          } as const,
        ]),
  ];
}

function regionCondition({ quorum, decision, standing }: Watched): Condition | undefined {
  const name = regionName(quorum, decision, standing);
  if (name === undefined) return undefined;
  return {
    about: aboutRegion,
    name,
    reason: quorum.reason,
    refusals: decision.refusals,
    settlesFor: 0,
  };
}

/** Who is blind does not know that it is over. Once a run is open, or traffic has moved, nobody is asked any more. */
function regionName(
  { state }: Quorum,
  { move }: FailoverDecision,
  standing: ConditionName | undefined,
): ConditionName | undefined {
  if (state === 'healthy') return undefined;
  if (state === 'blind') return standing;
  if (move === 'ask') return 'ask';
  if (move === 'start') return 'outage';
  if (state === 'suspect') return standing ?? 'suspect';
  return standing === undefined || standing === 'suspect' ? 'outage' : standing;
}

function blindVoice(voice: Voice, { votes, since, now }: Watched): readonly Condition[] {
  const seen = votes.filter((vote) => vote.voice === voice && vote.endpoint !== 'blind' && vote.at <= now);
  const seconds = Math.floor((now - Math.max(since, ...seen.map(({ at }) => at))) / 1000);
  if (seconds < voiceBlindFor) return [];
  const newest = votes.filter((vote) => vote.voice === voice).toSorted((one, other) => other.at - one.at)[0];
  const why = newest === undefined ? 'it wrote no vote' : `it last said: ${newest.saw ?? newest.endpoint}`;
  return [
    {
      about: `voice/${voice}`,
      name: 'voice-blind',
      reason: `${voice} has seen nothing of the primary endpoint for minutes (${why})`,
      refusals: [],
      settlesFor: 0,
    },
  ];
}
