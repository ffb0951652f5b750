import { unknownEnvironment } from '../domain/alert.ts';
import type { PolicyProblem, PolicyRule } from './rule.ts';
import type { Policy } from './schema.ts';

/** Sinks, routes and rules for alarms: whom alerts reach. */
export const alertRules: readonly PolicyRule[] = [
  sinkNamesFitTheirQueues,
  createdTopicsReachSomebody,
  routesNameKnownSinksAndEnvironments,
  lastRouteCatchesAll,
  everySinkIsUsed,
  criticalAlertsHaveTwoWaysOut,
  lastAlarmRuleCatchesAll,
  alarmRulesNameKnownEnvironments,
];

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

/**
 * A route that takes critical alerts needs two sinks of different types: when one is down the other still tells. None
 * comes to a route after one that takes the critical alerts of every environment.
 */
function criticalAlertsHaveTwoWaysOut({ alerts }: Policy): readonly PolicyProblem[] {
  const takesCritical = ({ severities }: Policy['alerts']['routes'][number]): boolean =>
    severities === undefined || severities.includes('critical');
  const last = alerts.routes.findIndex((route) => takesCritical(route) && route.environments === undefined);
  return alerts.routes.flatMap((route, index) => {
    if (!takesCritical(route) || (last !== -1 && index > last)) return [];
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
