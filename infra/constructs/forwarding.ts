import { CfnRule } from 'aws-cdk-lib/aws-events';
import { PolicyDocument, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { EventPattern } from '../../shared/lambda/contract.ts';
import { busArn } from '../arns.ts';
import { ruleMetric } from '../metrics.ts';
import { forwardingName, opsBusName } from '../names.ts';
import { OpsStack } from '../ops-stack.ts';
import { allow, forThisAccount } from '../permissions.ts';
import { deliveryRetries } from './event-function.ts';
import { LostAlarm } from './lost-alarm.ts';
import { DeadLetterQueue } from './ops-queue.ts';

/**
 * Sends what people should hear of from a Region that has no alert functions to one that has: every ops event, and the
 * state changes of our own alarms.
 *
 * EventBridge takes an event across one Region border only, so the Region it arrives in must not forward it on.
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-cross-region.html
 */
export class Forwarding extends Construct {
  readonly deadLetterQueue: DeadLetterQueue;

  constructor(scope: Construct, id: string, props: { readonly toRegion: string }) {
    super(scope, id);
    const { homeRegion } = OpsStack.of(this);
    const { toRegion } = props;
    this.deadLetterQueue = new DeadLetterQueue(this, 'DeadLetters', {
      name: `${forwardingName}-dlq`,
      meaning: `Verdicts and alarms of ${homeRegion} could not be sent to ${toRegion} for a day, or may not be. Nobody is told of them.`,
      action: `read the ERROR_CODE attribute of the messages, and look at the verdicts and alarms of ${homeRegion} by hand until it is mended.`,
      alertPath: 'part',
    });
    const opsBus = busArn(this, opsBusName, toRegion);
    const defaultBus = busArn(this, 'default', toRegion);
    const role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('events.amazonaws.com', { conditions: forThisAccount(this) }),
      description: `Puts ops events and alarm state changes of ${homeRegion} on the buses of ${toRegion}.`,
      inlinePolicies: {
        forward: new PolicyDocument({
          statements: [allow('Forward', ['events:PutEvents'], [opsBus, defaultBus])],
        }),
      },
    });
    const rules = [
      this.rule('ops-events', opsBusName, { source: [{ prefix: 'aeon-ops.' }] }, opsBus, role),
      this.rule(
        'alarms',
        'default',
        {
          source: ['aws.cloudwatch'],
          'detail-type': ['CloudWatch Alarm State Change'],
          detail: { alarmName: [{ prefix: 'aeon-ops-' }] },
        },
        defaultBus,
        role,
      ),
    ];
    this.deadLetterQueue.letServiceSend(
      'UndeliveredEvents',
      'events.amazonaws.com',
      rules.map((rule) => rule.attrArn),
    );
    new LostAlarm(this, 'Lost', {
      name: forwardingName,
      metrics: [
        ruleMetric(opsBusName, this.ruleName('ops-events'), 'InvocationsFailedToBeSentToDlq'),
        ruleMetric('default', this.ruleName('alarms'), 'InvocationsFailedToBeSentToDlq'),
      ],
      failureImpact: `Verdicts and alarms of ${homeRegion} reach nobody.`,
    });
  }

  private ruleName(name: string): string {
    return `${forwardingName}-${name}`;
  }

  private rule(
    name: string,
    fromBus: string,
    eventPattern: EventPattern,
    toBus: string,
    role: Role,
  ): CfnRule {
    return new CfnRule(this, `Rule-${name}`, {
      name: this.ruleName(name),
      description: 'To the Region whose alert functions tell people.',
      eventBusName: fromBus,
      eventPattern,
      state: 'ENABLED',
      targets: [
        {
          id: 'alerts-region',
          arn: toBus,
          roleArn: role.roleArn,
          deadLetterConfig: { arn: this.deadLetterQueue.queueArn },
          retryPolicy: deliveryRetries,
        },
      ],
    });
  }
}
