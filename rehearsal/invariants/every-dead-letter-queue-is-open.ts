import { nameOf } from '../account.ts';
import { AwsError, type Principal } from '../kernel.ts';
import { expectText, isList, isRecord } from '../wiring/json.ts';
import { arnOf, type ResolvedResource } from '../wiring/template.ts';
import type { Invariant } from './invariant.ts';

interface Sender {
  readonly who: string;
  readonly principal: Principal;
  readonly queueArn: string;
  readonly region: string;
}

/**
 * A dead-letter queue is used on the worst day only. Whether its policy and its key let the sender in is therefore
 * asked here, and not left to chance.
 */
export const everyDeadLetterQueueIsOpen: Invariant = {
  name: 'every dead-letter queue is open',
  rule: 'Whoever gives up a delivery may put it into the dead-letter queue that is meant for it.',
  check({ resources, account }) {
    const senders = [rulesOf, subscriptionsOf, functionsOf, schedulesOf].flatMap((of) => of(resources));
    const violations = senders.flatMap(({ who, principal, queueArn, region }) => {
      try {
        account.sqs.authorizeSending(queueArn, { principal, region });
        return [];
      } catch (error) {
        if (!(error instanceof AwsError)) throw error;
        return [`${who} in ${region} would lose what it gives up: ${error.message}`];
      }
    });
    return { checked: senders.length, violations };
  },
};

function rulesOf(resources: readonly ResolvedResource[]): readonly Sender[] {
  return resources.flatMap((rule) => {
    if (rule.type !== 'AWS::Events::Rule' || !isList(rule.properties.Targets)) return [];
    return rule.properties.Targets.flatMap((target) => {
      const queueArn =
        isRecord(target) && isRecord(target.DeadLetterConfig) ? target.DeadLetterConfig.Arn : undefined;
      return typeof queueArn === 'string'
        ? [sender('events.amazonaws.com', `rule ${nameOf(rule)}`, arnOf(rule), queueArn, rule.region)]
        : [];
    });
  });
}

function subscriptionsOf(resources: readonly ResolvedResource[]): readonly Sender[] {
  return resources.flatMap(({ type, properties, logicalId, region }) => {
    if (type !== 'AWS::SNS::Subscription' || !isRecord(properties.RedrivePolicy)) return [];
    const topicArn = expectText(properties.TopicArn, 'TopicArn');
    const queueArn = expectText(properties.RedrivePolicy.deadLetterTargetArn, 'deadLetterTargetArn');
    return [sender('sns.amazonaws.com', `subscription ${logicalId}`, topicArn, queueArn, region)];
  });
}

function functionsOf(resources: readonly ResolvedResource[]): readonly Sender[] {
  const functions = resources.filter(({ type }) => type === 'AWS::Lambda::Function');
  return resources.flatMap(({ type, properties, region }) => {
    if (type !== 'AWS::Lambda::EventInvokeConfig' || !isRecord(properties.DestinationConfig)) return [];
    const { OnFailure } = properties.DestinationConfig;
    const name = expectText(properties.FunctionName, 'FunctionName');
    const lambda = functions.find(
      (candidate) => candidate.region === region && nameOf(candidate) === name.split(':').at(-1),
    );
    if (lambda === undefined || !isRecord(OnFailure)) return [];
    const arn = expectText(lambda.properties.Role, 'Role');
    const queueArn = expectText(OnFailure.Destination, 'Destination');
    return [{ who: `function ${nameOf(lambda)}`, principal: { kind: 'role', arn }, queueArn, region }];
  });
}

/** EventBridge Scheduler keeps what it gives up in the name of the schedule's role. */
function schedulesOf(resources: readonly ResolvedResource[]): readonly Sender[] {
  return resources.flatMap((schedule) => {
    const { type, properties, region } = schedule;
    if (type !== 'AWS::Scheduler::Schedule' || !isRecord(properties.Target)) return [];
    const { RoleArn, DeadLetterConfig } = properties.Target;
    if (!isRecord(DeadLetterConfig)) return [];
    const arn = expectText(RoleArn, 'RoleArn');
    const queueArn = expectText(DeadLetterConfig.Arn, 'DeadLetterConfig.Arn');
    return [{ who: `schedule ${nameOf(schedule)}`, principal: { kind: 'role', arn }, queueArn, region }];
  });
}

function sender(service: string, who: string, sourceArn: string, queueArn: string, region: string): Sender {
  return { who, principal: { kind: 'service', name: service, sourceArn }, queueArn, region };
}
