import { createHash } from 'node:crypto';

/** Where a template is deployed. */
export interface TemplateLocation {
  readonly region: string;
  /** Twelve digits. */
  readonly account: string;
  /** The stack's name: the start of the names that CloudFormation makes up. */
  readonly stack: string;
}

/** A resource as far as its identity depends on it. */
export interface Subject extends TemplateLocation {
  readonly logicalId: string;
  /** A resolved property; `undefined` when the template does not set it. */
  readonly property: (name: string) => string | undefined;
}

/** How a resource is named to others, once it exists. */
export interface Identity {
  /** What `Ref` gives. */
  readonly ref: string;
  readonly arn?: string;
  /** What `Fn::GetAtt` gives. */
  readonly attributes: Readonly<Record<string, string>>;
}

/**
 * What CloudFormation's reference says under "Return values", by resource type. Names that the template leaves to
 * CloudFormation are `<stack>-<logicalId>`, without the random end they have in AWS.
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-template-resource-type-ref.html
 */
const identities: Readonly<Record<string, (subject: Subject) => Identity>> = {
  'AWS::Backup::BackupPlan': (subject) => {
    const id = uuidOf(subject);
    const arn = arnOf(subject, 'backup', `backup-plan:${id}`);
    return { ref: id, arn, attributes: { BackupPlanId: id, BackupPlanArn: arn } };
  },
  'AWS::Backup::BackupVault': (subject) =>
    named(subject, nameOf(subject, 'BackupVaultName'), 'backup', (name) => `backup-vault:${name}`),
  'AWS::CloudWatch::Alarm': (subject) =>
    named(subject, nameOf(subject, 'AlarmName'), 'cloudwatch', (name) => `alarm:${name}`),
  'AWS::CloudWatch::Dashboard': (subject) => ({ ref: nameOf(subject, 'DashboardName'), attributes: {} }),
  'AWS::DynamoDB::GlobalTable': table,
  'AWS::DynamoDB::Table': table,
  'AWS::ECR::Repository': (subject) => {
    const name = nameOf(subject, 'RepositoryName').toLowerCase();
    const uri = `${subject.account}.dkr.ecr.${subject.region}.amazonaws.com/${name}`;
    return named(subject, name, 'ecr', () => `repository/${name}`, { RepositoryUri: uri });
  },
  'AWS::Events::EventBus': (subject) => {
    const name = nameOf(subject, 'Name');
    return named(subject, name, 'events', () => `event-bus/${name}`, { Name: name });
  },
  'AWS::Events::EventBusPolicy': nameless,
  'AWS::Events::Rule': (subject) => {
    const name = nameOf(subject, 'Name');
    const bus = afterLast(subject.property('EventBusName') ?? 'default', '/');
    const arn = arnOf(subject, 'events', bus === 'default' ? `rule/${name}` : `rule/${bus}/${name}`);
    return { ref: bus === 'default' ? name : `${bus}|${name}`, arn, attributes: { Arn: arn } };
  },
  'AWS::IAM::Policy': nameless,
  'AWS::IAM::Role': (subject) => {
    const name = nameOf(subject, 'RoleName');
    const arn = `arn:aws:iam::${subject.account}:role${subject.property('Path') ?? '/'}${name}`;
    return { ref: name, arn, attributes: { Arn: arn } };
  },
  'AWS::KMS::Alias': (subject) => {
    const name = nameOf(subject, 'AliasName');
    return { ref: name, arn: arnOf(subject, 'kms', name), attributes: {} };
  },
  'AWS::KMS::Key': (subject) => {
    const id = uuidOf(subject);
    return named(subject, id, 'kms', () => `key/${id}`, { KeyId: id });
  },
  'AWS::Lambda::Alias': (subject) => {
    const arn = `${functionArn(subject)}:${nameOf(subject, 'Name')}`;
    return { ref: arn, arn, attributes: { AliasArn: arn } };
  },
  'AWS::Lambda::EventInvokeConfig': nameless,
  'AWS::Lambda::EventSourceMapping': (subject) => {
    const id = uuidOf(subject);
    const arn = arnOf(subject, 'lambda', `event-source-mapping:${id}`);
    return { ref: id, arn, attributes: { Id: id, EventSourceMappingArn: arn } };
  },
  'AWS::Lambda::Function': (subject) =>
    named(subject, nameOf(subject, 'FunctionName'), 'lambda', (name) => `function:${name}`),
  'AWS::Lambda::Permission': nameless,
  'AWS::Lambda::Url': (subject) => {
    const target = subject.property('TargetFunctionArn') ?? '';
    const arn = target.startsWith('arn:') ? target : arnOf(subject, 'lambda', `function:${target}`);
    return { ref: arn, arn, attributes: { FunctionArn: arn, FunctionUrl: functionUrl(arn) } };
  },
  'AWS::Lambda::Version': (subject) => {
    const arn = `${functionArn(subject)}:1`;
    return { ref: arn, arn, attributes: { FunctionArn: arn, Version: '1' } };
  },
  'AWS::Logs::LogGroup': (subject) =>
    named(subject, nameOf(subject, 'LogGroupName'), 'logs', (name) => `log-group:${name}:*`),
  'AWS::Logs::MetricFilter': nameless,
  'AWS::Route53::HealthCheck': (subject) => {
    const id = uuidOf(subject);
    const arn = `arn:aws:route53:::healthcheck/${id}`;
    return { ref: id, arn, attributes: { HealthCheckId: id } };
  },
  'AWS::Route53::RecordSet': (subject) => ({ ref: nameOf(subject, 'Name'), attributes: {} }),
  'AWS::S3::Bucket': (subject) => {
    const name = nameOf(subject, 'BucketName').toLowerCase();
    const arn = `arn:aws:s3:::${name}`;
    const domains = {
      DomainName: `${name}.s3.amazonaws.com`,
      RegionalDomainName: `${name}.s3.${subject.region}.amazonaws.com`,
    };
    return { ref: name, arn, attributes: { Arn: arn, ...domains } };
  },
  'AWS::S3::BucketPolicy': nameless,
  'AWS::SNS::Subscription': (subject) => {
    const arn = `${subject.property('TopicArn')}:${uuidOf(subject)}`;
    return { ref: arn, arn, attributes: { Arn: arn } };
  },
  'AWS::SNS::Topic': (subject) => {
    const name = nameOf(subject, 'TopicName');
    const arn = arnOf(subject, 'sns', name);
    return { ref: arn, arn, attributes: { TopicArn: arn, TopicName: name } };
  },
  'AWS::SNS::TopicPolicy': nameless,
  'AWS::SQS::Queue': (subject) => {
    const name = nameOf(subject, 'QueueName');
    const arn = arnOf(subject, 'sqs', name);
    const url = `https://sqs.${subject.region}.amazonaws.com/${subject.account}/${name}`;
    return { ref: url, arn, attributes: { Arn: arn, QueueName: name, QueueUrl: url } };
  },
  'AWS::SQS::QueuePolicy': nameless,
  'AWS::Scheduler::Schedule': (subject) => {
    const group = subject.property('GroupName') ?? 'default';
    return named(subject, nameOf(subject, 'Name'), 'scheduler', (name) => `schedule/${group}/${name}`);
  },
  'AWS::SecretsManager::Secret': (subject) => {
    const arn = arnOf(
      subject,
      'secretsmanager',
      `secret:${nameOf(subject, 'Name')}-${digest(subject).slice(0, 6)}`,
    );
    return { ref: arn, arn, attributes: { Id: arn } };
  },
};

