import type { PolicyProblem, PolicyRule } from './rule.ts';
import type { Policy } from './schema.ts';

/** How long things are kept. */
export const retentionRules: readonly PolicyRule[] = [
  everyEnvironmentHasARetention,
  logRetentionIsOneThatAwsOffers,
];

function everyEnvironmentHasARetention({ environments, retention }: Policy): readonly PolicyProblem[] {
  const missing = Object.keys(environments)
    .filter((name) => !(name in retention.images))
    .map((name) => ({
      path: `retention.images.${name}`,
      value: undefined,
      fact: `images of ${name} would never age out`,
      remedy: 'say for how many days they are kept',
    }));
  const stray = Object.keys(retention.images)
    .filter((name) => !(name in environments))
    .map((name) => ({
      path: `retention.images.${name}`,
      value: retention.images[name],
      fact: `there is no environment '${name}', so this retention would hold for no image`,
      remedy: `correct the name (${Object.keys(environments).join(', ')}) or remove it`,
    }));
  return [...missing, ...stray];
}

/** @see https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html */
const logRetentions = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

function logRetentionIsOneThatAwsOffers({ retention }: Policy): readonly PolicyProblem[] {
  if (logRetentions.includes(retention.logs)) return [];
  const longer = logRetentions.find((offered) => offered > retention.logs) ?? logRetentions.at(-1);
  return [
    {
      path: 'retention.logs',
      value: retention.logs,
      fact: `CloudWatch Logs keeps logs only for one of ${logRetentions.join(', ')} days`,
      remedy: `use ${longer}`,
    },
  ];
}
