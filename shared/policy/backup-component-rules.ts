import type { PolicyProblem, PolicyRule } from './rule.ts';
import type { Policy } from './schema.ts';

/** Which parts of the platform are protected, by what, and what that is worth. */
export const backupComponentRules: readonly PolicyRule[] = [
  componentsAreProtectedOrAccepted,
  componentsNameKnownTiers,
  componentsPromiseWhatTheirTierKeeps,
  tiersProtectSomething,
];

type Component = Policy['backups']['components'][string];

function componentsAreProtectedOrAccepted({ backups }: Policy): readonly PolicyProblem[] {
  return Object.entries(backups.components).flatMap(([name, component]): PolicyProblem[] => {
    const path = `backups.components.${name}`;
    const { mechanism, acceptedGap, rpoMinutes, rtoMinutes } = component;
    if (mechanism === undefined) {
      if (acceptedGap !== undefined) return [];
      return [
        {
          path,
          value: component,
          fact: 'nothing protects it, and nobody has accepted that it would be lost',
          remedy: 'name its mechanism, or an acceptedGap with owner, reason and expiry',
        },
      ];
    }
    return [
      ...(acceptedGap === undefined
        ? []
        : [
            {
              path: `${path}.acceptedGap`,
              value: acceptedGap.reason,
              fact: 'it has a mechanism, so there is no gap to accept',
              remedy: 'remove one of the two',
            },
          ]),
      ...(rpoMinutes === undefined || rtoMinutes === undefined
        ? [
            {
              path,
              value: { rpoMinutes, rtoMinutes },
              fact: 'without an RPO and an RTO nobody can say whether its mechanism is good enough',
              remedy: 'say how much of it may be lost (rpoMinutes) and how long it may be away (rtoMinutes)',
            },
          ]
        : []),
    ];
  });
}

function componentsNameKnownTiers({ backups }: Policy): readonly PolicyProblem[] {
  return Object.entries(backups.components).flatMap(([name, component]) => {
    const tier = tierOf(component);
    if (tier === undefined || tier in backups.tiers) return [];
    return [
      {
        path: `backups.components.${name}.mechanism.tier`,
        value: tier,
        fact: `there is no tier '${tier}', so nothing would back it up`,
        remedy: `name one of ${Object.keys(backups.tiers).join(', ')}`,
      },
    ];
  });
}

/** Whatever Region is lost: of the tier's RPOs the largest counts. */
function componentsPromiseWhatTheirTierKeeps({ backups }: Policy): readonly PolicyProblem[] {
  return Object.entries(backups.components).flatMap(([name, component]) => {
    const tierName = tierOf(component);
    const tier = tierName === undefined ? undefined : backups.tiers[tierName];
    if (tier === undefined) return [];
    const kept = {
      rpoMinutes: Math.max(...Object.values(tier.rpoMinutes)),
      rtoMinutes: tier.restoreWithinMinutes,
    };
    return (['rpoMinutes', 'rtoMinutes'] as const).flatMap((objective) => {
      const promised = component[objective];
      if (promised === undefined || promised >= kept[objective]) return [];
      return [
        {
          path: `backups.components.${name}.${objective}`,
          value: promised,
          fact: `the tier '${tierName}' keeps ${kept[objective]} minutes`,
          remedy: `use ${kept[objective]} or more, or another mechanism`,
        },
      ];
    });
  });
}

function tiersProtectSomething({ backups }: Policy): readonly PolicyProblem[] {
  const used = Object.values(backups.components).map(tierOf);
  return Object.keys(backups.tiers)
    .filter((tier) => !used.includes(tier))
    .map((tier) => ({
      path: `backups.tiers.${tier}`,
      value: tier,
      fact: 'no component is in it, so nobody would know what its recovery points are for',
      remedy: 'name the component that it protects in backups.components, or remove it',
    }));
}

function tierOf({ mechanism }: Component): string | undefined {
  return mechanism?.type === 'backup' ? mechanism.tier : undefined;
}
