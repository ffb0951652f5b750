import { findingSeverities } from '../domain/severity.ts';
import { verdicts } from '../domain/verdict.ts';
import { type PolicyProblem, type PolicyRule, repeated } from './rule.ts';
import type { Policy } from './schema.ts';

/** How images are judged, environment by environment. */
export const imageRules: readonly PolicyRule[] = [
  imageTagsTellEnvironmentsApart,
  worseFindingsAreNotJudgedMilder,
  unratedFindingsAreLookedAt,
  unclearImagesHaveAnEnvironment,
];

function imageTagsTellEnvironmentsApart({ environments }: Policy): readonly PolicyProblem[] {
  return repeated(Object.values(environments).map(({ imageTag }) => imageTag)).map((imageTag) => ({
    path: 'environments',
    value: imageTag,
    fact: `two environments have the image tag word '${imageTag}', so an image tag would not say which of them is meant`,
    remedy: 'give each environment a word of its own in imageTag',
  }));
}

/** CRITICAL to INFORMATIONAL, each at least as strict as the next. */
function worseFindingsAreNotJudgedMilder({ environments }: Policy): readonly PolicyProblem[] {
  const rated = findingSeverities.filter((severity) => severity !== 'UNDEFINED' && severity !== 'UNTRIAGED');
  return Object.entries(environments).flatMap(([name, { verdicts: of }]) =>
    rated.slice(1).flatMap((milder, index) => {
      const worse = rated[index];
      if (worse === undefined || verdicts.indexOf(of[worse]) >= verdicts.indexOf(of[milder])) return [];
      return [
        {
          path: `environments.${name}.verdicts.${worse}`,
          value: of[worse],
          fact: `a ${worse} finding would be judged milder than a ${milder} one (${of[milder]})`,
          remedy: `use '${of[milder]}' or stricter`,
        },
      ];
    }),
  );
}

function unratedFindingsAreLookedAt({ environments }: Policy): readonly PolicyProblem[] {
  return Object.entries(environments).flatMap(([name, { verdicts: of }]) =>
    (['UNDEFINED', 'UNTRIAGED'] as const)
      .filter((severity) => verdicts.indexOf(of[severity]) < verdicts.indexOf('review'))
      .map((severity) => ({
        path: `environments.${name}.verdicts.${severity}`,
        value: of[severity],
        fact: `${severity} means that nobody has rated the finding, not that it is harmless`,
        remedy: "use 'review' or 'block'",
      })),
  );
}

function unclearImagesHaveAnEnvironment({ images, environments }: Policy): readonly PolicyProblem[] {
  return images.environmentWhenUnclear in environments
    ? []
    : [
        {
          path: 'images.environmentWhenUnclear',
          value: images.environmentWhenUnclear,
          fact: 'there is no such environment, so an image without a telling tag could not be judged',
          remedy: `name one of ${Object.keys(environments).join(', ')}; the strictest is safest`,
        },
      ];
}
