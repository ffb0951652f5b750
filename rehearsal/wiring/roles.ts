import { expectList, expectRecord, expectText, expectTexts } from './json.ts';
import { type PolicyPattern, parsePolicy, type Statement } from './policy-document.ts';
import { arnOf, type ResolvedResource } from './template.ts';

/** An IAM role with all the policies that say what it may do and who may be it. */
export interface Role {
  readonly name: string;
  readonly arn: string;
  /** Who may assume it. */
  readonly trust: readonly Statement[];
  /** What AWS's own managed policies say. */
  readonly managed: readonly Statement[];
  /** What the templates say. */
  readonly own: Statement[];
}

/** An action and a resource, as patterns, that a statement allows together. */
export interface Grant {
  readonly statement: Statement;
  readonly action: PolicyPattern;
  readonly resource: PolicyPattern;
}

/** What the simulated AWS Backup asks for; in AWS they say a good deal more. */
const backupPolicies: Readonly<Record<string, unknown>> = {
  'arn:aws:iam::aws:policy/service-role/AWSBackupServiceRolePolicyForBackup': allowed(
    ...['rds:CreateDBSnapshot', 'ec2:CreateSnapshot', 'eks:DescribeCluster', 'backup:CopyIntoBackupVault'],
    ...['kms:GenerateDataKey', 'kms:CreateGrant'],
  ),
  'arn:aws:iam::aws:policy/service-role/AWSBackupServiceRolePolicyForRestores': allowed(
    ...['rds:RestoreDBInstanceFromDBSnapshot', 'ec2:CreateVolume', 'kms:Decrypt'],
  ),
  'arn:aws:iam::aws:policy/AWSBackupServiceRolePolicyForS3Backup': allowed('s3:GetInventoryConfiguration'),
  'arn:aws:iam::aws:policy/AWSBackupServiceRolePolicyForS3Restore': allowed('s3:CreateBucket'),
};

function allowed(...actions: readonly string[]): unknown {
  return { Statement: { Effect: 'Allow', Action: actions, Resource: '*' } };
}

/**
 * Managed policies by ARN.
 * @see https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AWSLambdaBasicExecutionRole.html
 */
const managedPolicies: Readonly<Record<string, unknown>> = {
  'arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole': {
    Statement: {
      Effect: 'Allow',
      Action: ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'],
      Resource: '*',
    },
  },
  ...backupPolicies,
};

const notEvaluated = new Set([
  ...['AWS::IAM::GroupPolicy', 'AWS::IAM::ManagedPolicy', 'AWS::IAM::RolePolicy', 'AWS::IAM::UserPolicy'],
]);

/**
 * Collects the roles and the policies attached to them.
 *
 * @returns the roles by ARN
 * @throws Error when two roles share a name, which IAM refuses since roles belong to no Region; when a policy belongs
 *   to a role that is not among the resources; and for a policy of a kind the rehearsal does not evaluate
 */
export function rolesOf(resources: readonly ResolvedResource[]): ReadonlyMap<string, Role> {
  const roles = new Map<string, Role>();
  for (const resource of resources.filter(({ type }) => type === 'AWS::IAM::Role')) {
    const role = roleOf(resource);
    if (roles.has(role.name))
      throw new Error(`two stacks have a role named '${role.name}': IAM knows no Regions`);
    roles.set(role.name, role);
  }
  for (const { type, properties, logicalId } of resources) {
    const where = `${type} ${logicalId}`;
    if (notEvaluated.has(type)) throw new Error(`${where}: not evaluated by the rehearsal`);
    if (type !== 'AWS::IAM::Policy') continue;
    if (properties.Users !== undefined || properties.Groups !== undefined) {
      throw new Error(`${where}: the rehearsal has roles, no users and no groups`);
    }
    const statements = parsePolicy(properties.PolicyDocument, 'identity', where);
    for (const name of expectTexts(properties.Roles, `${where}.Roles`)) {
      const role = roles.get(name);
      if (role === undefined) throw new Error(`${where}: no template has a role named '${name}'`);
      role.own.push(...statements);
    }
  }
  return new Map([...roles.values()].map((role) => [role.arn, role]));
}

function roleOf(resource: ResolvedResource): Role {
  const { properties, logicalId, ref } = resource;
  const where = `AWS::IAM::Role ${logicalId}`;
  if (properties.PermissionsBoundary !== undefined) {
    throw new Error(`${where}: a permissions boundary is not evaluated by the rehearsal`);
  }
  const inline = expectList(properties.Policies ?? [], `${where}.Policies`).flatMap((policy, index) => {
    const at = `${where}.Policies.${index}`;
    return parsePolicy(expectRecord(policy, at).PolicyDocument, 'identity', at);
  });
  const managed = expectTexts(properties.ManagedPolicyArns ?? [], `${where}.ManagedPolicyArns`).flatMap(
    (arn) => {
      const document = managedPolicies[arn];
      if (document === undefined) throw new Error(`${where}: the rehearsal does not know what ${arn} says`);
      return parsePolicy(document, 'identity', arn);
    },
  );
  return {
    name: expectText(ref, where),
    arn: arnOf(resource),
    trust: parsePolicy(properties.AssumeRolePolicyDocument, 'resource', `${where}.AssumeRolePolicyDocument`),
    managed,
    own: inline,
  };
}

/** What a statement allows, one by one, so that each can be found unused. A Deny grants nothing. */
export function grantsOf(statement: Statement): Grant[] {
  if (statement.effect === 'Deny') return [];
  return statement.actions.flatMap((action) =>
    statement.resources.map((resource) => ({ statement, action, resource })),
  );
}
