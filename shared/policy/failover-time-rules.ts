import { recoveryBudget } from '../failover/budget.ts';
import { markEverySeconds } from '../failover/vote.ts';
import type { PolicyProblem, PolicyRule } from './rule.ts';
import type { Policy } from './schema.ts';

/** Times of the failover that contradict each other, or that add up to more than is promised. */
export const failoverTimeRules: readonly PolicyRule[] = [
  timesAreWholeMarks,
  suspicionComesFirst,
  cooldownOutlastsARun,
  recoveryIsInTime,
];

function timesAreWholeMarks({ failover }: Policy): readonly PolicyProblem[] {
  return (['suspectFor', 'confirmFor'] as const)
    .filter((key) => failover[key] % markEverySeconds !== 0)
    .map((key) => ({
      path: `failover.${key}`,
      value: failover[key],
      fact: `the Region is looked at every ${markEverySeconds} seconds, so it would mean ${Math.ceil(failover[key] / markEverySeconds) * markEverySeconds}`,
      remedy: `use a multiple of ${markEverySeconds}`,
    }));
}

function suspicionComesFirst({ failover }: Policy): readonly PolicyProblem[] {
  return failover.suspectFor < failover.confirmFor
    ? []
    : [
        {
          path: 'failover.confirmFor',
          value: failover.confirmFor,
          fact: `an outage would be confirmed before it is suspected, which takes ${failover.suspectFor} s, so nothing would be prepared for it`,
          remedy: 'let confirmFor be longer than suspectFor',
        },
      ];
}

function cooldownOutlastsARun({ failover }: Policy): readonly PolicyProblem[] {
  return failover.cooldown * 60 >= failover.rtoSeconds
    ? []
    : [
        {
          path: 'failover.cooldown',
          value: failover.cooldown,
          fact: `it is shorter than the ${failover.rtoSeconds} s that a recovery may take, so that a second run could start before the first has shown what it did`,
          remedy: `use at least ${Math.ceil(failover.rtoSeconds / 60)} minutes`,
        },
      ];
}

function recoveryIsInTime({ failover }: Policy): readonly PolicyProblem[] {
  const parts = recoveryBudget(failover);
  const total = parts.reduce((sum, { seconds }) => sum + seconds, 0);
  if (total <= failover.rtoSeconds) return [];
  return [
    {
      path: 'failover.rtoSeconds',
      value: failover.rtoSeconds,
      fact: `a failover takes ${total} s at worst (${parts.map(({ what, seconds }) => `${what} ${seconds} s`).join(', ')})`,
      remedy: `shorten ${failover.records.targets.type === 'cname' ? 'failover.confirmFor or the TTL of failover.records.targets' : 'failover.confirmFor'}, or promise ${total}`,
    },
  ];
}
