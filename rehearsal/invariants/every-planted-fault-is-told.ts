import { type FaultTold, faultsTold, titleOf } from '../planted.ts';
import type { Run } from '../rehearsal.ts';
import { heardIn } from './heard.ts';
import type { Invariant } from './invariant.ts';

const aMinute = 60_000;

export const everyPlantedFaultIsTold: Invariant = {
  name: 'every planted fault is told in time',
  rule: 'Of each fault that a story plants people are told within the time that the policy gives it, and again when it is over.',
  check(run) {
    const faults = faultsTold(run);
    return {
      checked: faults.length,
      violations: faults.flatMap((told) => whatIsWrong(told, run.scenario.to)),
    };
  },
};

function whatIsWrong({ fault, happenedAt, toldAt, overAt }: FaultTold, end: Date): readonly string[] {
  const { what, withinMinutes, title, region, over } = fault;
  if (happenedAt === undefined) return [`${what}: it did not happen, so that the story shows nothing`];
  const deadline = new Date(happenedAt.getTime() + withinMinutes * aMinute);
  if (toldAt === undefined) {
    return deadline > end
      ? []
      : [`${what}: nobody was told '${title}' of ${region}, though it was so at ${happenedAt.toISOString()}`];
  }
  if (toldAt > deadline) {
    return [`${what}: told at ${toldAt.toISOString()}, and it had to be by ${deadline.toISOString()}`];
  }
  if (over === undefined || over.by > end || (overAt !== undefined && overAt <= over.by)) return [];
  return [
    `${what}: nobody was told '${over.title}' of ${region} by ${over.by.toISOString()}, when it was long over`,
  ];
}

/** What a story plants nothing for has to stay quiet. */
export const onlyPlantedFaultsAreTold: Invariant = {
  name: 'only what is wrong is told',
  rule: 'In a story that plants all its faults, people are told of nothing else.',
  check(run) {
    if (run.scenario.plantsAll !== true) return { checked: 0, violations: [] };
    const told = heardIn(run).filter(({ at, isOver }) => !isOver && at >= run.scenario.from);
    const violations = told
      .filter(({ at, headline, body }) => !isPlanted(run, at, titleOf(headline), body))
      .map(({ at, headline, sink }) => `${sink} was told at ${at.toISOString()}: ${headline}`);
    return { checked: told.length, violations };
  },
};

function isPlanted(run: Run, at: Date, title: string, body: string): boolean {
  return run.planted.some((fault) => {
    const since = fault.happenedAt();
    const isThen = since !== undefined && since <= at && !(fault.over !== undefined && at > fault.over.by);
    return isThen && fault.title === title && body.includes(fault.region);
  });
}
