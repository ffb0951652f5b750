import { approvalsNeeded } from '../failover/answer.ts';
import { failoverTimeRules } from './failover-time-rules.ts';
import { type PolicyProblem, type PolicyRule, repeated } from './rule.ts';
import type { Policy } from './schema.ts';

/** Failovers that would not happen, would move nothing, or would be decided by who is down as well. */
export const failoverRules: readonly PolicyRule[] = [
  ...failoverTimeRules,
  actingTakesAnArmedSwitch,
  witnessIsAThirdRegion,
  recordsAreInTheZone,
  cnamesStandBelowTheZone,
  recordsAreNotLookedAt,
  regionsAreApart,
  canaryIsIndependent,
  standbyIsKnown,
  approvalIsPossible,
  restoresAreInTheStandby,
];

function actingTakesAnArmedSwitch({ failover }: Policy): readonly PolicyProblem[] {
  return failover.mode === 'observe' || failover.armed
    ? []
    : [
        {
          path: 'failover.mode',
          value: failover.mode,
          fact: 'the switch is not armed, so that no record follows it, and no failover would ever start',
          remedy: 'arm the switch first (docs/failover.md), or observe',
        },
      ];
}

function witnessIsAThirdRegion({ regions, failover }: Policy): readonly PolicyProblem[] {
  const { witness } = failover;
  const role = (['primary', 'standby'] as const).find((key) => regions[key] === witness);
  return role === undefined
    ? []
    : [
        {
          path: 'failover.witness',
          value: witness,
          fact: `it is the ${role} Region, so that what it sees and holds is lost together with that`,
          remedy: 'name a third Region',
        },
      ];
}

function recordsAreInTheZone({ failover }: Policy): readonly PolicyProblem[] {
  const { records, zone } = failover;
  const outside = (['service', 'drill'] as const)
    .filter((key) => !isWithin(records[key], zone.existing.name))
    .map((key) => ({
      path: `failover.records.${key}`,
      value: records[key],
      fact: `it is not in the zone ${zone.existing.name}, and Route 53 would refuse the record`,
      remedy: `use a name that ends in .${zone.existing.name}`,
    }));
  return records.service === records.drill
    ? [
        ...outside,
        {
          path: 'failover.records.drill',
          value: records.drill,
          fact: 'it is the name that users ask for, so every exercise would move them',
          remedy: 'give exercises a name of their own',
        },
      ]
    : outside;
}

/** @see https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/ResourceRecordTypes.html#CNAMEFormat */
function cnamesStandBelowTheZone({ failover }: Policy): readonly PolicyProblem[] {
  const { records, zone } = failover;
  if (records.targets.type === 'alias') return [];
  return (['service', 'drill'] as const)
    .filter((key) => records[key] === zone.existing.name)
    .map((key) => ({
      path: `failover.records.${key}`,
      value: records[key],
      fact: 'DNS has no CNAME at the top of a zone, and Route 53 would refuse the record',
      remedy: "use a name below it, or targets of type 'alias'",
    }));
}

function recordsAreNotLookedAt({ failover }: Policy): readonly PolicyProblem[] {
  const { endpoints, records } = failover;
  return (['primary', 'standby'] as const)
    .filter((key) => endpoints[key] === records.service || endpoints[key] === records.drill)
    .map((key) => ({
      path: `failover.endpoints.${key}`,
      value: endpoints[key],
      fact: 'it follows the switch: once traffic has moved it is the other Region that is looked at',
      remedy: 'name a host that stays in its Region',
    }));
}

function regionsAreApart({ failover }: Policy): readonly PolicyProblem[] {
  const { endpoints, records } = failover;
  const { targets } = records;
  const [primary, standby] =
    targets.type === 'alias'
      ? [targets.primary.dnsName, targets.standby.dnsName]
      : [targets.primary, targets.standby];
  return [
    { path: 'failover.endpoints.standby', same: repeated([endpoints.primary, endpoints.standby]) },
    { path: 'failover.records.targets.standby', same: repeated([primary, standby]) },
  ].flatMap(({ path, same: [host] }) =>
    host === undefined
      ? []
      : [
          {
            path,
            value: host,
            fact: 'it is that of the primary Region, so that a failover would change nothing',
            remedy: 'name what is in the standby Region',
          },
        ],
  );
}

function canaryIsIndependent({ regions, failover }: Policy): readonly PolicyProblem[] {
  const { canary, zone } = failover;
  const { hostname } = new URL(canary);
  const problem = (fact: string, remedy: string): PolicyProblem => ({
    path: 'failover.canary',
    value: canary,
    fact,
    remedy,
  });
  if (isWithin(hostname, zone.existing.name)) {
    return [
      problem(
        "it is the platform's own, so a bad deployment would take it down as well and look like the loss of a Region",
        `name something in ${regions.primary} that no deployment of the platform touches`,
      ),
    ];
  }
  const region = /\.([a-z]{2}(?:-[a-z]+)+-\d)\.(?:amazonaws\.com|on\.aws)$/.exec(hostname)?.[1];
  if (!/\.(amazonaws\.com|on\.aws)$/.test(hostname) || region === regions.primary) return [];
  return [
    problem(
      `it says nothing of ${regions.primary}: it is in ${region ?? 'no Region in particular'}`,
      `name something in ${regions.primary}, such as https://dynamodb.${regions.primary}.amazonaws.com/ping`,
    ),
  ];
}

function standbyIsKnown({ databases, failover }: Policy): readonly PolicyProblem[] {
  const { nodeGroups, replica } = failover.standby;
  return [
    ...(Object.keys(nodeGroups).length > 0
      ? []
      : [
          {
            path: 'failover.standby.nodeGroups',
            value: nodeGroups,
            fact: 'no node would be added when the users of the primary Region arrive',
            remedy: 'name the node groups that carry the platform, and how many nodes they then need',
          },
        ]),
    ...(replica.of in databases.instances
      ? []
      : [
          {
            path: 'failover.standby.replica.of',
            value: replica.of,
            fact: 'databases.instances does not have it, so it bears no heartbeat, and what is lost by its promotion could not be told',
            remedy: `name one of ${Object.keys(databases.instances).join(', ') || 'databases.instances, once it has any'}`,
          },
        ]),
  ];
}

function approvalIsPossible({ failover }: Policy): readonly PolicyProblem[] {
  const people = new Set(failover.approval.people);
  return people.size >= approvalsNeeded
    ? []
    : [
        {
          path: 'failover.approval.people',
          value: failover.approval.people,
          fact: `${approvalsNeeded} of them have to choose the same, so that nobody could ever approve anything`,
          remedy: `name at least ${approvalsNeeded} people`,
        },
      ];
}

function restoresAreInTheStandby({ regions, failover }: Policy): readonly PolicyProblem[] {
  const { availabilityZone } = failover.standby.restore;
  // Of a standby that is the primary another rule tells.
  return availabilityZone.slice(0, -1) === regions.standby || regions.standby === regions.primary
    ? []
    : [
        {
          path: 'failover.standby.restore.availabilityZone',
          value: availabilityZone,
          fact: `it is not in ${regions.standby}, where the recovery points are, and AWS Backup would restore no volume`,
          remedy: `name a zone of ${regions.standby}`,
        },
      ];
}

function isWithin(name: string, zone: string): boolean {
  return name === zone || name.endsWith(`.${zone}`);
}
