import { type PolicyProblem, type PolicyRule, repeated } from './rule.ts';
import type { Policy } from './schema.ts';

/** Regions: what would be lost together, and where nothing would be judged or told. */
export const regionRules: readonly PolicyRule[] = [
  standbyIsAnotherRegion,
  primaryHoldsTheImages,
  bothRegionsTellPeople,
  regionsAreNamedOnce,
];

function standbyIsAnotherRegion({ regions }: Policy): readonly PolicyProblem[] {
  return regions.primary !== regions.standby
    ? []
    : [
        {
          path: 'regions.standby',
          value: regions.standby,
          fact: 'the standby is the primary Region itself, so it would be lost together with it',
          remedy: 'name another Region',
        },
      ];
}

function primaryHoldsTheImages({ regions }: Policy): readonly PolicyProblem[] {
  return regions.registry.includes(regions.primary)
    ? []
    : [
        {
          path: 'regions.registry',
          value: regions.registry,
          fact: `images are pushed to the primary Region ${regions.primary}, which is not listed, so none would be judged there`,
          remedy: `add '${regions.primary}'`,
        },
      ];
}

function bothRegionsTellPeople({ regions }: Policy): readonly PolicyProblem[] {
  return [regions.primary, regions.standby]
    .filter((region) => !regions.alerts.includes(region))
    .map((region) => ({
      path: 'regions.alerts',
      value: regions.alerts,
      fact: `${region} could tell nobody anything while the other Region is down`,
      remedy: `add '${region}'`,
    }));
}

function regionsAreNamedOnce({ regions }: Policy): readonly PolicyProblem[] {
  return (['registry', 'alerts'] as const).flatMap((list) =>
    repeated(regions[list]).map((region) => ({
      path: `regions.${list}`,
      value: regions[list],
      fact: `${region} is listed twice, so its stacks would be made twice`,
      remedy: 'list each Region once',
    })),
  );
}
