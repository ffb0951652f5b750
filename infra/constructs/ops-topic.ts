import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import { anyAlarmArn } from '../arns.ts';
import { allowService, forThisAccount } from '../permissions.ts';

export interface OpsTopicProps {
  readonly name: string;
  /** Left out: messages are kept as SNS keeps them without a key of ours. */
  readonly key?: IKey;
}

/** A topic that is reached by TLS alone. */
export class OpsTopic extends Topic {
  readonly name: string;

  constructor(scope: Construct, id: string, props: OpsTopicProps) {
    super(scope, id, {
      topicName: props.name,
      ...(props.key !== undefined && { masterKey: props.key }),
      enforceSSL: true,
    });
    this.name = props.name;
  }

  /** Lets the CloudWatch alarms of this account, and of no other, publish. */
  letAlarmsPublish(): void {
    this.addToResourcePolicy(
      allowService('Alarms', 'cloudwatch.amazonaws.com', ['sns:Publish'], [this.topicArn], {
        ...forThisAccount(this),
        ArnLike: { 'aws:SourceArn': anyAlarmArn(this) },
      }),
    );
  }
}
