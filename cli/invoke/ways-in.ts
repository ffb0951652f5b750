import { nameOf } from '../../rehearsal/account.ts';
import { expectText, isList, isRecord, type JsonObject } from '../../rehearsal/wiring/json.ts';
import { arnOf, type ResolvedResource } from '../../rehearsal/wiring/template.ts';

export interface RuleIn {
  readonly name: string;
  readonly arn: string;
  /** `default` or `aeon-ops`. */
  readonly bus: string;
  readonly pattern: JsonObject;
  /** The ARN of the queue that it puts events into, for the function to take them from. Absent: it invokes. */
  readonly queue?: string;
}

export interface ScheduleIn {
  readonly name: string;
  /** The role that Scheduler invokes as. */
  readonly roleArn: string;
}

/** All that gives a function something to do, as the templates have it. */
export interface WaysIn {
  /** The enabled rules that target it, or a queue of its. */
  readonly rules: readonly RuleIn[];
  /** ARNs of the topics that it is subscribed to. */
  readonly topics: readonly string[];
  /** ARNs of the queues that it works through. */
  readonly queues: readonly string[];
  /** The enabled schedules of EventBridge Scheduler that target it. */
  readonly schedules: readonly ScheduleIn[];
  /** Whether CloudWatch alarms may name it as their action. */
  readonly alarms: boolean;
}

/** CloudWatch, when an alarm's action is a function. */
export const alarmService = 'lambda.alarms.cloudwatch.amazonaws.com';

export function waysInto(lambda: ResolvedResource, resources: readonly ResolvedResource[]): WaysIn {
  const arn = arnOf(lambda);
  const ofType = (type: string): readonly ResolvedResource[] =>
    resources.filter((resource) => resource.type === type && resource.region === lambda.region);
  /** Templates name a function by its name or by its ARN. */
  const isMeant = (name: unknown): boolean => name === arn || name === nameOf(lambda);

  const queues = ofType('AWS::Lambda::EventSourceMapping')
    .filter(({ properties }) => isMeant(properties.FunctionName))
    .map(({ properties }) => expectText(properties.EventSourceArn, 'EventSourceArn'));
  return {
    rules: ofType('AWS::Events::Rule').flatMap((rule) => rulesIn(rule, arn, queues)),
    topics: ofType('AWS::SNS::Subscription')
      .filter(({ properties }) => properties.Protocol === 'lambda' && isMeant(properties.Endpoint))
      .map(({ properties }) => expectText(properties.TopicArn, 'TopicArn')),
    queues,
    schedules: ofType('AWS::Scheduler::Schedule').flatMap(({ properties }) => {
      const { Target: target, Name, State } = properties;
      if (State === 'DISABLED' || !isRecord(target) || target.Arn !== arn) return [];
      return [{ name: expectText(Name, 'Name'), roleArn: expectText(target.RoleArn, 'RoleArn') }];
    }),
    alarms: ofType('AWS::Lambda::Permission').some(
      ({ properties }) => isMeant(properties.FunctionName) && properties.Principal === alarmService,
    ),
  };
}

function rulesIn(rule: ResolvedResource, functionArn: string, queues: readonly string[]): readonly RuleIn[] {
  const { Targets, State, EventPattern, EventBusName = 'default' } = rule.properties;
  if (State === 'DISABLED' || !isList(Targets) || !isRecord(EventPattern)) return [];
  const targets = Targets.flatMap((target) => (isRecord(target) ? [target.Arn] : []));
  const queue = queues.find((candidate) => targets.includes(candidate));
  if (queue === undefined && !targets.includes(functionArn)) return [];
  return [
    {
      name: nameOf(rule),
      arn: arnOf(rule),
      bus: expectText(EventBusName, 'EventBusName'),
      pattern: EventPattern,
      ...(queue !== undefined && { queue }),
    },
  ];
}
