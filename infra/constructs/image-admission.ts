import { CfnOutput, Duration } from 'aws-cdk-lib';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { FunctionUrlAuthType } from 'aws-cdk-lib/aws-lambda';
import { FilterPattern, type LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { contract as admitImage } from '../../functions/images/admit-image/contract.ts';
import { contract as admitPods } from '../../functions/images/admit-pods/contract.ts';
import { unreadableMessage } from '../../shared/admission/policy.ts';
import { acknowledgePattern } from '../acknowledge.ts';
import { anyRepositoryArn, secretArnPattern, tableArn } from '../arns.ts';
import { functionMetric } from '../metrics.ts';
import {
  admissionAlarms,
  admissionTokensSecretName,
  logGroupNameOf,
  metricNamespace,
  switchTableName,
  verdictTableName,
} from '../names.ts';
import { OpsStack } from '../ops-stack.ts';
import { allow } from '../permissions.ts';
import { OpsAlarm } from './ops-alarm.ts';
import { OpsFunction } from './ops-function.ts';

/**
 * Reviews that are answered at once, at most. Anybody can send requests to the webhook's URL, and without a limit a
 * flood of them would take the concurrency of the whole account.
 */
const reservedConcurrency = 20;

/** The API server gives up after three seconds. */
const slowMs = 2500;

/**
 * Says which images may run: to pipelines, by an URL that IAM guards, and to the clusters of the Region, by an URL that
 * is open to all and guarded by a token in its path, since API servers cannot sign their requests.
 */
export class ImageAdmission extends Construct {
  readonly functionNames: readonly string[];

  constructor(scope: Construct, id: string) {
    super(scope, id);
    const { account } = OpsStack.of(this);
    const environment = { verdictTable: verdictTableName, switchTable: switchTableName, account };
    const readRows = allow(
      'ReadVerdicts',
      ['dynamodb:BatchGetItem'],
      [tableArn(this, verdictTableName), tableArn(this, switchTableName)],
    );

    const forPipelines = new OpsFunction(this, 'AdmitImage', {
      contract: admitImage,
      environment,
      permissions: [readRows, allow('ResolveTags', ['ecr:DescribeImages'], [anyRepositoryArn(this)])],
      alertPath: 'apart',
    });
    acknowledgePattern(
      forPipelines,
      anyRepositoryArn(this),
      'A pipeline may ask about a tag in any repository of the registry; the action only reads.',
    );

    const forClusters = new OpsFunction(this, 'AdmitPods', {
      contract: admitPods,
      environment: { ...environment, tokens: admissionTokensSecretName },
      permissions: [
        readRows,
        allow(
          'ReadTokens',
          ['secretsmanager:GetSecretValue'],
          [secretArnPattern(this, admissionTokensSecretName)],
        ),
      ],
      reservedConcurrency,
      alertPath: 'apart',
    });

    this.url(forPipelines, FunctionUrlAuthType.AWS_IAM, 'For pipelines that sign their requests.');
    this.url(forClusters, FunctionUrlAuthType.NONE, 'For admission webhooks: <this>/<token>/<cluster>.');
    this.functionNames = [forPipelines.name, forClusters.name];
    this.alarms(forClusters.name, [forPipelines.logGroup, forClusters.logGroup]);
  }

  private url(
    { function: lambda, name }: OpsFunction<typeof admitImage | typeof admitPods>,
    authType: FunctionUrlAuthType,
    description: string,
  ): void {
    const { url } = lambda.addFunctionUrl({ authType });
    new CfnOutput(this, `Url-${name}`, { value: url, description });
  }

  private alarms(webhook: string, logGroups: readonly LogGroup[]): void {
    new OpsAlarm(this, 'Slow', {
      name: admissionAlarms.slow,
      metric: functionMetric(webhook, 'Duration', 'Maximum'),
      threshold: slowMs,
      evaluationPeriods: 3,
      datapointsToAlarm: 2,
      meaning: `Some reviews take ${webhook} more than ${slowMs / 1000} s. API servers wait for 3 s, and then go by their webhook's failurePolicy: in production nothing starts.`,
      action: `see in log group ${logGroupNameOf(webhook)} whether DynamoDB or Secrets Manager is slow to answer.`,
      alertPath: 'apart',
    });
    const metricName = 'VerdictsUnreadable';
    for (const [index, logGroup] of logGroups.entries()) {
      logGroup.addMetricFilter(`Unreadable${index}`, {
        metricNamespace,
        metricName,
        filterPattern: FilterPattern.stringValue('$.message.message', '=', unreadableMessage),
      });
    }
    new OpsAlarm(this, 'Unreadable', {
      name: admissionAlarms.unreadable,
      metric: new Metric({
        namespace: metricNamespace,
        metricName,
        statistic: 'Sum',
        period: Duration.minutes(5),
      }),
      threshold: 3,
      evaluationPeriods: 1,
      datapointsToAlarm: 1,
      meaning:
        'Three times or more within five minutes the verdicts of images could not be read. Where the policy fails closed no image is admitted, and elsewhere every image is.',
      action:
        "read the record 'verdicts unreadable' in the logs of admit-pods and admit-image: it holds DynamoDB's answer.",
      alertPath: 'apart',
    });
  }
}
