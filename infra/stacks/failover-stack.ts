import type { Construct } from 'constructs';
import { contract as askDatabase } from '../../functions/databases/ask-database/contract.ts';
import { endpointVoteName, switchRegions } from '../../shared/failover/names.ts';
import { canaryKey, canaryText, switchNames } from '../../shared/failover/switch.ts';
import { switchBucketHost } from '../arns.ts';
import { BreakGlassRole } from '../constructs/break-glass-role.ts';
import { CheckerHearing } from '../constructs/checker-hearing.ts';
import { EndpointProbe } from '../constructs/endpoint-probe.ts';
import { FailoverRecords, wayTo } from '../constructs/failover-records.ts';
import { FailoverRun } from '../constructs/failover-run.ts';
import { FailoverSwitch } from '../constructs/failover-switch.ts';
import { Forwarding } from '../constructs/forwarding.ts';
import { HealthCheck } from '../constructs/health-check.ts';
import { OpsDashboard } from '../constructs/ops-dashboard.ts';
import { OpsFunction } from '../constructs/ops-function.ts';
import { OpsTable } from '../constructs/ops-table.ts';
import { SwitchBucket } from '../constructs/switch-bucket.ts';
import { authoritiesFile, failoverTableName, replicaVariant } from '../names.ts';
import { OpsStack, type OpsStackProps } from '../ops-stack.ts';

/**
 * What moves the platform to its standby Region. In the standby Region the switch with one of its buckets, the state, and
 * what of Route 53 belongs to them; in the witness Region the other bucket. Nothing of it is in the primary Region.
 *
 * Route 53 is changed by deployments alone. To move traffic is to write an object; its checkers and name servers do the
 * rest.
 */
export class FailoverStack extends OpsStack {
  constructor(scope: Construct, props: OpsStackProps) {
    super(scope, 'failover', 'Moves the platform to its standby Region.', props);
    new SwitchBucket(this, 'SwitchBucket');
    const isStandby = props.region === props.policy.regions.standby;
    if (isStandby) this.standby();
    this.watch(isStandby);
    const { alerts, registry, standby } = props.policy.regions;
    const isHeard = alerts.includes(props.region) || registry.includes(props.region);
    if (!isHeard) new Forwarding(this, 'Forwarding', { toRegion: standby });
  }

  /** Who looks at the primary Region from here. */
  private watch(isStandby: boolean): void {
    const voices = [
      new EndpointProbe(this, 'Probe', isStandby ? 'standby-probe' : 'witness-probe').eventFunction,
      ...(isStandby ? [new CheckerHearing(this, 'Checkers').eventFunction] : []),
    ];
    const others = isStandby ? [this.askReplica().name, new FailoverRun(this, 'Run').opsFunction.name] : [];
    new OpsDashboard(this, 'Dashboard', {
      introduction: [
        'Every ten seconds the primary Region is looked at from here, and a vote is written. In the standby Region it is decided by the votes whether to fail over.',
        'All is well when there are invocations every minute, and no alarm is red.',
      ].join(' '),
      functionNames: [...voices.map(({ opsFunction }) => opsFunction.name), ...others],
      queueNames: [],
      deadLetterQueueNames: voices.flatMap(({ deadLetterQueue, deliveryDeadLetterQueue }) => [
        deadLetterQueue.name,
        deliveryDeadLetterQueue.name,
      ]),
    });
  }

  /** How new the replica is, and after its promotion what it holds. */
  private askReplica(): OpsFunction<typeof askDatabase> {
    return new OpsFunction(this, 'AskReplica', {
      contract: askDatabase,
      variant: replicaVariant,
      environment: { authorities: authoritiesFile, asks: 'source' },
      network: this.policy.failover.standby.network,
      permissions: [],
      alertPath: 'apart',
    });
  }

  private standby(): void {
    const { failover } = this.policy;
    const regions = switchRegions(this.policy);

    new OpsTable(this, 'State', {
      name: failoverTableName,
      partitionKey: 'of',
      sortKey: 'at',
      timeToLiveAttribute: 'expiresAt',
      keep: true,
    });
    new BreakGlassRole(this, 'BreakGlass', Object.values(regions));

    for (const [role, region] of Object.entries(regions)) {
      HealthCheck.ofEndpoint(this, `Canary-${role}`, `aeon-ops switch: checkers can read in ${region}`, {
        host: switchBucketHost(this, region),
        path: `/${canaryKey}`,
        text: canaryText,
      });
    }
    for (const name of switchNames) {
      const { check } = new FailoverSwitch(this, `Switch-${name}`, name, regions);
      if (!failover.armed) continue;
      const { targets } = failover.records;
      new FailoverRecords(this, `Records-${name}`, {
        name: failover.records[name],
        primary: wayTo('primary', targets),
        secondary: wayTo('standby', targets),
        check,
      });
    }
    this.endpointVote();
  }

  /** Route 53's own checkers say by DNS what they see of the primary endpoint. It starts with `up`, and moves nobody. */
  private endpointVote(): void {
    const { failover } = this.policy;
    const check = HealthCheck.ofEndpoint(this, 'Endpoint', 'aeon-ops: the primary endpoint is ready', {
      host: failover.endpoints.primary,
      path: failover.endpoints.readyPath,
      text: failover.endpoints.body,
    });
    // As long as the marks are apart: what is older tells of the mark before.
    const text = (value: string) => ({ type: 'TXT', resourceRecords: [`"${value}"`], ttl: '10' });
    new FailoverRecords(this, 'EndpointVote', {
      name: endpointVoteName(failover),
      primary: text('up'),
      secondary: text('down'),
      check,
    });
  }
}
