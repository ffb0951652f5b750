import { describe, expect, it } from '@jest/globals';
import { contract as deliverAlert } from '../../functions/alerts/deliver-alert/contract.ts';
import { contract as routeAlert } from '../../functions/alerts/route-alert/contract.ts';
import type { contract as judgeScan } from '../../functions/images/judge-scan/contract.ts';
import type { EnvironmentOf } from '../../infra/constructs/ops-function.ts';
import { contracts } from '../../infra/functions.ts';
import { synthesize } from '../../infra/synthesize.ts';
import policy from '../../ops.config.ts';
import type { FunctionContract } from '../../shared/lambda/contract.ts';
import { resourceName } from '../../shared/policy/resource.ts';
import { named, ofType, permissionsOf, type Resource, resourcesOf, type Statement } from './templates.ts';

const functions = ofType('AWS::Lambda::Function');
const each = functions.map((lambda) => [lambda.stack, lambda.name, lambda] as const);

function sourceOf(lambda: Resource): string {
  return lambda.name.replace('Function aeon-ops-', '');
}

function contractOf(lambda: Resource): FunctionContract {
  const source = sourceOf(lambda);
  const found = contracts.find(({ name }) => source === name || source.startsWith(`${name}-`));
  if (!found) throw new Error(`no contract for ${lambda.name}`);
  return found;
}

function environmentOf(lambda: Resource): Record<string, string> {
  return (lambda.properties.Environment as { Variables: Record<string, string> }).Variables;
}

const publishedBy: Readonly<Record<string, string | readonly string[]>> = {
  'judge-scan': 'Image Judged',
  'inspect-push': 'Image Inspected',
  'sweep-images': ['Image Judged', 'Image Gap'],
  'quarantine-image': 'Image Quarantine',
  'verify-restore': ['Restore Judged', 'Restore Leftover', 'Restore Test Missed'],
  'prune-images': 'Images Pruned',
  'prune-snapshots': 'Snapshots Pruned',
  'watch-backups': 'Backup Finding',
  'run-failover': 'Failover Run',
  'fence-primary': 'Primary Fenced',
  'probe-endpoint': 'Failover Condition',
};

/** What a role may do besides what every function may: write its own log, dead-letter, use the ops key. */
function ownPermissionsOf(lambda: Resource): Statement[] {
  return permissionsOf(lambda).filter(({ sid }) => !['WriteOwnLog', 'DeadLetter', 'UseOpsKey'].includes(sid));
}

describe('a function', () => {
  it.each(each)('%s: %s is deployed as its contract says', (_stack, _name, lambda) => {
    const contract = contractOf(lambda);
    expect(lambda.properties).toMatchObject({
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      Timeout: contract.timeoutSeconds,
      MemorySize: contract.memoryMb,
      Description: contract.purpose,
      LoggingConfig: { LogFormat: 'JSON', LogGroup: `LogGroup /aws/lambda/aeon-ops-${sourceOf(lambda)}` },
    });
  });

  it.each(each)(
    '%s: %s has the environment of its contract, all of it and no more',
    (_stack, _name, lambda) => {
      expect(new Set(Object.keys(environmentOf(lambda)))).toEqual(
        new Set(Object.values(contractOf(lambda).env)),
      );
    },
  );

  it('without a value for one of its environment variables does not compile', () => {
    const environment: EnvironmentOf<typeof judgeScan> = {
      verdictTable: 'aeon-ops-verdicts',
      switchTable: 'aeon-ops-switches',
      opsBus: 'aeon-ops',
    };
    // @ts-expect-error The bus is missing.
    const lacking: EnvironmentOf<typeof judgeScan> = { verdictTable: 'a', switchTable: 'b' };
    expect(Object.keys(lacking)).not.toEqual(Object.keys(environment));
  });

  it.each(each)(
    '%s: %s has a log group that forgets after the days of the policy',
    (stack, _name, lambda) => {
      const logGroups = ofType('AWS::Logs::LogGroup').filter((candidate) => candidate.stack === stack);
      const own = logGroups.find(({ name }) => name === `LogGroup /aws/lambda/aeon-ops-${sourceOf(lambda)}`);
      expect(own?.properties.RetentionInDays).toBe(policy.retention.logs);
    },
  );
});

