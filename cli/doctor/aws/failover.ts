import {
  GetCheckerIpRangesCommand,
  GetHealthCheckStatusCommand,
  type HealthCheck,
  ListHealthChecksCommand,
  ListResourceRecordSetsCommand,
  Route53Client,
} from '@aws-sdk/client-route-53';
import { switchBucketNameOf } from '../../../infra/names.ts';
import { coversRange } from '../../../shared/domain/ip-range.ts';
import { checkerRanges } from '../../../shared/failover/checker-ranges.ts';
import { switchRegions } from '../../../shared/failover/names.ts';
import { canaryKey, type SwitchName, switchNames, tokenKeyOf } from '../../../shared/failover/switch.ts';
import { type Finding, ok, problem, warning } from '../finding.ts';
import type { Check, Place } from './check.ts';
import { question } from './question.ts';

/** The switch of the failover: seen by Route 53's checkers, and used by the records once it is armed. */
export const failoverCheck: Check = {
  subject: 'failover',
  permissions: ({ failover }) => [
    {
      actions: ['route53:ListHealthChecks', 'route53:GetHealthCheckStatus', 'route53:GetCheckerIpRanges'],
      resources: ['*'],
    },
    ...(failover.armed
      ? [
          {
            actions: ['route53:ListResourceRecordSets'],
            resources: [`arn:aws:route53:::hostedzone/${failover.zone.existing.id}`],
          },
        ]
      : []),
  ],
  async run(place) {
    const { region, policy, account, clients } = place;
    if (region !== policy.regions.standby || account === undefined) return [];
    const route53 = clients.client(Route53Client);
    const [ranges, checks] = await Promise.all([
      lookAtRanges(route53),
      question({
        about: 'the health checks of the switch',
        action: 'route53:ListHealthChecks',
        ask: async () => lookAtChecks(place, route53, account, await everyCheck(route53)),
        judge: (findings) => findings,
      }),
    ]);
    return [...ranges, ...checks];
  },
};

/** Whoever of the checkers is not let in sees neither tokens nor canaries. */
function lookAtRanges(route53: Route53Client): Promise<readonly Finding[]> {
  return question({
    about: "the addresses of Route 53's checkers",
    action: 'route53:GetCheckerIpRanges',
    ask: () => route53.send(new GetCheckerIpRangesCommand({})),
    judge: ({ CheckerIpRanges = [] }) => {
      const missing = CheckerIpRanges.filter(
        (range) => range.includes('.') && !checkerRanges.some((known) => coversRange(known, range)),
      );
      return missing.length === 0
        ? [ok("the buckets of the switch let in all of Route 53's checkers")]
        : [
            problem(
              `the buckets of the switch do not let in Route 53's checkers at ${missing.join(', ')}`,
              'They take a token that is there for one that is not.',
              'Add the ranges to shared/failover/checker-ranges.ts, with the date, and deploy.',
            ),
          ];
    },
  });
}

async function everyCheck(route53: Route53Client): Promise<readonly HealthCheck[]> {
  const checks: HealthCheck[] = [];
  let marker: string | undefined;
  do {
    const page = await route53.send(
      new ListHealthChecksCommand({ ...(marker !== undefined && { Marker: marker }) }),
    );
    checks.push(...(page.HealthChecks ?? []));
    marker = page.NextMarker;
  } while (marker !== undefined);
  return checks;
}

/**
 * The tokens of the service and the canaries. They are four, which is all that Route 53 answers at once; the tokens of
 * exercises are in the same buckets.
 */
async function lookAtChecks(
  { policy }: Place,
  route53: Route53Client,
  account: string,
  checks: readonly HealthCheck[],
): Promise<readonly Finding[]> {
  const found = Object.values(switchRegions(policy)).map((region) => {
    const host = `${switchBucketNameOf(account, region)}.s3.${region}.amazonaws.com`;
    const at = (key: string) =>
      checks.find(
        ({ HealthCheckConfig: config }) =>
          config?.FullyQualifiedDomainName === host && config.ResourcePath === `/${key}`,
      );
    return { region, bucket: switchBucketNameOf(account, region), canary: at(canaryKey), token: at };
  });
  const missing = found.filter(
    ({ canary, token }) => canary === undefined || switchNames.some((name) => !token(tokenKeyOf(name))),
  );
  if (missing.length > 0) {
    return [
      problem(
        `health checks of the switch are not there: of the bucket in ${missing.map(({ region }) => region).join(' and ')}`,
        'Traffic cannot be moved to the standby.',
        'npm run deploy',
      ),
    ];
  }
  const findings: Finding[] = [];
  for (const { region, bucket, canary, token } of found) {
    findings.push(...(await lookAtCanary(route53, region, bucket, canary)));
    findings.push(...(await lookAtToken(route53, region, token(tokenKeyOf('service')))));
  }
  const primaries = switchNames.map((name) => {
    const children = found.flatMap(({ token }) => token(tokenKeyOf(name))?.Id ?? []);
    const check = checks.find(({ HealthCheckConfig: config }) =>
      children.every((child) => config?.ChildHealthChecks?.includes(child)),
    );
    return [name, check?.Id] as const;
  });
  if (!policy.failover.armed) return [...findings, ...unarmed(findings)];
  for (const [name, id] of primaries) findings.push(...(await lookAtRecords(policy, route53, name, id)));
  return findings;
}

