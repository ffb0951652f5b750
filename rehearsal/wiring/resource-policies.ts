import { expectRecord, expectText, expectTexts, type JsonObject } from './json.ts';
import { parsePolicy, type Statement } from './policy-document.ts';
import { arnOf, type ResolvedResource } from './template.ts';

/** ARN of a queue, topic, bus, function, key, repository, bucket or vault -> the statements of its policy. */
export type ResourcePolicies = ReadonlyMap<string, readonly Statement[]>;

interface Attachment {
  readonly arn: string;
  readonly document: JsonObject;
  /** True where statements are added one by one; otherwise a second policy would replace the first. */
  readonly adds: boolean;
}

/** Types that give or take access in ways the evaluation does not know. */
const notEvaluated = new Set([
  ...['AWS::ECR::RegistryPolicy', 'AWS::KMS::ReplicaKey', 'AWS::Logs::ResourcePolicy'],
  ...['AWS::SNS::TopicInlinePolicy', 'AWS::SQS::QueueInlinePolicy', 'AWS::SecretsManager::ResourcePolicy'],
]);

/**
 * Collects the policies that are attached to resources rather than to roles.
 *
 * @throws Error when a resource would get two policies, of which AWS keeps only the later, and for a policy of a kind
 *   the rehearsal does not evaluate
 */
export function resourcePoliciesOf(
  resources: readonly ResolvedResource[],
  account: string,
): ResourcePolicies {
  const policies = new Map<string, Statement[]>();
  for (const resource of resources) {
    for (const { arn, document, adds } of attachments(resource, account)) {
      const where = `${resource.type} ${resource.logicalId}`;
      const present = policies.get(arn);
      if (present !== undefined && !adds) {
        throw new Error(
          `${where}: ${arn} has a policy already, and AWS keeps only one of the two; merge them`,
        );
      }
      policies.set(arn, [...(present ?? []), ...parsePolicy(document, 'resource', where)]);
    }
  }
  return policies;
}

/** The resource whose policy holds for the one that is asked for: an object in S3 has none of its own. */
export function policyHolderOf(resourceArn: string): string {
  return /^arn:aws:s3:::[^/]+/.exec(resourceArn)?.[0] ?? resourceArn;
}

function attachments(resource: ResolvedResource, account: string): Attachment[] {
  const { type, properties, logicalId } = resource;
  const where = `${type} ${logicalId}`;
  switch (type) {
    case 'AWS::SQS::QueuePolicy':
      return whole(
        expectTexts(properties.Queues, `${where}.Queues`).map(queueArn),
        properties.PolicyDocument,
        where,
      );
    case 'AWS::SNS::TopicPolicy':
      return whole(expectTexts(properties.Topics, `${where}.Topics`), properties.PolicyDocument, where);
    case 'AWS::KMS::Key':
      return properties.KeyPolicy === undefined ? [] : whole([arnOf(resource)], properties.KeyPolicy, where);
    case 'AWS::ECR::Repository': {
      const document = properties.RepositoryPolicyText;
      return document === undefined ? [] : whole([arnOf(resource)], document, where);
    }
    case 'AWS::Backup::BackupVault': {
      const document = properties.AccessPolicy;
      return document === undefined ? [] : whole([arnOf(resource)], document, where);
    }
    case 'AWS::S3::BucketPolicy':
      return whole(
        [`arn:aws:s3:::${expectText(properties.Bucket, `${where}.Bucket`)}`],
        properties.PolicyDocument,
        where,
      );
    case 'AWS::Events::EventBusPolicy':
      return [busStatement(resource, account, where)];
    case 'AWS::Lambda::Permission':
      return [functionStatement(resource, account, where)];
    default:
      if (notEvaluated.has(type) || properties.ResourcePolicy !== undefined) {
        throw new Error(`${where}: this kind of policy is not evaluated by the rehearsal`);
      }
      return [];
  }
}

function whole(arns: readonly string[], document: unknown, where: string): Attachment[] {
  return arns.map((arn) => ({ arn, document: expectRecord(document, where), adds: false }));
}

/** @param url `https://sqs.<region>.amazonaws.com/<account>/<name>` */
function queueArn(url: string): string {
  const [, region, account, name] =
    /^https:\/\/sqs\.([^.]+)\.amazonaws\.com\/(\d{12})\/([^/]+)$/.exec(url) ?? [];
  if (name === undefined) throw new Error(`'${url}' is not the URL of a queue`);
  return `arn:aws:sqs:${region}:${account}:${name}`;
}

function busStatement({ properties, region }: ResolvedResource, account: string, where: string): Attachment {
  const bus = expectText(properties.EventBusName ?? 'default', `${where}.EventBusName`);
  return {
    arn: bus.startsWith('arn:') ? bus : `arn:aws:events:${region}:${account}:event-bus/${bus}`,
    document: { Statement: expectRecord(properties.Statement, `${where}.Statement`) },
    adds: true,
  };
}

/** Properties of AWS::Lambda::Permission that become a condition of the statement -> its operator and key. */
const permissionConditions: Readonly<Record<string, readonly [operator: string, key: string]>> = {
  SourceArn: ['ArnLike', 'aws:SourceArn'],
  SourceAccount: ['StringEquals', 'aws:SourceAccount'],
  FunctionUrlAuthType: ['StringEquals', 'lambda:FunctionUrlAuthType'],
  InvokedViaFunctionUrl: ['Bool', 'lambda:InvokedViaFunctionUrl'],
};

const permissionProperties = new Set([
  'Action',
  'FunctionName',
  'Principal',
  ...Object.keys(permissionConditions),
]);

/**
 * The statement that Lambda's AddPermission writes.
 * @see https://docs.aws.amazon.com/lambda/latest/api/API_AddPermission.html
 */
function functionStatement(
  { properties, region }: ResolvedResource,
  account: string,
  where: string,
): Attachment {
  const unknown = Object.keys(properties).find((property) => !permissionProperties.has(property));
  if (unknown !== undefined) throw new Error(`${where}: '${unknown}' is not supported by the rehearsal`);
  const name = expectText(properties.FunctionName, `${where}.FunctionName`);
  const arn = name.startsWith('arn:') ? name : `arn:aws:lambda:${region}:${account}:function:${name}`;
  const principal = expectText(properties.Principal, `${where}.Principal`);
  const Condition: Record<string, Record<string, unknown>> = {};
  for (const [property, [operator, key]] of Object.entries(permissionConditions)) {
    const value = properties[property];
    if (value !== undefined) Condition[operator] = { ...Condition[operator], [key]: value };
  }
  const statement = {
    Effect: 'Allow',
    Principal:
      principal === '*' ? '*' : { [principal.endsWith('.amazonaws.com') ? 'Service' : 'AWS']: principal },
    Action: properties.Action,
    Resource: arn,
    Condition,
  };
  return { arn, document: { Statement: statement }, adds: true };
}