/** @returns `undefined` for a type that the rehearsal does not know to name */
export function identityOf(type: string, subject: Subject): Identity | undefined {
  return identities[type]?.(subject);
}

/** AWS makes the first label up; here the function's ARN gives it. */
export function functionUrl(functionArn: string): string {
  const label = createHash('sha256').update(functionArn).digest('hex').slice(0, 32);
  return `https://${label}.lambda-url.${functionArn.split(':')[3]}.on.aws/`;
}

function table(subject: Subject): Identity {
  return named(subject, nameOf(subject, 'TableName'), 'dynamodb', (name) => `table/${name}`);
}

function nameless(subject: Subject): Identity {
  return { ref: madeUpName(subject), attributes: {} };
}

function named(
  subject: Subject,
  name: string,
  service: string,
  resource: (name: string) => string,
  attributes: Readonly<Record<string, string>> = {},
): Identity {
  const arn = arnOf(subject, service, resource(name));
  return { ref: name, arn, attributes: { Arn: arn, ...attributes } };
}

function nameOf(subject: Subject, property: string): string {
  return subject.property(property) ?? madeUpName(subject);
}

function madeUpName({ stack, logicalId }: Subject): string {
  return `${stack}-${logicalId}`;
}

function arnOf({ region, account }: Subject, service: string, resource: string): string {
  return `arn:aws:${service}:${region}:${account}:${resource}`;
}

/** The property FunctionName of versions and aliases takes a name or an ARN. */
function functionArn(subject: Subject): string {
  const name = subject.property('FunctionName') ?? '';
  return name.startsWith('arn:') ? name : arnOf(subject, 'lambda', `function:${name}`);
}

function uuidOf(subject: Subject): string {
  const [, ...groups] = digest(subject).match(/(.{8})(.{4})(.{4})(.{4})(.{12})/) ?? [];
  return groups.join('-');
}

/** Hexadecimal, the same for the same resource in every run. */
function digest({ stack, region, account, logicalId }: Subject): string {
  return createHash('sha256').update([account, region, stack, logicalId].join('\0')).digest('hex');
}

function afterLast(text: string, separator: string): string {
  return text.slice(text.lastIndexOf(separator) + 1);
}
