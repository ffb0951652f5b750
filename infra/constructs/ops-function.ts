import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { CfnPullTimeUpdateExclusion } from 'aws-cdk-lib/aws-ecr';
import { PolicyDocument, type PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  ApplicationLogLevel,
  Architecture,
  CfnFunction,
  type DurableConfig,
  Function as LambdaFunction,
  LoggingFormat,
  Runtime,
  SystemLogLevel,
} from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { FunctionContract } from '../../shared/lambda/contract.ts';
import { acknowledgePattern } from '../acknowledge.ts';
import { anyKeyArn } from '../arns.ts';
import { functionMetric } from '../metrics.ts';
import { alarmNamesOf, functionIdOf, functionNameOf, logGroupNameOf } from '../names.ts';
import { OpsStack } from '../ops-stack.ts';
import { allow, useOpsKey } from '../permissions.ts';
import {
  acknowledgeNetwork,
  connectToNetwork,
  type FunctionNetwork,
  networkPermissions,
} from './function-network.ts';
import { type AlertPath, OpsAlarm } from './ops-alarm.ts';
import type { DeadLetterQueue } from './ops-queue.ts';

/** A contract of a function that dead-letters what it cannot understand, as all do that events come to. */
export type OpsContract = FunctionContract & { readonly env: { readonly deadLetterQueue: string } };

/** A value for each environment variable of the contract, but for the dead-letter queue's, which is filled in. */
export type EnvironmentOf<Contract extends FunctionContract> = {
  readonly [Key in Exclude<keyof Contract['env'], 'deadLetterQueue'>]: string;
};

export interface OpsFunctionProps<Contract extends FunctionContract> {
  readonly contract: Contract;
  /** Sets this deployment apart from others of the same function in the Region. */
  readonly variant?: string;
  readonly environment: EnvironmentOf<Contract>;
  /** Left out for a function that answers whoever invokes it: it fails, and they know. */
  readonly deadLetterQueue?: DeadLetterQueue;
  /** The most that run at once, kept free for it. Left out: as many as the account has room for. */
  readonly reservedConcurrency?: number;
  /** Left out: in no VPC. */
  readonly network?: FunctionNetwork;
  /** Left out: CloudFormation makes one up. */
  readonly roleName?: string;
  /** A durable function. It can be made of none that is there already, but by its replacement. */
  readonly durable?: DurableConfig;
  /** What its role may do besides writing its log, and sending to its dead-letter queue under the ops key. */
  readonly permissions: readonly PolicyStatement[];
  readonly alertPath: AlertPath;
}

/** A Lambda function by its contract, with a role and a log group of its own and alarms on errors and throttles. */
export class OpsFunction<Contract extends FunctionContract> extends Construct {
  readonly function: LambdaFunction;
  readonly logGroup: LogGroup;
  readonly name: string;

