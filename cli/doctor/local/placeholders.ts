import type { Policy } from '../../../shared/policy/schema.ts';
import { type Finding, ok, warning } from '../finding.ts';

/**
 * Values that the policy has from its first day and that mean nothing in AWS or Slack. A deployment with them works,
 * and tells nobody.
 */
export function findPlaceholders(policy: Policy): readonly Finding[] {
  const found = [
    ...mailAddresses(policy),
    ...slackChannels(policy),
    ...runbook(policy),
    ...databases(policy),
    ...failover(policy),
  ];
  return found.length > 0 ? found : [ok('no placeholder is left in the policy')];
}

function mailAddresses({ alerts }: Policy): readonly Finding[] {
  const addresses = [
    ...Object.entries(alerts.sinks).flatMap(([name, sink]) =>
      sink.type === 'sns'
        ? (sink.mail ?? []).map((mail) => ({ path: `alerts.sinks.${name}.mail`, mail }))
        : [],
    ),
    ...alerts.lastResort.map((mail) => ({ path: 'alerts.lastResort', mail })),
  ];
  return addresses
    .filter(({ mail }) => isExample(mail.split('@').at(-1) ?? ''))
    .map(({ path, mail }) =>
      warning(
        `${path} has ${mail}, an address of an example domain`,
        'AWS would ask it to confirm the subscription, and nobody reads it.',
        'Write an address that somebody reads.',
      ),
    );
}

function slackChannels({ alerts }: Policy): readonly Finding[] {
  return Object.entries(alerts.sinks).flatMap(([name, sink]) =>
    sink.type === 'slack' && sink.channel.startsWith('C0AEON')
      ? [
          warning(
            `alerts.sinks.${name}.channel is ${sink.channel}, a made-up channel id`,
            'Slack would answer channel_not_found, and the alerts would end in the dead-letter queue.',
            "Copy the channel's id from the foot of its details in Slack.",
          ),
        ]
      : [],
  );
}

function runbook({ alerts }: Policy): readonly Finding[] {
  const { hostname, pathname } = new URL(alerts.runbookUrl);
  if (!isExample(hostname) && !pathname.startsWith('/aeon-dt/aeon-ops/')) return [];
  return [
    warning(
      `alerts.runbookUrl is ${alerts.runbookUrl}, a made-up address`,
      'Every alarm links to it, and whoever is woken would find nothing there.',
      'Write the address at which docs/runbook.md can be read.',
    ),
  ];
}

function databases({ databases: { instances, network } }: Policy): readonly Finding[] {
  const hosts = Object.entries(instances)
    .filter(([, { host }]) => host.includes('.c0aeonexampl.'))
    .map(([name, { host }]) =>
      warning(
        `databases.instances.${name}.host is ${host}, a made-up endpoint`,
        'No heartbeat would be written, and no restored copy of it proven.',
        'Copy the endpoint of the DB instance, and the subnets and security groups of databases.network and databases.isolated.',
      ),
    );
  const subnets = network.subnets.filter((id) => id.startsWith('subnet-0aec0000'));
  if (Object.keys(instances).length === 0 || subnets.length === 0) return hosts;
  return [
    ...hosts,
    warning(
      `databases.network.subnets has ${subnets.join(', ')}, made-up ids`,
      'CloudFormation would refuse the stacks of the databases.',
      'Write subnets that exist, or leave databases.instances empty.',
    ),
  ];
}

function failover({ failover: { zone, breakGlass } }: Policy): readonly Finding[] {
  const people = breakGlass.filter((arn) => arn.startsWith('arn:aws:iam::111122223333:'));
  return [
    ...(zone.existing.id.startsWith('Z0AEON')
      ? [
          warning(
            `failover.zone.existing.id is ${zone.existing.id}, a made-up zone`,
            'Route 53 would refuse the records, and CloudFormation with them the failover stack of the standby Region.',
            'Copy the id and the name of the public hosted zone, and see that every host in failover.ts is your own.',
          ),
        ]
      : []),
    ...(people.length === 0
      ? []
      : [
          warning(
            `failover.breakGlass has ${people.join(', ')}, of an account that is nobody's`,
            'IAM would refuse the role by which people move traffic when the automation fails.',
            'Write roles or users of your own account.',
          ),
        ]),
  ];
}

/** @see https://www.rfc-editor.org/rfc/rfc2606 */
function isExample(host: string): boolean {
  return /(^|\.)example(\.(com|net|org))?$/.test(host);
}
