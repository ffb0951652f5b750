import { Alarm, ComparisonOperator, type IMetric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import { topicArn } from '../arns.ts';
import { lastResortTopicName } from '../names.ts';
import { OpsStack } from '../ops-stack.ts';

export interface OpsAlarmProps {
  /** Begins with `aeon-ops-`. The runbook has a section of this very name. */
  readonly name: string;
  readonly metric: IMetric;
  readonly threshold: number;
  /**
   * When the alarm fires: left out, at the threshold and above, and no data is good news. `below`: below the threshold,
   * and no data is as bad as a zero.
   */
  readonly fires?: 'below';
  /** Periods of the metric that are looked at. */
  readonly evaluationPeriods: number;
  /** How many of them must reach the threshold. */
  readonly datapointsToAlarm: number;
  /** What it means for people while the alarm stands. */
  readonly meaning: string;
  /** What the person on call does first. */
  readonly action: string;
  readonly alertPath: AlertPath;
}

/**
 * `part`: the alarm watches what carries alerts to people, or services that the alert path stands on. They may not learn
 * of it that way, so it also goes by mail to the policy's last resort. `apart`: route-alert takes the alarm from
 * EventBridge like any other and no action of its own is needed.
 */
export type AlertPath = 'part' | 'apart';

/** An alarm that tells its reader what it means, what to do, and where the runbook says more: a line for each. */
export class OpsAlarm extends Alarm {
  constructor(scope: Construct, id: string, props: OpsAlarmProps) {
    const { runbookUrl } = OpsStack.of(scope).policy.alerts;
    const firesBelow = props.fires === 'below';
    super(scope, id, {
      alarmName: props.name,
      alarmDescription: [
        props.meaning,
        `What to do: ${props.action}`,
        `Runbook: ${runbookUrl}#${props.name}`,
      ].join('\n'),
      metric: props.metric,
      threshold: props.threshold,
      evaluationPeriods: props.evaluationPeriods,
      datapointsToAlarm: props.datapointsToAlarm,
      comparisonOperator: firesBelow
        ? ComparisonOperator.LESS_THAN_THRESHOLD
        : ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: firesBelow ? TreatMissingData.BREACHING : TreatMissingData.NOT_BREACHING,
    });
    if (props.alertPath === 'part') {
      const lastResort = { bind: () => ({ alarmActionArn: topicArn(this, lastResortTopicName) }) };
      this.addAlarmAction(lastResort);
      this.addOkAction(lastResort);
    }
  }
}
