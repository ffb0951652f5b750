import { Duration, Stack } from 'aws-cdk-lib';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { FilterPattern } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { contract, unreadableMessage } from '../../functions/failover/fence-primary/contract.ts';
import { acknowledgePattern } from '../acknowledge.ts';
import { busArn, opsBucketName, opsObjectsArn, tableArn } from '../arns.ts';
import {
  eventSourceOf,
  failoverTableName,
  logGroupNameOf,
  metricNamespace,
  opsBusName,
  switchTableName,
  writerUnknownAlarm,
} from '../names.ts';
import { OpsStack } from '../ops-stack.ts';
import { allow } from '../permissions.ts';
import { EventFunction } from './event-function.ts';
import { OpsAlarm } from './ops-alarm.ts';

/** fence-primary. Its role takes ingress from the security groups that the policy names, and gives none back. */
export class PrimaryFence extends Construct {
  readonly eventFunction: EventFunction<typeof contract>;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    const { policy } = OpsStack.of(this);
    const { regions, failover } = policy;
    const journal = opsObjectsArn(this, 'journal/fence-primary/');
    const states = Stack.of(this).formatArn({
      service: 'dynamodb',
      region: regions.standby,
      resource: 'table',
      resourceName: failoverTableName,
    });
    const groups = failover.fence.securityGroups.map((group) =>
      Stack.of(this).formatArn({ service: 'ec2', resource: 'security-group', resourceName: group }),
    );
    this.eventFunction = new EventFunction(this, 'Function', {
      contract,
      environment: {
        failoverTable: failoverTableName,
        switchTable: switchTableName,
        bucket: opsBucketName(this),
        opsBus: opsBusName,
      },
      permissions: [
        allow('ReadWriter', ['dynamodb:GetItem'], [states]),
        allow('SeeIngress', ['ec2:DescribeSecurityGroupRules'], ['*']),
        allow('TellOfFence', ['events:PutEvents'], [busArn(this, opsBusName)], {
          StringEquals: { 'events:source': eventSourceOf(contract), 'events:detail-type': 'Primary Fenced' },
        }),
        ...(failover.mode === 'act'
          ? [
              allow('Fence', ['ec2:RevokeSecurityGroupIngress'], groups),
              allow('KeepWhatWasRemoved', ['s3:PutObject'], [journal]),
              allow(
                'SetInterlock',
                ['dynamodb:BatchGetItem', 'dynamodb:PutItem', 'dynamodb:DeleteItem'],
                [tableArn(this, switchTableName)],
              ),
            ]
          : []),
      ],
      alertPath: 'apart',
    });
    acknowledgePattern(this, '*', 'EC2 knows no resource for what lists rules. They are only read.');
    acknowledgePattern(this, journal, 'Each set of rules has an object of its own, which is written once.');
    this.tellWhenUnknown();
  }

  private tellWhenUnknown(): void {
    const { logGroup, name } = this.eventFunction.opsFunction;
    const metricName = 'WriterUnknown';
    logGroup.addMetricFilter('Unknown', {
      metricNamespace,
      metricName,
      filterPattern: FilterPattern.stringValue('$.message.message', '=', unreadableMessage),
    });
    new OpsAlarm(this, 'WriterUnknown', {
      name: writerUnknownAlarm,
      metric: new Metric({
        namespace: metricNamespace,
        metricName,
        statistic: 'Sum',
        period: Duration.minutes(1),
      }),
      threshold: 1,
      evaluationPeriods: 6,
      datapointsToAlarm: 5,
      meaning: `In five of six minutes the standby Region did not say who the writer is. ${contract.failureImpact}`,
      action: `read the records '${unreadableMessage}' in log group ${logGroupNameOf(name)}: each says why.`,
      alertPath: 'apart',
    });
  }
}