/** What is amiss has been said, and speaks for itself. */
function unarmed(findings: readonly Finding[]): readonly Finding[] {
  return findings.every(({ level }) => level === 'ok')
    ? [
        ok(
          'the switch is not armed, and its checks are as they should be: docs/failover.md says how to arm it',
        ),
      ]
    : [];
}

function lookAtCanary(
  route53: Route53Client,
  region: string,
  bucket: string,
  check: HealthCheck | undefined,
): Promise<readonly Finding[]> {
  return lookAt(route53, check, `what checkers see of the switch's bucket in ${region}`, (seen) =>
    seen
      ? ok(`Route 53's checkers can read the switch's bucket in ${region}`)
      : problem(
          `Route 53's checkers cannot read s3://${bucket}/${canaryKey}`,
          'They would not see a token there either, so that this bucket moves nothing.',
          'Put the canary there with the break-glass role, as docs/failover.md says; if it is there, look at the policy of the bucket.',
        ),
  );
}

function lookAtToken(
  route53: Route53Client,
  region: string,
  check: HealthCheck | undefined,
): Promise<readonly Finding[]> {
  return lookAt(route53, check, `whether checkers see a token in ${region}`, (seen) =>
    seen
      ? warning(
          `Route 53's checkers see the token in ${region}`,
          'Once the switch is armed, traffic is with the standby.',
          'Leave it while the platform is failed over; otherwise fail back, as docs/failover.md says.',
        )
      : ok(`Route 53's checkers see no token in ${region}`),
  );
}

/**
 * Of how many checkers the last look succeeded. What they report is from before the check inverts it.
 * @see https://docs.aws.amazon.com/Route53/latest/APIReference/API_GetHealthCheckStatus.html
 */
function lookAt(
  route53: Route53Client,
  check: HealthCheck | undefined,
  about: string,
  judge: (seen: boolean) => Finding,
): Promise<readonly Finding[]> {
  return question({
    about,
    action: 'route53:GetHealthCheckStatus',
    ask: () => route53.send(new GetHealthCheckStatusCommand({ HealthCheckId: check?.Id ?? '' })),
    judge: ({ HealthCheckObservations: looks = [] }) => {
      if (looks.length === 0) {
        return [
          warning(
            `${about} is not known yet`,
            'No checker has looked, and the switch must not be armed before.',
            'Wait a minute, and look again.',
          ),
        ];
      }
      const well = looks.filter(({ StatusReport }) => StatusReport?.Status?.startsWith('Success') === true);
      return [judge(well.length / looks.length > healthyShare)];
    },
  });
}

/** @see https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/dns-failover-determining-health-of-endpoints.html */
const healthyShare = 0.18;

function lookAtRecords(
  { failover }: Place['policy'],
  route53: Route53Client,
  name: SwitchName,
  check: string | undefined,
): Promise<readonly Finding[]> {
  const record = failover.records[name];
  return question({
    about: `the records of ${record}`,
    action: 'route53:ListResourceRecordSets',
    ask: () =>
      route53.send(
        new ListResourceRecordSetsCommand({
          HostedZoneId: failover.zone.existing.id,
          StartRecordName: record,
          MaxItems: 10,
        }),
      ),
    judge: ({ ResourceRecordSets: sets = [] }) => {
      const own = sets.filter(({ Name, Failover }) => Name === `${record}.` && Failover !== undefined);
      const primary = own.find(({ Failover }) => Failover === 'PRIMARY');
      return own.length === 2 && check !== undefined && primary?.HealthCheckId === check
        ? [ok(`${record} follows the switch`)]
        : [
            problem(
              `${record} does not follow the switch`,
              'The policy has the switch armed, and writing a token would move nobody.',
              'npm run deploy; and see that nobody else changes the records of that name.',
            ),
          ];
    },
  });
}
