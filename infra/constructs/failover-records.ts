import { CfnRecordSet, type CfnRecordSetProps } from 'aws-cdk-lib/aws-route53';
import { Construct } from 'constructs';
import type { RecordTargets } from '../../shared/policy/failover-schema.ts';
import { OpsStack } from '../ops-stack.ts';
import type { HealthCheck } from './health-check.ts';

/** What one of two failover records answers. */
export type FailoverAnswer = Pick<CfnRecordSetProps, 'type' | 'aliasTarget' | 'resourceRecords' | 'ttl'>;

export interface FailoverRecordsProps {
  readonly name: string;
  /** The answer while the check is healthy, and the one while it is not. */
  readonly primary: FailoverAnswer;
  readonly secondary: FailoverAnswer;
  readonly check: HealthCheck;
}

/**
 * A name that Route 53 answers in one way while a check is healthy, and in another while it is not. Nothing else counts:
 * neither record has its target evaluated, so that Route 53 does not move traffic by itself; and the second has no check,
 * so that it is always there to move to.
 */
export class FailoverRecords extends Construct {
  constructor(scope: Construct, id: string, { name, primary, secondary, check }: FailoverRecordsProps) {
    super(scope, id);
    const { zone } = OpsStack.of(this).policy.failover;
    const common = { hostedZoneId: zone.existing.id, name };
    new CfnRecordSet(this, 'Primary', {
      ...common,
      ...primary,
      setIdentifier: 'primary',
      failover: 'PRIMARY',
      healthCheckId: check.id,
    });
    new CfnRecordSet(this, 'Secondary', {
      ...common,
      ...secondary,
      setIdentifier: 'secondary',
      failover: 'SECONDARY',
    });
  }
}

/** The way to one Region. */
export function wayTo(region: 'primary' | 'standby', targets: RecordTargets): FailoverAnswer {
  if (targets.type === 'cname') {
    return { type: 'CNAME', resourceRecords: [targets[region]], ttl: String(targets.ttlSeconds) };
  }
  return { type: 'A', aliasTarget: { ...targets[region], evaluateTargetHealth: false } };
}