describe('what a role may do', () => {
  it('is written in the role alone, without policies of AWS', () => {
    const roles = ofType('AWS::IAM::Role').filter(({ stack }) => !stack.startsWith('aeon-ops-backups-'));
    for (const role of roles) expect(role.properties.ManagedPolicyArns).toBeUndefined();
    expect(ofType('AWS::IAM::Policy')).toEqual([]);
  });

  it('is never everything, neither in actions nor in resources', () => {
    for (const lambda of functions) {
      for (const { effect, actions, resources } of permissionsOf(lambda)) {
        if (effect === 'Deny') continue;
        expect(actions.filter((action) => action.includes('*'))).toEqual([]);
        // EC2, AWS Backup and Resource Groups take no resource for what lists things, nor AWS Backup for a restore job.
        const takesNone = /^(ec2:Describe|backup:List|backup:DescribeRestoreJob$|tag:Get)/;
        if (!actions.every((action) => takesNone.test(action))) expect(resources).not.toContain('*');
      }
    }
  });

  it.each(each)('%s: %s writes to no other log and no other dead-letter queue', (_stack, _name, lambda) => {
    const sid = (wanted: string) => permissionsOf(lambda).find((statement) => statement.sid === wanted);
    expect(sid('WriteOwnLog')?.resources).toEqual([`LogGroup /aws/lambda/aeon-ops-${sourceOf(lambda)}`]);
    const deadLetterQueue = environmentOf(lambda)[deliverAlert.env.deadLetterQueue];
    if (deadLetterQueue === undefined) {
      // It answers whoever asks: there is nothing that it could keep for later.
      expect(sid('DeadLetter')).toBeUndefined();
      expect(sid('UseOpsKey')).toBeUndefined();
      return;
    }
    expect(sid('DeadLetter')).toMatchObject({ actions: ['sqs:SendMessage'], resources: [deadLetterQueue] });
    expect(sid('UseOpsKey')).toMatchObject({
      actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
      condition: { 'ForAnyValue:StringEquals': { 'kms:ResourceAliases': 'alias/aeon-ops' } },
    });
  });

  it('lets judge-scan read scans, keep verdicts and publish its own events, in its own Region', () => {
    const lambdas = functions.filter(({ name }) => name === 'Function aeon-ops-judge-scan');
    expect(lambdas).toHaveLength(3);
    for (const lambda of lambdas) {
      const arn = (service: string, resource: string) =>
        `arn:aws:${service}:${lambda.region}:111122223333:${resource}`;
      expect(ownPermissionsOf(lambda)).toMatchObject([
        {
          actions: ['ecr:BatchGetImage', 'ecr:DescribeImageScanFindings', 'ecr:DescribeImages'],
          resources: [arn('ecr', 'repository/*')],
        },
        {
          actions: ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:Query'],
          resources: [arn('dynamodb', 'table/aeon-ops-verdicts')],
        },
        { actions: ['dynamodb:BatchGetItem'], resources: [arn('dynamodb', 'table/aeon-ops-switches')] },
        { actions: ['events:PutEvents'], resources: [arn('events', 'event-bus/aeon-ops')] },
        {
          actions: ['sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:ReceiveMessage'],
          resources: ['Queue aeon-ops-judge-scan-enhanced-finding'],
        },
      ]);
    }
  });

  it('lets quarantine-image change the storage class of images in its own Region, and no function that judges', () => {
    const changing = functions.filter(({ name }) =>
      permissionsOf(functions.find((lambda) => lambda.name === name) ?? named(name)).some(({ actions }) =>
        actions.includes('ecr:UpdateImageStorageClass'),
      ),
    );
    const judging = ['Function aeon-ops-judge-scan', 'Function aeon-ops-sweep-images'];
    expect(changing.filter(({ name }) => judging.includes(name))).toEqual([]);
    const lambdas = functions.filter(({ name }) => name === 'Function aeon-ops-quarantine-image');
    expect(lambdas).toHaveLength(3);
    for (const lambda of lambdas) {
      const archive = permissionsOf(lambda).find(({ sid }) => sid === 'ArchiveAndRestore');
      expect(archive?.resources).toEqual(
        expect.arrayContaining([`arn:aws:ecr:${lambda.region}:111122223333:repository/aeon-dt-api`]),
      );
      expect(archive?.resources.some((resource) => resource.includes('*'))).toBe(false);
    }
  });

  it('lets inspect-push read what is pushed to the services’ repositories, and publish its own events', () => {
    const lambda = named('Function aeon-ops-inspect-push');
    const arn = (service: string, resource: string) =>
      `arn:aws:${service}:us-east-1:111122223333:${resource}`;
    expect(ownPermissionsOf(lambda)).toMatchObject([
      {
        actions: [
          'ecr:BatchGetImage',
          'ecr:DescribeImageReplicationStatus',
          'ecr:DescribeImages',
          'ecr:GetDownloadUrlForLayer',
        ],
        resources: Object.values(policy.services)
          .map(({ repository }) => arn('ecr', `repository/${resourceName(repository)}`))
          .toSorted(),
      },
      {
        actions: ['dynamodb:GetItem', 'dynamodb:PutItem'],
        resources: [arn('dynamodb', 'table/aeon-ops-verdicts')],
      },
      { actions: ['events:PutEvents'], resources: [arn('events', 'event-bus/aeon-ops')] },
    ]);
  });

  it('lets a function put events under its own source alone', () => {
    const puts = functions.flatMap((lambda) =>
      permissionsOf(lambda)
        .filter(({ actions }) => actions.includes('events:PutEvents'))
        .map(({ condition }) => ({ lambda, condition })),
    );
    expect(puts.length).toBeGreaterThan(0);
    for (const { lambda, condition } of puts) {
      expect(condition.StringEquals?.['events:source']).toBe(`aeon-ops.${sourceOf(lambda)}`);
      expect(condition.StringEquals?.['events:detail-type']).toEqual(publishedBy[sourceOf(lambda)]);
    }
  });

  it('lets route-alert hand alerts to the sinks of its Region and nothing more', () => {
    expect(ownPermissionsOf(named('Function aeon-ops-route-alert'))).toMatchObject([
      {
        actions: ['sqs:SendMessage'],
        resources: [
          'Queue aeon-ops-sink-mail-oncall',
          'Queue aeon-ops-sink-slack-oncall',
          'Queue aeon-ops-sink-slack-ops',
        ],
      },
    ]);
  });

  it.each([
    ['slack-oncall', 'secretsmanager:GetSecretValue', 'secret:aeon-ops/slack-??????'],
    ['slack-ops', 'secretsmanager:GetSecretValue', 'secret:aeon-ops/slack-ops-webhook-??????'],
    ['mail-oncall', 'sns:Publish', 'Topic aeon-ops-oncall'],
  ])('lets the delivery to %s empty its own queue and reach its own sink', (sink, action, target) => {
    const lambda = named(`Function aeon-ops-deliver-alert-${sink}`);
    expect(ownPermissionsOf(lambda)).toMatchObject([
      {
        actions: [
          'sqs:ChangeMessageVisibility',
          'sqs:DeleteMessage',
          'sqs:GetQueueAttributes',
          'sqs:ReceiveMessage',
        ],
        resources: [`Queue aeon-ops-sink-${sink}`],
      },
      {
        actions: ['dynamodb:PutItem'],
        resources: [`arn:aws:dynamodb:${lambda.region}:111122223333:table/aeon-ops-conversations`],
      },
      { actions: [action], resources: [expect.stringContaining(target)] },
    ]);
  });
});

