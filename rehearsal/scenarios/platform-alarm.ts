import type { Stage } from '../scenario.ts';

export interface PlatformAlarm {
  readonly change: (state: 'OK' | 'ALARM' | 'INSUFFICIENT_DATA', reason: string) => void;
}

/**
 * A CloudWatch alarm of the platform, which no stack of ours makes: only its events are played.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch-and-eventbridge.html
 */
export function platformAlarm(
  { account, kernel }: Stage,
  region: string,
  name: string,
  description: string,
): PlatformAlarm {
  let previous = { value: 'OK', reason: 'no trouble yet', timestamp: timestamp(kernel.now()) };
  return {
    change(value, reason) {
      const state = { value, reason, timestamp: timestamp(kernel.now()) };
      account.eventBridge.emit({
        region,
        source: 'aws.cloudwatch',
        detailType: 'CloudWatch Alarm State Change',
        resources: [`arn:aws:cloudwatch:${region}:${kernel.account}:alarm:${name}`],
        detail: {
          alarmName: name,
          configuration: {
            description,
            metrics: [
              {
                id: 'm1',
                metricStat: {
                  metric: { namespace: 'AEON', name, dimensions: {} },
                  period: 60,
                  stat: 'Average',
                },
                returnData: true,
              },
            ],
          },
          state,
          previousState: previous,
        },
      });
      kernel.trace({ kind: 'alarm', region, name, from: previous.value, to: value, reason });
      previous = state;
    },
  };
}

/** CloudWatch's own form: milliseconds, and an offset without a colon. */
function timestamp(moment: Date): string {
  return moment.toISOString().replace('Z', '+0000');
}
