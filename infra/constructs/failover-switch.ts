import { Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { type SwitchName, tokenKeyOf, tokenText } from '../../shared/failover/switch.ts';
import { switchBucketHost } from '../arns.ts';
import { HealthCheck } from './health-check.ts';

/**
 * The switch as records know it: healthy means the primary. It is unhealthy while either bucket holds the token, and a
 * bucket that cannot be read counts as one without: so no single loss moves traffic back, and none moves it away.
 */
export class FailoverSwitch extends Construct {
  readonly check: HealthCheck;

  /** @param regions of the buckets, by what they are for, so that a check keeps its id when its bucket moves */
  constructor(scope: Construct, id: string, name: SwitchName, regions: Readonly<Record<string, string>>) {
    super(scope, id);
    const tokens = Object.entries(regions).map(([role, region]) =>
      HealthCheck.ofEndpoint(this, `Token-${role}`, `aeon-ops ${name} switch: no token in ${region}`, {
        host: switchBucketHost(Stack.of(this), region),
        path: `/${tokenKeyOf(name)}`,
        text: tokenText,
        inverted: true,
      }),
    );
    this.check = HealthCheck.ofAll(
      this,
      'Primary',
      `aeon-ops ${name} switch: traffic is with the primary`,
      tokens,
    );
  }
}