describe('what a function is told', () => {
  it('route-alert: the queue of each sink, as JSON', () => {
    const { [routeAlert.env.sinkQueues]: text = '' } = environmentOf(named('Function aeon-ops-route-alert'));
    expect(JSON.parse(text)).toEqual({
      'slack-oncall': 'Queue aeon-ops-sink-slack-oncall',
      'slack-ops': 'Queue aeon-ops-sink-slack-ops',
      'mail-oncall': 'Queue aeon-ops-sink-mail-oncall',
    });
  });

  it.each([
    ['slack-oncall', 'aeon-ops/slack'],
    ['slack-ops', 'aeon-ops/slack-ops-webhook'],
    ['mail-oncall', 'Topic aeon-ops-oncall'],
  ])('deliver-alert for %s: its sink is reached by %s', (sink, target) => {
    expect(environmentOf(named(`Function aeon-ops-deliver-alert-${sink}`))).toMatchObject({
      SINK: sink,
      SINK_TARGET: target,
      QUEUE_URL: `Queue aeon-ops-sink-${sink}`,
      CONVERSATION_TABLE: 'aeon-ops-conversations',
    });
  });

  it('a topic that exists is published to by its ARN, and not created', () => {
    const sinks = {
      ...policy.alerts.sinks,
      'mail-oncall': { type: 'sns', topic: { existing: 'platform-pager' } },
    } as const;
    const all = resourcesOf(synthesize({ ...policy, alerts: { ...policy.alerts, sinks } }));
    const lambda = named('Function aeon-ops-deliver-alert-mail-oncall', all);
    expect(environmentOf(lambda).SINK_TARGET).toBe(
      `arn:aws:sns:${lambda.region}:111122223333:platform-pager`,
    );
    expect(ofType('AWS::SNS::Topic', all).map(({ name }) => name)).not.toContain('Topic platform-pager');
  });
});
