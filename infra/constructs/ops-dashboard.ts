import { Duration } from 'aws-cdk-lib';
import {
  AlarmStatusWidget,
  Dashboard,
  GraphWidget,
  type IMetric,
  type IWidget,
  PeriodOverride,
  TextWidget,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import { functionMetric, queueMetric } from '../metrics.ts';
import { OpsStack } from '../ops-stack.ts';
import { OpsAlarm } from './ops-alarm.ts';

export interface OpsDashboardProps {
  /** Markdown: what is looked at here, and how to tell that it is well. */
  readonly introduction: string;
  readonly functionNames: readonly string[];
  /** Queues that are worked on. */
  readonly queueNames: readonly string[];
  readonly deadLetterQueueNames: readonly string[];
}

const wholeWidth = 24;
const halfWidth = 12;
const graphHeight = 6;

/**
 * One page that answers the person on call: is anything wrong, is anything waiting, is anything lost. It has the
 * stack's name and shows every alarm of the stack.
 */
export class OpsDashboard extends Dashboard {
  constructor(scope: Construct, id: string, props: OpsDashboardProps) {
    const stack = OpsStack.of(scope);
    super(scope, id, {
      dashboardName: stack.stackName,
      defaultInterval: Duration.hours(3),
      periodOverride: PeriodOverride.INHERIT,
    });
    this.addWidgets(text(`# ${stack.stackName}\n${props.introduction}`, 3));
    this.addWidgets(
      new AlarmStatusWidget({
        title: 'Alarms',
        alarms: stack.node.findAll().filter((construct) => construct instanceof OpsAlarm),
        width: wholeWidth,
        height: 4,
      }),
    );
    this.addWidgets(
      text(
        '## Lost?\nA message in a dead-letter queue is work that nobody will do any more unless a person does. All lines belong at 0; the runbook has a section for each queue.',
        2,
      ),
    );
    this.addWidgets(
      graph(
        'Messages in dead-letter queues',
        props.deadLetterQueueNames.map((name) =>
          queueMetric(name, 'ApproximateNumberOfMessagesVisible').with({ label: name }),
        ),
        wholeWidth,
      ),
    );
    if (props.queueNames.length > 0) this.addWidgets(...waiting(props.queueNames));
    this.addWidgets(...working(props.functionNames));
  }
}

function waiting(queueNames: readonly string[]): IWidget[] {
  return [
    text(
      '## Waiting?\nA queue that drains is well, however full. Look at the age: it grows while a sink is sick. SQS leaves out of the age what was received three times or more, so a message that is tried again and again shows only as *in hand*.',
      2,
    ),
    graph(
      'Waiting and in hand',
      queueNames.flatMap((name) => [
        queueMetric(name, 'ApproximateNumberOfMessagesVisible').with({ label: `${name} waiting` }),
        queueMetric(name, 'ApproximateNumberOfMessagesNotVisible').with({ label: `${name} in hand` }),
      ]),
    ),
    graph(
      'Age of the oldest message (seconds)',
      queueNames.map((name) => queueMetric(name, 'ApproximateAgeOfOldestMessage').with({ label: name })),
    ),
  ];
}

function working(functionNames: readonly string[]): IWidget[] {
  const each = (
    metricName: Parameters<typeof functionMetric>[1],
    statistic: string,
    suffix = '',
  ): IMetric[] =>
    functionNames.map((name) =>
      functionMetric(name, metricName, statistic).with({ label: `${name}${suffix}` }),
    );
  return [
    text(
      '## Working?\nAn error is one failed invocation; it is tried again, and only what fails for good reaches a dead-letter queue. A throttle means that Lambda had no room to start the function. A p99 near the timeout (60 s; route-alert 30 s; sweep-images 900 s) means that something it calls is slow.',
      2,
    ),
    graph('Invocations', each('Invocations', 'Sum')),
    graph('Duration, p99 (milliseconds)', each('Duration', 'p99')),
    graph('Errors', each('Errors', 'Sum')),
    graph('Throttles', each('Throttles', 'Sum')),
  ];
}

function text(markdown: string, height: number): TextWidget {
  return new TextWidget({ markdown, width: wholeWidth, height });
}

function graph(title: string, left: readonly IMetric[], width = halfWidth): GraphWidget {
  return new GraphWidget({ title, left: [...left], width, height: graphHeight, leftYAxis: { min: 0 } });
}