  constructor(scope: Construct, id: string, props: OpsFunctionProps<Contract>) {
    super(scope, id);
    const { contract, deadLetterQueue, network } = props;
    const stack = OpsStack.of(this);
    this.name = functionNameOf(contract, props.variant);

    this.logGroup = new LogGroup(this, 'Log', {
      logGroupName: logGroupNameOf(this.name),
      retention: stack.policy.retention.logs,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const role = new Role(this, 'Role', {
      ...(props.roleName === undefined ? {} : { roleName: props.roleName }),
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      description: `What ${this.name} may do in ${stack.homeRegion}, and nothing else.`,
      inlinePolicies: {
        [contract.name]: new PolicyDocument({
          statements: [
            allow('WriteOwnLog', ['logs:CreateLogStream', 'logs:PutLogEvents'], [this.logGroup.logGroupArn]),
            ...(deadLetterQueue === undefined
              ? []
              : [allow('DeadLetter', ['sqs:SendMessage'], [deadLetterQueue.queueArn]), useOpsKey(this)]),
            ...(network === undefined ? [] : networkPermissions(this, this.name)),
            ...props.permissions,
          ],
        }),
      },
    });
    if (stack.policy.images.registry.settings === 'create' && props.permissions.some(readsImages)) {
      new CfnPullTimeUpdateExclusion(this, 'PullTimeExclusion', { principalArn: role.roleArn });
    }
    this.function = new LambdaFunction(this, 'Function', {
      functionName: this.name,
      description: contract.purpose,
      code: stack.code(functionIdOf(contract)),
      handler: 'handler.handler',
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      memorySize: contract.memoryMb,
      timeout: Duration.seconds(contract.timeoutSeconds),
      role,
      logGroup: this.logGroup,
      loggingFormat: LoggingFormat.JSON,
      applicationLogLevelV2: ApplicationLogLevel.INFO,
      systemLogLevelV2: SystemLogLevel.INFO,
      environment: environmentVariables(contract, props),
      ...(props.durable === undefined
        ? {}
        : {
            durableConfig: props.durable,
            // Executions that are under way go on with the version that they began with.
            currentVersionOptions: { removalPolicy: RemovalPolicy.RETAIN },
          }),
      ...(props.reservedConcurrency === undefined
        ? {}
        : { reservedConcurrentExecutions: props.reservedConcurrency }),
    });
    nameSource(this.function, functionIdOf(contract));
    const { defaultChild } = this.function.node;
    if (network !== undefined && defaultChild instanceof CfnFunction) {
      connectToNetwork(defaultChild, network);
      acknowledgeNetwork(role);
    }
    if (deadLetterQueue !== undefined) {
      acknowledgePattern(
        role,
        anyKeyArn(this),
        'The condition on kms:ResourceAliases lets it use the one key that bears our alias. The ARN of that key holds an id which only its own stack knows, and stacks refer to each other by name alone.',
      );
    }
    this.alarms(props);
  }

  private alarms({
    contract,
    alertPath,
    deadLetterQueue,
    reservedConcurrency,
  }: OpsFunctionProps<Contract>): void {
    const names = alarmNamesOf(this.name);
    // What carries alerts has no other who would notice: the first failure counts.
    const failures = alertPath === 'part' ? 1 : 3;
    new OpsAlarm(this, 'Errors', {
      name: names.errors,
      metric: functionMetric(this.name, 'Errors', 'Sum'),
      threshold: failures,
      evaluationPeriods: 1,
      datapointsToAlarm: 1,
      meaning: `${this.name} failed ${failures === 1 ? '' : 'three times or more '}within five minutes. ${contract.failureImpact}`,
      action: `read the ERROR records in log group ${logGroupNameOf(this.name)}${deadLetterQueue === undefined ? '' : '; what was given up waits in its dead-letter queue'}.`,
      alertPath,
    });
    new OpsAlarm(this, 'Throttles', {
      name: names.throttles,
      metric: functionMetric(this.name, 'Throttles', 'Sum'),
      threshold: 1,
      evaluationPeriods: 3,
      datapointsToAlarm: 2,
      meaning: `Lambda keeps refusing to start ${this.name}, so it works late. If it goes on: ${contract.failureImpact}`,
      action:
        reservedConcurrency === undefined
          ? 'find out which function of the account takes the concurrency, and limit it or raise the quota.'
          : `find out in its log who calls it so often: no more than ${reservedConcurrency} run at once.`,
      alertPath,
    });
  }
}

function environmentVariables<Contract extends FunctionContract>(
  contract: Contract,
  { environment, deadLetterQueue }: OpsFunctionProps<Contract>,
): Record<string, string> {
  const values: Readonly<Record<string, string>> = {
    ...environment,
    ...(deadLetterQueue && { deadLetterQueue: deadLetterQueue.queueUrl }),
  };
  return Object.fromEntries(
    Object.entries(contract.env).map(([key, variable]) => {
      const value = values[key];
      if (value === undefined) {
        throw new TypeError(
          `the contract of '${contract.name}' asks for the environment variable ${variable} ('${key}'), and the stack gives no value for it`,
        );
      }
      return [variable, value];
    }),
  );
}

/**
 * True for what ECR counts as pulling an image. Were our own looks counted, no image would ever have gone unused.
 * @see https://docs.aws.amazon.com/AmazonECR/latest/userguide/pull-time-update-exclusions.html
 */
function readsImages({ actions }: PolicyStatement): boolean {
  return actions.includes('ecr:BatchGetImage') || actions.includes('ecr:GetDownloadUrlForLayer');
}

/** Records which source folder the function is made of, which nothing else in the template says. */
function nameSource(lambda: LambdaFunction, functionId: string): void {
  const resource = lambda.node.defaultChild;
  if (resource instanceof CfnFunction) resource.addMetadata('aeon-ops:function', functionId);
}
