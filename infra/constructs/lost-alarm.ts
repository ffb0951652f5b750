import type { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { mostMetricsOfAlarm, sumOf } from '../metrics.ts';
import { lostAlarmOf } from '../names.ts';
import { OpsAlarm } from './ops-alarm.ts';

export interface LostAlarmProps {
  /** What the messages were for, such as a function. */
  readonly name: string;
  /** Each counts messages that were given up and that their dead-letter queue did not take. */
  readonly metrics: readonly Metric[];
  /** What an operator must expect while messages are lost. */
  readonly failureImpact: string;
}

/**
 * The alarm on messages of which nothing is left: their dead-letter queue did not take them, so that no alarm on the
 * queue can tell. Whatever keeps AWS from our queues, such as a spoiled key, may keep it from those of the alerts too:
 * it goes to the last resort. What takes more metrics than one alarm looks at has several.
 */
export class LostAlarm extends Construct {
  constructor(scope: Construct, id: string, { name, metrics, failureImpact }: LostAlarmProps) {
    super(scope, id);
    for (let first = 0; first < metrics.length; first += mostMetricsOfAlarm) {
      const number = first / mostMetricsOfAlarm + 1;
      new OpsAlarm(this, `Alarm${number}`, {
        name: lostAlarmOf(name, number),
        metric: sumOf(metrics.slice(first, first + mostMetricsOfAlarm)),
        threshold: 1,
        evaluationPeriods: 1,
        datapointsToAlarm: 1,
        meaning: `Something for ${name} was given up, and no dead-letter queue took it: it is gone. ${failureImpact}`,
        action:
          'see that the key alias/aeon-ops is enabled, and that its policy and those of the dead-letter queues are as deployed.',
        alertPath: 'part',
      });
    }
  }
}
