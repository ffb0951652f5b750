import { awsDurations } from '../shared/failover/aws-durations.ts';
import type { HttpsAnswer, HttpsGetRequest } from '../shared/lambda/world.ts';
import { Backup } from './aws/backup.ts';
import type { BackupFaults } from './aws/backup-context.ts';
import { CloudWatch } from './aws/cloudwatch.ts';
import { Metrics } from './aws/cloudwatch-metrics.ts';
import { DynamoDb } from './aws/dynamodb.ts';
import { Ec2 } from './aws/ec2.ts';
import { SecurityGroups } from './aws/ec2-security-groups.ts';
import { Ec2Volumes } from './aws/ec2-volumes.ts';
import { Ecr, type EcrFaults } from './aws/ecr.ts';
import { Ecs } from './aws/ecs.ts';
import { Eks } from './aws/eks.ts';
import { EksNodeGroups } from './aws/eks-node-groups.ts';
import { EventBridge, type EventBridgeFaults } from './aws/eventbridge.ts';
import { Kms } from './aws/kms.ts';
import { Lambda, type LambdaFaults } from './aws/lambda.ts';
import type { ColdStart } from './aws/lambda-function.ts';
import { LambdaInventory } from './aws/lambda-inventory.ts';
import { invokeOperations } from './aws/lambda-invoke.ts';
import { Logs } from './aws/logs.ts';
import type { Resource } from './aws/properties.ts';
import { Rds } from './aws/rds.ts';
import { RdsExports } from './aws/rds-exports.ts';
import { RdsInstances } from './aws/rds-instances.ts';
import { Route53 } from './aws/route53.ts';
import { S3 } from './aws/s3.ts';
import { Scheduler } from './aws/scheduler.ts';
import { scheduleGroupArn } from './aws/scheduler-configuration.ts';
import { SecretsManager } from './aws/secrets-manager.ts';
import { Sns } from './aws/sns.ts';
import { Sqs } from './aws/sqs.ts';
import { Sts } from './aws/sts.ts';
import { tableDefinition } from './aws/table-resource.ts';
import { Tagging } from './aws/tagging.ts';
import { Databases } from './databases/databases.ts';
import { restoredContents } from './databases/restored.ts';
import { Endpoints } from './endpoints.ts';
import type { Kernel, Operations } from './kernel.ts';
import { expectRecord, expectText } from './wiring/json.ts';
import type { IamPermissions } from './wiring/permissions.ts';
import { arnOf, type ResolvedResource } from './wiring/template.ts';

export interface AccountFaults {
  readonly eventBridge?: EventBridgeFaults;
  readonly lambda?: LambdaFaults;
  readonly ecr?: EcrFaults;
  readonly backup?: BackupFaults;
  /** Whether nothing in this Region answers anybody. */
  readonly isDark?: (region: string) => boolean;
  /** Whether a run by the clock is only counted, and not played. */
  readonly skips?: (functionArn: string, dueAt: Date) => boolean;
}

/** The simulated AWS account, all Regions, with everything in it that the templates ask for. */
export class Account {
  readonly resources: readonly ResolvedResource[];
  readonly backup: Backup;
  readonly databases: Databases;
  readonly dynamodb: DynamoDb;
  readonly ec2: Ec2;
  readonly ecr: Ecr;
  readonly ecs: Ecs;
  readonly eks: Eks;
  readonly nodeGroups: EksNodeGroups;
  readonly endpoints: Endpoints;
  readonly eventBridge: EventBridge;
  readonly kms: Kms;
  readonly lambda: Lambda;
  readonly lambdaInventory: LambdaInventory;
  readonly logs: Logs;
  readonly metrics: Metrics;
  readonly cloudwatch: CloudWatch;
  readonly rds: Rds;
  readonly route53: Route53;
  readonly rdsExports: RdsExports;
  readonly rdsInstances: RdsInstances;
  readonly volumes: Ec2Volumes;
  readonly securityGroups: SecurityGroups;
  readonly s3: S3;
  readonly scheduler: Scheduler;
  readonly secrets: SecretsManager;
  readonly sns: Sns;
  readonly sqs: Sqs;
  readonly sts: Sts;
  readonly tagging: Tagging;
  /** By the name that the SDK signs requests for. */
  readonly services: ReadonlyMap<string, Operations>;

