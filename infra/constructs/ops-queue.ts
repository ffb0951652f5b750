import { Duration, Validations } from 'aws-cdk-lib';
import { Queue, QueueEncryption, type DeadLetterQueue as RedrivePolicy } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { queueMetric } from '../metrics.ts';
import { allowService } from '../permissions.ts';
import { type AlertPath, OpsAlarm } from './ops-alarm.ts';
import { opsKeyOf } from './ops-key.ts';

export interface OpsQueueProps {
  readonly name: string;
  readonly visibilityTimeout?: Duration;
  readonly redrive?: RedrivePolicy;
}

/** A queue that keeps messages for 14 days (the most SQS offers), encrypted with the ops key, reached by TLS alone. */
export class OpsQueue extends Queue {
  readonly name: string;

  constructor(scope: Construct, id: string, props: OpsQueueProps) {
    super(scope, id, {
      queueName: props.name,
      retentionPeriod: Duration.days(14),
      encryption: QueueEncryption.KMS,
      encryptionMasterKey: opsKeyOf(scope, `${id}Key`),
      enforceSSL: true,
      ...(props.visibilityTimeout === undefined ? {} : { visibilityTimeout: props.visibilityTimeout }),
      ...(props.redrive === undefined ? {} : { deadLetterQueue: props.redrive }),
    });
    this.name = props.name;
  }

  /** Lets an AWS service send on behalf of the resources named, and of no others. */
  letServiceSend(sid: string, service: string, sourceArns: readonly string[]): void {
    this.addToResourcePolicy(
      allowService(sid, service, ['sqs:SendMessage'], [this.queueArn], {
        ArnEquals: { 'aws:SourceArn': [...sourceArns] },
      }),
    );
  }
}

export interface DeadLetterQueueProps {
  readonly name: string;
  /** What it means that there is a message in the queue. */
  readonly meaning: string;
  readonly action: string;
  readonly alertPath: AlertPath;
}

/** The last stop of what could not be done: one message in it raises the alarm, which has the queue's name. */
export class DeadLetterQueue extends OpsQueue {
  constructor(scope: Construct, id: string, props: DeadLetterQueueProps) {
    super(scope, id, { name: props.name });
    new OpsAlarm(this, 'NotEmpty', {
      name: props.name,
      metric: queueMetric(props.name, 'ApproximateNumberOfMessagesVisible'),
      threshold: 1,
      evaluationPeriods: 1,
      datapointsToAlarm: 1,
      meaning: props.meaning,
      action: props.action,
      alertPath: props.alertPath,
    });
    Validations.of(this).acknowledge({
      id: 'AwsSolutions-SQS3',
      reason: 'It is a dead-letter queue itself: people empty it, and its alarm tells them to.',
    });
  }
}
