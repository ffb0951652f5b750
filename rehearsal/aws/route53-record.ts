import * as z from 'zod';
import { boolean, number, type Resource, readProperties } from './properties.ts';

/** One of the two records of a name that fails over. */
export interface FailoverRecord {
  readonly name: string;
  readonly type: 'A' | 'CNAME' | 'TXT';
  readonly failover: 'PRIMARY' | 'SECONDARY';
  readonly healthCheckId?: string;
  /** Text without its quotes; a host; or, of an alias, the load balancer's name. */
  readonly value: string;
  readonly ttlSeconds: number;
}

/** @see https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resource-record-sets-choosing-alias-non-alias.html */
const loadBalancerTtl = 60;

const common = {
  HostedZoneId: z.string(),
  Name: z.string(),
  SetIdentifier: z.string(),
  Failover: z.enum(['PRIMARY', 'SECONDARY']),
  HealthCheckId: z.string().optional(),
};

const RecordSetProperties = z.union([
  z.strictObject({
    ...common,
    Type: z.literal('A'),
    AliasTarget: z.strictObject({
      DNSName: z.string(),
      HostedZoneId: z.string(),
      /** What Route 53 would then think of the target is not simulated. */
      EvaluateTargetHealth: boolean.pipe(z.literal(false)),
    }),
  }),
  z.strictObject({
    ...common,
    Type: z.enum(['CNAME', 'TXT']),
    ResourceRecords: z.tuple([z.string()]),
    TTL: number,
  }),
]);

/**
 * AWS::Route53::RecordSet: one value that fails over.
 *
 * @throws RangeError for what is not simulated, and for what Route 53 refuses
 */
export function failoverRecordOf(resource: Resource): FailoverRecord {
  const properties = readProperties('AWS::Route53::RecordSet', RecordSetProperties, resource);
  const { Name: name, Failover: failover, HealthCheckId: healthCheckId } = properties;
  if (properties.Type !== 'A' && failover === 'PRIMARY' && healthCheckId === undefined) {
    throw new RangeError(`Route 53 takes no primary failover record without a health check: '${name}'`);
  }
  const record = { name, failover, ...(healthCheckId !== undefined && { healthCheckId }) };
  if (properties.Type === 'A') {
    return { ...record, type: 'A', value: properties.AliasTarget.DNSName, ttlSeconds: loadBalancerTtl };
  }
  const [value] = properties.ResourceRecords;
  return {
    ...record,
    type: properties.Type,
    value: value.replace(/^"(.*)"$/, '$1'),
    ttlSeconds: properties.TTL,
  };
}