  /**
   * @param start the cold start of a Lambda function
   * @throws Error that names the resource, for what the rehearsal cannot deploy
   */
  constructor(
    kernel: Kernel,
    permissions: IamPermissions,
    resources: readonly ResolvedResource[],
    start: (resource: ResolvedResource) => ColdStart,
    faults: AccountFaults = {},
  ) {
    this.resources = resources;
    this.metrics = new Metrics(kernel.now);
    this.logs = new Logs(this.metrics);
    this.kms = new Kms(kernel);
    this.sqs = new Sqs(kernel, this.kms);
    this.lambda = new Lambda(kernel, this.sqs, this.metrics, faults.lambda);
    this.sns = new Sns(kernel, this.kms, this.sqs, this.lambda, this.metrics);
    this.eventBridge = new EventBridge(kernel, this, this.metrics, faults.eventBridge);
    this.cloudwatch = new CloudWatch(kernel, this.metrics, this);
    this.dynamodb = new DynamoDb(kernel);
    this.ecr = new Ecr(kernel, (event) => this.eventBridge.emit(event), faults.ecr);
    this.databases = new Databases(kernel.now);
    this.ec2 = new Ec2(kernel);
    this.volumes = new Ec2Volumes(kernel);
    this.securityGroups = new SecurityGroups(kernel);
    this.rdsInstances = new RdsInstances(kernel);
    const { databases, rdsInstances: instances, volumes, ec2 } = this;
    const contents = restoredContents(kernel, { databases, instances, volumes, ec2 });
    this.backup = new Backup(kernel, (event) => this.eventBridge.emit(event), faults.backup, contents);
    this.tagging = new Tagging(kernel, (region) => this.backup.resources.in(region));
    this.ecs = new Ecs(kernel);
    this.eks = new Eks(kernel);
    this.nodeGroups = new EksNodeGroups(kernel, awsDurations.nodesReady.seconds * 1000);
    this.lambdaInventory = new LambdaInventory(kernel, this.lambda);
    this.scheduler = new Scheduler(kernel, this.lambda, this.sqs, faults.skips);
    this.rds = new Rds(kernel);
    this.rdsExports = new RdsExports(kernel);
    this.s3 = new S3(kernel);
    const { isDark = () => false } = faults;
    this.endpoints = new Endpoints(isDark);
    this.route53 = new Route53(kernel, {
      fetch: ({ host, path }, { address }) => {
        const region = this.s3.regionAt(host);
        if (region === undefined) return this.endpoints.get(host, path);
        return isDark(region) ? undefined : this.s3.fetch(host, path, address);
      },
      isDark,
      isHost: (name) => this.endpoints.has(name),
    });
    this.secrets = new SecretsManager(kernel);
    this.sts = new Sts(kernel, (role) => permissions.hasRole(role));
    this.services = new Map<string, Operations>([
      ['backup', this.backup.operations],
      ['dynamodb', this.dynamodb.operations],
      ['ec2', { ...this.ec2.operations, ...this.volumes.operations, ...this.securityGroups.operations }],
      ['ecr', this.ecr.operations],
      ['ecs', this.ecs.operations],
      ['eks', { ...this.eks.operations, ...this.nodeGroups.operations }],
      ['lambda', { ...this.lambdaInventory.operations, ...invokeOperations(kernel, this.lambda) }],
      ['events', this.eventBridge.operations],
      ['rds', { ...this.rds.operations, ...this.rdsExports.operations, ...this.rdsInstances.operations }],
      ['s3', this.s3.operations],
      ['secretsmanager', this.secrets.operations],
      ['sns', this.sns.operations],
      ['sqs', this.sqs.operations],
      ['sts', this.sts.operations],
      ['tagging', this.tagging.operations],
    ]);
    this.#deploy(kernel, permissions, start);
    this.cloudwatch.start();
  }

