import { Duration, Stack } from 'aws-cdk-lib';
import { PolicyDocument, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { CfnSchedule } from 'aws-cdk-lib/aws-scheduler';
import { Construct } from 'constructs';
import type { FunctionSchedule } from '../../shared/lambda/contract.ts';
import { acknowledgePattern } from '../acknowledge.ts';
import { anyKeyArn } from '../arns.ts';
import { functionMetric } from '../metrics.ts';
import { alarmNamesOf, functionNameOf, scheduleNameOf } from '../names.ts';
import { OpsStack } from '../ops-stack.ts';
import { allow, useOpsKey } from '../permissions.ts';
import { cadenceOf } from '../schedule-cadence.ts';
import { OpsAlarm } from './ops-alarm.ts';
import type { OpsContract } from './ops-function.ts';
import type { DeadLetterQueue } from './ops-queue.ts';

export interface FunctionSchedulesProps {
  readonly contract: OpsContract;
  readonly schedules: readonly FunctionSchedule[];
  readonly target: IFunction;
  /** Takes the runs that could not be handed to the function. */
  readonly deadLetterQueue: DeadLetterQueue;
}

/** A run that could not be handed over for an hour is given up, and its dead-letter queue raises the alarm. */
const retries = { maximumEventAgeInSeconds: 3600, maximumRetryAttempts: 185 } as const;

/**
 * The schedules of a function. EventBridge Scheduler acts in the name of a role, also when it puts what it could not
 * hand over into the dead-letter queue.
 * @see https://docs.aws.amazon.com/scheduler/latest/UserGuide/configuring-schedule-dlq.html
 */
export class FunctionSchedules extends Construct {
  constructor(scope: Construct, id: string, props: FunctionSchedulesProps) {
    super(scope, id);
    const { contract, target, deadLetterQueue } = props;
    const name = functionNameOf(contract);
    const role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('scheduler.amazonaws.com', { conditions: forOurSchedules(this) }),
      description: `Runs ${name} by the clock in ${OpsStack.of(this).homeRegion}, and nothing else.`,
      inlinePolicies: {
        [contract.name]: new PolicyDocument({
          statements: [
            allow('Invoke', ['lambda:InvokeFunction'], [target.functionArn]),
            allow('DeadLetter', ['sqs:SendMessage'], [deadLetterQueue.queueArn]),
            useOpsKey(this),
          ],
        }),
      },
    });
    acknowledgePattern(
      role,
      anyKeyArn(this),
      'The condition on kms:ResourceAliases lets it use the one key that bears our alias, for the dead-letter queue.',
    );
    for (const schedule of props.schedules) {
      new CfnSchedule(this, `Schedule-${schedule.name}`, {
        name: scheduleNameOf(contract, schedule.name),
        description: `Runs ${name}.`,
        scheduleExpression: schedule.expression,
        scheduleExpressionTimezone: 'UTC',
        flexibleTimeWindow: { mode: 'OFF' },
        state: 'ENABLED',
        target: {
          arn: target.functionArn,
          roleArn: role.roleArn,
          // Scheduler fills the keyword in.
          input: JSON.stringify({
            schedule: schedule.name,
            scheduledTime: '<aws.scheduler.scheduled-time>',
          }),
          retryPolicy: retries,
          deadLetterConfig: { arn: deadLetterQueue.queueArn },
        },
      });
    }
    this.watch(contract, props.schedules);
  }

  /**
   * Scheduler may stop without a word: nothing fails, and nothing runs. Where events invoke the function too, those of
   * a busy day can hide it. Until its first run after it was deployed the alarm stands.
   */
  private watch(contract: OpsContract, schedules: readonly FunctionSchedule[]): void {
    const name = functionNameOf(contract);
    const cadence = Duration.minutes(Math.min(...schedules.map(({ expression }) => cadenceOf(expression))));
    new OpsAlarm(this, 'Missed', {
      name: alarmNamesOf(name).missed,
      metric: functionMetric(name, 'Invocations', 'Sum', cadence),
      threshold: 1,
      fires: 'below',
      evaluationPeriods: 3,
      datapointsToAlarm: 3,
      meaning: `${name} did not run for ${Duration.minutes(3 * cadence.toMinutes()).toHumanString()}, and it should every ${cadence.toHumanString()}. ${contract.failureImpact}`,
      action: 'see in EventBridge Scheduler whether its schedules are enabled, and deploy the stack.',
      alertPath: 'part',
    });
  }
}

/**
 * Condition: Scheduler acts for a schedule of this account, not for a stranger's. It gives the schedule's group, and
 * ours stand in the default one.
 * @see https://docs.aws.amazon.com/scheduler/latest/UserGuide/cross-service-confused-deputy-prevention.html
 */
function forOurSchedules(scope: Construct): Record<string, Record<string, string>> {
  const { account } = Stack.of(scope);
  const group = Stack.of(scope).formatArn({
    service: 'scheduler',
    resource: 'schedule-group',
    resourceName: 'default',
  });
  return { StringEquals: { 'aws:SourceAccount': account }, ArnEquals: { 'aws:SourceArn': group } };
}
