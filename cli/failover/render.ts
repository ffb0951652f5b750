import { voices } from '../../shared/failover/vote.ts';
import { exitCodes } from '../exit-codes.ts';
import { type Answer, table } from '../output.ts';
import type { ReplayedMark } from './replay.ts';
import type { FailoverStatus } from './status.ts';

/** The answer is yes while the Region is well and the standby could take over. */
export function statusAnswer(status: FailoverStatus): Answer {
  const isWell = status.quorum.state === 'healthy';
  const isFit = status.unfit.length === 0;
  const trouble = [
    ...(isWell ? [] : [`The primary Region is ${status.quorum.state}.`]),
    ...(isFit ? [] : ['The standby could not take over.']),
  ];
  return {
    exitCode: isWell && isFit ? exitCodes.yes : exitCodes.no,
    json: { ...status, at: timeOf(status.at) },
    text: textOf(status),
    ...(trouble.length > 0 && { trouble: trouble.join(' ') }),
  };
}

function textOf({
  at,
  votes,
  quorum,
  state,
  standby,
  unfit,
  decision,
  refusals,
  watch,
}: FailoverStatus): string {
  const newest = voices.map((voice) => {
    const vote = votes.filter((each) => each.voice === voice).toSorted((one, other) => other.at - one.at)[0];
    return vote === undefined
      ? [`  ${voice}`, 'no vote', '', '']
      : [`  ${voice}`, vote.endpoint, `${Math.round((at - vote.at) / 1000)} s ago`, vote.saw ?? ''];
  });
  return [
    `${quorum.state}: ${quorum.reason}`,
    `At this moment: ${decision.move}`,
    '',
    'Voices',
    table(newest),
    '',
    'State',
    'unreadable' in state
      ? `  not readable: ${state.unreadable}`
      : `  epoch ${state.epoch}, the ${state.writer} is the writer, ${state.openRun === undefined ? 'no run is open' : `${state.openRun} is open`}, ${state.armed ? 'armed' : 'not armed'}`,
    '',
    'Standby',
    standby === undefined ? '  nobody has looked' : `  looked at ${timeOf(standby.at)}`,
    ...lines(unfit, 'it can take over'),
    '',
    'If the primary Region went down now',
    ...lines(refusals, 'the failover would start by itself'),
    ...(watch === undefined || watch.standing.length === 0
      ? []
      : [
          '',
          'What people were told and stands',
          ...watch.standing.map(({ name, since, reason }) => `  ${name} since ${since}: ${reason}`),
        ]),
  ].join('\n');
}

function lines(reasons: readonly string[], none: string): readonly string[] {
  return reasons.length === 0 ? [`  ${none}`] : reasons.map((reason) => `  against it: ${reason}`);
}

export function replayAnswer(marks: readonly ReplayedMark[]): Answer {
  const rows = marks.map(({ at, votes, quorum, decision }) => [
    timeOf(at).slice(11, 19),
    ...voices.map((voice) => votes.find((vote) => vote.voice === voice)?.endpoint ?? '-'),
    String(quorum.downFor),
    quorum.state,
    decision.move,
  ]);
  const told = new Set<string>();
  const reasons = marks.flatMap(({ at, quorum, decision }) => {
    const refusals = decision.refusals.map(({ reason }) => `    against it: ${reason}`);
    const key = JSON.stringify([quorum.state, decision.move, refusals]);
    if (told.has(key)) return [];
    told.add(key);
    return [`  ${timeOf(at).slice(11, 19)} ${quorum.state}, ${decision.move}: ${quorum.reason}`, ...refusals];
  });
  return {
    exitCode: exitCodes.yes,
    json: marks.map(({ at, quorum, decision }) => ({ at: timeOf(at), quorum, decision })),
    text: [
      table([['at (UTC)', ...voices, 'down s', 'state', 'move'], ...rows]),
      '',
      'Why, where it changes:',
      ...reasons,
    ].join('\n'),
  };
}

function timeOf(at: number): string {
  return new Date(at).toISOString();
}