  /** An HTTPS GET: of the Kubernetes API of a cluster, or of a layer of an image. */
  get(request: HttpsGetRequest): HttpsAnswer {
    return new URL(request.url).hostname.endsWith('.eks.amazonaws.com')
      ? this.eks.get(request, (accessKeyId) => this.sts.principalOf(accessKeyId))
      : this.ecr.layers.get(request.url);
  }

  #deploy(
    kernel: Kernel,
    permissions: IamPermissions,
    start: (resource: ResolvedResource) => ColdStart,
  ): void {
    /** In the order in which one needs the other. */
    const makers: readonly (readonly [type: string, make: (resource: ResolvedResource) => void])[] = [
      ['AWS::KMS::Key', (key) => this.kms.createKey(arnOf(key))],
      [
        'AWS::KMS::Alias',
        ({ properties }) =>
          this.kms.createAlias(
            expectText(properties.AliasName, 'AliasName'),
            expectText(properties.TargetKeyId, 'TargetKeyId'),
          ),
      ],
      ['AWS::DynamoDB::GlobalTable', (table) => this.dynamodb.createTable(tableDefinition(named(table)))],
      [
        'AWS::ECR::Repository',
        (repository) =>
          this.ecr.create.repository({
            ...named(repository),
            name: expectText(repository.properties.RepositoryName, 'RepositoryName'),
          }),
      ],
      [
        'AWS::ECR::RepositoryCreationTemplate',
        (template) => {
          const { CustomRoleArn } = template.properties;
          if (CustomRoleArn !== undefined) {
            permissions.assertAssumable(expectText(CustomRoleArn, 'CustomRoleArn'), 'ecr.amazonaws.com');
          }
          this.ecr.create.creationTemplate(named(template));
        },
      ],
      [
        'AWS::ECR::RegistryScanningConfiguration',
        (scanning) => this.ecr.create.scanningConfiguration(named(scanning)),
      ],
      [
        'AWS::ECR::ReplicationConfiguration',
        (replication) => this.ecr.create.replicationConfiguration(named(replication)),
      ],
      [
        'AWS::SecretsManager::Secret',
        ({ region, properties: { Name, GenerateSecretString } }) => {
          expectRecord(GenerateSecretString, 'GenerateSecretString');
          this.secrets.createSecret(region, expectText(Name, 'Name'), `${kernel.uuid()}${kernel.uuid()}`);
        },
      ],
      ['AWS::S3::Bucket', (bucket) => this.s3.createBucket(named(bucket))],
      ['AWS::Route53::HealthCheck', (check) => this.route53.createHealthCheck(named(check))],
      ['AWS::Route53::RecordSet', (record) => this.route53.createRecordSet(named(record))],
      ['AWS::Backup::BackupVault', (vault) => this.backup.create.vault(named(vault))],
      ['AWS::Backup::BackupPlan', (plan) => this.backup.create.plan(named(plan))],
      [
        'AWS::Backup::BackupSelection',
        (selection) => {
          const { IamRoleArn } = expectRecord(selection.properties.BackupSelection, 'BackupSelection');
          permissions.assertAssumable(expectText(IamRoleArn, 'IamRoleArn'), 'backup.amazonaws.com');
          this.backup.create.selection(named(selection));
        },
      ],
      ['AWS::Backup::RestoreTestingPlan', (plan) => this.backup.create.restoreTestingPlan(named(plan))],
      [
        'AWS::Backup::RestoreTestingSelection',
        (selection) => {
          const { IamRoleArn } = selection.properties;
          permissions.assertAssumable(expectText(IamRoleArn, 'IamRoleArn'), 'backup.amazonaws.com');
          this.backup.create.restoreTestingSelection(named(selection));
        },
      ],
      ['AWS::SQS::Queue', (queue) => this.sqs.createQueue(named(queue))],
      [
        'AWS::Lambda::Function',
        (lambda) => {
          const role = expectText(lambda.properties.Role, 'Role');
          permissions.assertAssumable(role, 'lambda.amazonaws.com');
          if (lambda.properties.VpcConfig !== undefined) assertConnects(permissions, role, lambda);
          this.lambda.createFunction(named(lambda), start(lambda));
        },
      ],
      ['AWS::Lambda::Alias', (alias) => this.lambda.createAlias(named(alias))],
      ['AWS::Lambda::EventInvokeConfig', (config) => this.lambda.createEventInvokeConfig(named(config))],
      ['AWS::Lambda::EventSourceMapping', (mapping) => this.lambda.createEventSourceMapping(named(mapping))],
      ['AWS::EKS::AccessEntry', (entry) => this.eks.createAccessEntry(named(entry))],
      ['AWS::Lambda::Url', (url) => this.lambda.createUrl(named(url))],
      [
        'AWS::Scheduler::Schedule',
        (schedule) => {
          const { RoleArn } = expectRecord(schedule.properties.Target, 'Target');
          const onBehalfOf = scheduleGroupArn(arnOf(schedule));
          permissions.assertAssumable(expectText(RoleArn, 'RoleArn'), 'scheduler.amazonaws.com', onBehalfOf);
          this.scheduler.createSchedule(named(schedule));
        },
      ],
      ['AWS::Logs::MetricFilter', (filter) => this.logs.createMetricFilter(named(filter))],
      ['AWS::SNS::Topic', (topic) => this.sns.createTopic(named(topic))],
      ['AWS::SNS::Subscription', (subscription) => this.sns.createSubscription(named(subscription))],
      ['AWS::Events::EventBus', (bus) => this.eventBridge.createBus(bus.region, nameOf(bus))],
      ['AWS::Events::Rule', (rule) => this.eventBridge.createRule(named(rule))],
      ['AWS::CloudWatch::Alarm', (alarm) => this.cloudwatch.createAlarm(named(alarm), 'long ago')],
    ];
    const known = new Set([...makers.map(([type]) => type), ...passive]);
    for (const resource of this.resources) {
      if (!known.has(resource.type)) {
        throw new Error(
          `the rehearsal cannot deploy ${resource.type} (${resource.logicalId} of stack ${resource.stack}): teach account.ts its type`,
        );
      }
    }
    for (const [type, make] of makers) {
      for (const resource of this.resources) if (resource.type === type) make(resource);
    }
  }
}

