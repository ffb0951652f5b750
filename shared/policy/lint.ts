import { unknownEnvironment } from '../domain/alert.ts';
import { findingSeverities } from '../domain/severity.ts';
import { verdicts } from '../domain/verdict.ts';
import type { Policy } from './schema.ts';

/** Something in the policy that contradicts itself, or that AWS would refuse or silently not do. */
export interface PolicyProblem {
  readonly path: string;
  readonly value: unknown;
  /** What the value runs into. */
  readonly fact: string;
  /** What to write instead. */
  readonly remedy: string;
}

type Rule = (policy: Policy) => readonly PolicyProblem[];

/** Every rule's findings, in the order of the rules. An empty list: the policy makes sense. */
export function lintPolicy(policy: Policy): readonly PolicyProblem[] {
  return rules.flatMap((rule) => rule(policy));
}

const rules: readonly Rule[] = [
  standbyIsAnotherRegion,
  primaryHoldsTheImages,
  bothRegionsTellPeople,
  regionsAreNamedOnce,
  imageTagsTellEnvironmentsApart,
  worseFindingsAreNotJudgedMilder,
  unratedFindingsAreLookedAt,
  unclearImagesHaveAnEnvironment,
  everyEnvironmentHasARetention,
  repositoriesBelongToOneService,
  logRetentionIsOneThatAwsOffers,
  sinkNamesFitTheirQueues,
  createdTopicsReachSomebody,
  routesNameKnownSinksAndEnvironments,
  lastRouteCatchesAll,
  everySinkIsUsed,
  criticalAlertsHaveTwoWaysOut,
  lastAlarmRuleCatchesAll,
  alarmRulesNameKnownEnvironments,
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

function repositoriesBelongToOneService({ services }: Policy): readonly PolicyProblem[] {
  const names = Object.values(services).map(({ repository }) =>
    'existing' in repository ? repository.existing : repository.create,
  );
  return repeated(names).map((repository) => ({
    path: 'services',
    value: repository,
    fact: `two services name the repository '${repository}', so the rules of neither would be sure to hold for it`,
    remedy: 'give each service a repository of its own',
  }));
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

/** A Lambda function's name has at most 64 characters, and `aeon-ops-deliver-alert-` is 23 of them. */
const longestSinkName = 41;

function sinkNamesFitTheirQueues({ alerts }: Policy): readonly PolicyProblem[] {
  return Object.keys(alerts.sinks)
    .filter((name) => name.length > longestSinkName || name.endsWith('-dlq'))
    .map((name) => ({
      path: `alerts.sinks.${name}`,
      value: name,
      fact: name.endsWith('-dlq')
        ? "its queue would have the name of another sink's dead-letter queue"
        : "the sink's Lambda function would have a name of more than 64 characters, which AWS refuses",
      remedy: `use at most ${longestSinkName} characters, and another ending than '-dlq'`,
    }));
}

function createdTopicsReachSomebody({ alerts }: Policy): readonly PolicyProblem[] {
  return Object.entries(alerts.sinks).flatMap(([name, sink]) => {
    if (sink.type !== 'sns') return [];
    const { topic, mail = [] } = sink;
    const path = `alerts.sinks.${name}.mail`;
    if ('create' in topic && mail.length === 0) {
      return [
        {
          path,
          value: sink.mail,
          fact: `the topic ${topic.create} would be created without a subscriber, and what is told there would reach nobody`,
          remedy: 'list the mail addresses to subscribe, or name an existing topic',
        },
      ];
    }
    if ('existing' in topic && mail.length > 0) {
      return [
        {
          path,
          value: mail,
          fact: `the topic ${topic.existing} is not ours, so these addresses would not be subscribed to it`,
          remedy: 'remove them here, and subscribe them where the topic is made',
        },
      ];
    }
    return [];
  });
}

function routesNameKnownSinksAndEnvironments({ alerts, environments }: Policy): readonly PolicyProblem[] {
  return alerts.routes.flatMap((route, index) => [
    ...route.sinks
      .filter((sink) => !(sink in alerts.sinks))
      .map((sink) => ({
        path: `alerts.routes[${index}].sinks`,
        value: sink,
        fact: `there is no sink '${sink}', so what this route takes would reach nobody there`,
        remedy: `name one of ${Object.keys(alerts.sinks).join(', ')}`,
      })),
    ...(route.environments ?? [])
      .filter((name) => name !== unknownEnvironment && !(name in environments))
      .map((name) => ({
        path: `alerts.routes[${index}].environments`,
        value: name,
        fact: `there is no environment '${name}', so this part of the route would match no alert`,
        remedy: `name some of ${[...Object.keys(environments), unknownEnvironment].join(', ')}`,
      })),
  ]);
}

function lastRouteCatchesAll({ alerts }: Policy): readonly PolicyProblem[] {
  const catchAll = alerts.routes.findIndex((route) => !route.severities && !route.environments);
  const last = alerts.routes.length - 1;
  if (catchAll === -1) {
    return [
      {
        path: `alerts.routes[${last}]`,
        value: alerts.routes[last],
        fact: 'an alert that matches no route would reach nobody',
        remedy: 'end the routes with one that has sinks and nothing else',
      },
    ];
  }
  if (catchAll === last) return [];
  return [
    {
      path: `alerts.routes[${catchAll}]`,
      value: alerts.routes[catchAll],
      fact: `it takes every alert, so the ${last - catchAll} route(s) after it would never be asked`,
      remedy: 'move it to the end',
    },
  ];
}

function everySinkIsUsed({ alerts }: Policy): readonly PolicyProblem[] {
  const used = new Set(alerts.routes.flatMap(({ sinks }) => sinks));
  return Object.keys(alerts.sinks)
    .filter((name) => !used.has(name))
    .map((name) => ({
      path: `alerts.sinks.${name}`,
      value: name,
      fact: 'no route names this sink, so it would never be told anything',
      remedy: 'name it in a route, or remove it',
    }));
}

/** A route that takes critical alerts needs two sinks of different types: when one is down the other still tells. */
function criticalAlertsHaveTwoWaysOut({ alerts }: Policy): readonly PolicyProblem[] {
  return alerts.routes.flatMap((route, index) => {
    if (!route.severities?.includes('critical')) return [];
    const types = new Set(route.sinks.flatMap((sink) => alerts.sinks[sink]?.type ?? []));
    if (types.size > 1) return [];
    return [
      {
        path: `alerts.routes[${index}].sinks`,
        value: route.sinks,
        fact: `critical alerts would go out by ${[...types].join(' and ') || 'no'} alone, and reach nobody while that is down`,
        remedy: 'add a sink of another type',
      },
    ];
  });
}

function lastAlarmRuleCatchesAll({ alerts }: Policy): readonly PolicyProblem[] {
  const last = alerts.alarms.at(-1);
  if (last?.name === '*') return [];
  return [
    {
      path: `alerts.alarms[${alerts.alarms.length - 1}]`,
      value: last,
      fact: 'an alarm whose name matches no rule would have no severity',
      remedy: "end the rules with one for the name '*'",
    },
  ];
}

function alarmRulesNameKnownEnvironments({ alerts, environments }: Policy): readonly PolicyProblem[] {
  return alerts.alarms.flatMap(({ environment }, index) =>
    environment === unknownEnvironment || environment in environments
      ? []
      : [
          {
            path: `alerts.alarms[${index}].environment`,
            value: environment,
            fact: `there is no environment '${environment}', so routes by environment would pass these alarms by`,
            remedy: `name one of ${[...Object.keys(environments), unknownEnvironment].join(', ')}`,
          },
        ],
  );
}

function repeated<T>(values: readonly T[]): readonly T[] {
  return [...new Set(values.filter((value, index) => values.indexOf(value) !== index))];
}
