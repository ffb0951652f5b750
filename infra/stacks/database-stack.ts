import { Duration } from 'aws-cdk-lib';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { FilterPattern } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { contract as askDatabase } from '../../functions/databases/ask-database/contract.ts';
import { contract as takeManifest } from '../../functions/databases/take-manifest/contract.ts';
import {
  missedMessage,
  contract as writeHeartbeat,
} from '../../functions/databases/write-heartbeat/contract.ts';
import type { Policy } from '../../shared/policy/schema.ts';
import { functionArn, secretArnPattern, tableArn } from '../arns.ts';
import { EventFunction } from '../constructs/event-function.ts';
import { OpsAlarm } from '../constructs/ops-alarm.ts';
import { OpsDashboard } from '../constructs/ops-dashboard.ts';
import { OpsFunction } from '../constructs/ops-function.ts';
import {
  authoritiesFile as authorities,
  functionNameOf,
  heartbeatsUnwrittenAlarm,
  logGroupNameOf,
  metricNamespace,
  restoreTableName,
} from '../names.ts';
import { OpsStack, type OpsStackProps } from '../ops-stack.ts';
import { allow } from '../permissions.ts';

/** Sets the deployment that asks the databases themselves apart from the one for restored copies. */
const sourceVariant = 'source';

/** The Regions in which databases bear heartbeats, or their restored copies are asked. */
export function databaseStackRegions({ regions, databases }: Policy): readonly string[] {
  if (Object.keys(databases.instances).length === 0) return [];
  return [...new Set([regions.primary, ...Object.keys(databases.isolated)])];
}

/**
 * Speaks to the databases of one Region. Where restored copies are, ask-database stands in a network that leads to them
 * alone; where the databases are, a second one takes their manifests, and may spoil nothing.
 */
export class DatabaseStack extends OpsStack {
  constructor(scope: Construct, props: OpsStackProps) {
    super(scope, 'databases', 'Speaks to the databases of this Region.', props);
    const { regions, databases } = props.policy;
    const isolated = databases.isolated[props.region];
    const isPrimary = props.region === regions.primary;

    const copies =
      isolated &&
      new OpsFunction(this, 'AskCopies', {
        contract: askDatabase,
        environment: { authorities, asks: 'copies' },
        network: isolated,
        permissions: [],
        alertPath: 'apart',
      });
    const source =
      isPrimary &&
      new OpsFunction(this, 'AskSource', {
        contract: askDatabase,
        variant: sourceVariant,
        environment: { authorities, asks: 'source' },
        network: databases.network,
        permissions: [],
        alertPath: 'apart',
      });
    const eventFunctions = isPrimary ? [this.heartbeat(), this.manifests()] : [];

    new OpsDashboard(this, 'Dashboard', {
      introduction: [
        'write-heartbeat writes the present moment into each database of the policy every minute, and take-manifest has it asked what it holds in the hours that a restore test may come back to. ask-database answers what a database holds: that of a restored copy in the isolated network, and that of the databases themselves.',
        'All is well when a heartbeat is written every minute, and no alarm is red.',
      ].join(' '),
      functionNames: [
        ...[copies, source].flatMap((one) => (one ? [one.name] : [])),
        ...eventFunctions.map(({ opsFunction }) => opsFunction.name),
      ],
      queueNames: [],
      deadLetterQueueNames: eventFunctions.flatMap(({ deadLetterQueue, deliveryDeadLetterQueue }) => [
        deadLetterQueue.name,
        deliveryDeadLetterQueue.name,
      ]),
    });
  }

  private heartbeat(): EventFunction<typeof writeHeartbeat> {
    const { network, instances } = this.policy.databases;
    const secrets = Object.values(instances).map(({ heartbeatSecret }) =>
      secretArnPattern(this, heartbeatSecret),
    );
    const heartbeat = new EventFunction(this, 'WriteHeartbeat', {
      contract: writeHeartbeat,
      environment: { authorities },
      network,
      permissions: [allow('ReadCredentials', ['secretsmanager:GetSecretValue'], secrets)],
      alertPath: 'apart',
    });
    this.tellWhenMissed(heartbeat.opsFunction);
    return heartbeat;
  }

  private manifests(): EventFunction<typeof takeManifest> {
    const ask = functionNameOf(askDatabase, sourceVariant);
    const secrets = Object.values(this.policy.databases.instances).map(({ readerSecret }) =>
      secretArnPattern(this, readerSecret),
    );
    return new EventFunction(this, 'TakeManifest', {
      contract: takeManifest,
      environment: { restoreTable: restoreTableName, askDatabase: ask },
      permissions: [
        allow('ReadCredentials', ['secretsmanager:GetSecretValue'], secrets),
        allow('AskDatabases', ['lambda:InvokeFunction'], [functionArn(this, ask)]),
        allow('KeepManifests', ['dynamodb:PutItem'], [tableArn(this, restoreTableName)]),
      ],
      alertPath: 'apart',
    });
  }

  /** A database that fails over misses two or three, which is no reason to wake anybody. */
  private tellWhenMissed({ logGroup, name }: OpsFunction<typeof writeHeartbeat>): void {
    const metricName = 'HeartbeatsMissed';
    logGroup.addMetricFilter('Missed', {
      metricNamespace,
      metricName,
      filterPattern: FilterPattern.stringValue('$.message.message', '=', missedMessage),
    });
    new OpsAlarm(this, 'HeartbeatsMissed', {
      name: heartbeatsUnwrittenAlarm,
      metric: new Metric({
        namespace: metricNamespace,
        metricName,
        statistic: 'Sum',
        period: Duration.minutes(1),
      }),
      threshold: 1,
      evaluationPeriods: 6,
      datapointsToAlarm: 4,
      meaning: `In four of six minutes a heartbeat could not be written. ${writeHeartbeat.failureImpact}`,
      action: `read the records '${missedMessage}' in log group ${logGroupNameOf(name)}: each names the database and says why.`,
      alertPath: 'apart',
    });
  }
}