/** Lambda does not make a function in a VPC whose role does not let it make network interfaces. */
function assertConnects(
  permissions: IamPermissions,
  role: string,
  { region, arn = '' }: ResolvedResource,
): void {
  const account = arn.split(':')[4] ?? '';
  const principal = { kind: 'role', arn: role } as const;
  const anyInterface = `arn:aws:ec2:${region}:${account}:network-interface/*`;
  for (const action of ['Create', 'Delete'].map((verb) => `ec2:${verb}NetworkInterface`)) {
    permissions.authorize({ principal, action, resource: anyInterface });
  }
  for (const action of ['AssignPrivateIpAddresses', 'UnassignPrivateIpAddresses']) {
    permissions.authorize({ principal, action: `ec2:${action}`, resource: anyInterface });
  }
  for (const action of ['DescribeNetworkInterfaces', 'DescribeSubnets']) {
    permissions.authorize({ principal, action: `ec2:${action}`, resource: '*' });
  }
}

/** What the permission check reads, or what changes nothing that a rehearsal could notice. */
const passive = [
  'AWS::CloudWatch::Dashboard',
  'AWS::ECR::PullTimeUpdateExclusion',
  'AWS::Events::EventBusPolicy',
  'AWS::IAM::Policy',
  'AWS::IAM::Role',
  'AWS::Lambda::Permission',
  'AWS::Lambda::Version',
  'AWS::Logs::LogGroup',
  'AWS::S3::BucketPolicy',
  'AWS::SNS::TopicPolicy',
  'AWS::SQS::QueuePolicy',
];

function named(resource: ResolvedResource): Resource {
  return { region: resource.region, name: nameOf(resource), properties: resource.properties };
}

/** The last part of the ARN; the logical id of what has none. */
export function nameOf({ arn, logicalId }: ResolvedResource): string {
  return arn?.split(/[:/]/).at(-1) ?? logicalId;
}
