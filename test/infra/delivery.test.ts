import { describe, expect, it } from '@jest/globals';
import { contract as deliverAlert } from '../../functions/alerts/deliver-alert/contract.ts';
import policy from '../../ops.config.ts';
import {
  ofType,
  type Resource,
  resourcePolicyOf,
  resources,
  type Statement,
  statementsOf,
} from './templates.ts';

interface Target {
  readonly Arn: string;
  readonly DeadLetterConfig?: { readonly Arn: string };
  readonly RetryPolicy?: { readonly MaximumEventAgeInSeconds: number; readonly MaximumRetryAttempts: number };
}

const rules = ofType('AWS::Events::Rule');
const queues = ofType('AWS::SQS::Queue');
const topics = ofType('AWS::SNS::Topic');
const functions = ofType('AWS::Lambda::Function');

function targetsOf(rule: Resource): Target[] {
  return rule.properties.Targets as Target[];
}

function inStackOf(resource: Resource, name: string): Resource {
  const found = resources.find((other) => other.stack === resource.stack && other.name === name);
  if (!found) throw new Error(`${resource.stack} has no '${name}'`);
  return found;
}

function allows(statements: readonly Statement[]): Statement[] {
  return statements.filter(({ effect }) => effect === 'Allow');
}

describe('a rule', () => {
  it.each(rules.map((rule) => [rule.stack, rule.name, rule] as const))(
    '%s: %s keeps what it cannot deliver, after a day of trying, in a dead-letter queue',
    (_stack, _name, rule) => {
      expect(targetsOf(rule).length).toBeGreaterThan(0);
      for (const target of targetsOf(rule)) {
        expect(target.RetryPolicy).toEqual({ MaximumEventAgeInSeconds: 86_400, MaximumRetryAttempts: 185 });
        const queue = inStackOf(rule, target.DeadLetterConfig?.Arn ?? 'no dead-letter queue');
        const letIn = allows(resourcePolicyOf(queue)).filter(
          ({ principal }) => principal === 'events.amazonaws.com',
        );
        expect(letIn.map(({ actions }) => actions)).toEqual([['sqs:SendMessage']]);
        expect(letIn[0]?.condition.ArnEquals?.['aws:SourceArn']).toContain(rule.name);
      }
    },
  );

  it('may invoke the function it is for', () => {
    const permissions = ofType('AWS::Lambda::Permission');
    const lacking = rules
      .flatMap((rule) => targetsOf(rule).map(({ Arn }) => ({ rule, Arn })))
      .filter(({ Arn }) => Arn.startsWith('Function '))
      .filter(
        ({ rule, Arn }) =>
          !permissions.some(
            ({ stack, properties }) =>
              stack === rule.stack &&
              properties.FunctionName === Arn &&
              properties.SourceArn === rule.name &&
              properties.Principal === 'events.amazonaws.com',
          ),
      );
    expect(lacking).toEqual([]);
  });
});

describe('a queue', () => {
  it.each(queues.map((queue) => [queue.stack, queue.name, queue] as const))(
    '%s: %s is encrypted with the ops key, refuses plain HTTP and keeps messages for 14 days',
    (_stack, _name, queue) => {
      expect(queue.properties.KmsMasterKeyId).toBe(`arn:aws:kms:${queue.region}:111122223333:alias/aeon-ops`);
      expect(queue.properties.MessageRetentionPeriod).toBe(14 * 24 * 60 * 60);
      expect(resourcePolicyOf(queue)).toContainEqual(
        expect.objectContaining({
          effect: 'Deny',
          actions: ['sqs:*'],
          condition: { Bool: { 'aws:SecureTransport': 'false' } },
        }),
      );
    },
  );

  it('for undelivered events lets the rules of its function send, and nobody else', () => {
    const letIn = allows(
      queues
        .filter(({ name, stack }) => name.endsWith('judge-scan-delivery-dlq') && stack.endsWith('us-east-1'))
        .flatMap(resourcePolicyOf),
    );
    expect(letIn).toEqual([
      {
        sid: 'UndeliveredEvents',
        effect: 'Allow',
        principal: 'events.amazonaws.com',
        actions: ['sqs:SendMessage'],
        resources: ['Queue aeon-ops-judge-scan-delivery-dlq'],
        condition: {
          ArnEquals: {
            'aws:SourceArn': [
              'Rule aeon-ops-judge-scan-basic-scan',
              'Rule aeon-ops-judge-scan-enhanced-scan',
              'Rule aeon-ops-judge-scan-pushed',
              'Rule aeon-ops-judge-scan-replicated',
              'Rule aeon-ops-judge-scan-enhanced-finding',
            ],
          },
        },
      },
    ]);
  });

  it.each([
    ['aeon-ops-judge-scan-enhanced-finding', 3],
    ['aeon-ops-watch-backups-changed', 2],
  ])('for events that come in batches, %s, lets its rule send, and nobody else', (feed, regions) => {
    const feeds = queues.filter(({ name }) => name === `Queue ${feed}`);
    expect(feeds).toHaveLength(regions);
    for (const queue of feeds) {
      expect(allows(resourcePolicyOf(queue))).toMatchObject([
        {
          principal: 'events.amazonaws.com',
          actions: ['sqs:SendMessage'],
          condition: { ArnEquals: { 'aws:SourceArn': [`Rule ${feed}`] } },
        },
      ]);
    }
  });

  it('that only our own roles send to lets no service in', () => {
    const open = queues
      .filter(({ name }) => !name.endsWith('-delivery-dlq') && name !== 'Queue aeon-ops-forward-dlq')
      .filter(({ name }) => !/-(enhanced-finding|changed)$/.test(name))
      .filter((queue) => allows(resourcePolicyOf(queue)).length > 0);
    expect(open.map(({ name }) => name)).toEqual([]);
  });
});

describe('the key', () => {
  const keys = ofType('AWS::KMS::Key').filter(({ stack }) => stack.startsWith('aeon-ops-base-'));

  it('lets in the services that send to our queues and topics, EventBridge without asking for whom', () => {
    const forUs = { StringEquals: { 'aws:SourceAccount': '111122223333' } };
    expect(keys).toHaveLength(3);
    for (const key of keys) {
      const [root, ...services] = statementsOf(key.properties.KeyPolicy);
      expect(root?.principal).toBe('root');
      expect(services.map(({ principal, condition }) => [principal, condition])).toEqual([
        ['events.amazonaws.com', {}],
        ['cloudwatch.amazonaws.com', forUs],
        ['sns.amazonaws.com', forUs],
      ]);
      for (const { actions } of services) expect(actions).toEqual(['kms:Decrypt', 'kms:GenerateDataKey*']);
    }
  });

  it('is rotated', () => {
    expect(keys.map(({ properties }) => properties.EnableKeyRotation)).toEqual([true, true, true]);
  });
});

describe('a topic', () => {
  it.each(topics.map((topic) => [topic.stack, topic.name, topic] as const))(
    '%s: %s is encrypted with the ops key, but for the last resort, and refuses plain HTTP',
    (_stack, name, topic) => {
      // One spoiled key must not silence both the queues and what tells of them.
      const key =
        name === 'Topic aeon-ops-last-resort' ? undefined : expect.stringMatching(/alias\/aeon-ops$/);
      expect(topic.properties.KmsMasterKeyId).toEqual(key);
      expect(resourcePolicyOf(topic)).toContainEqual(
        expect.objectContaining({
          effect: 'Deny',
          actions: ['sns:Publish'],
          condition: { Bool: { 'aws:SecureTransport': 'false' } },
        }),
      );
    },
  );

  it.each(['Topic aeon-ops-last-resort', 'Topic aeon-ops-alarm-intake'])(
    '%s lets alarms of this account and Region publish, and nobody else',
    (name) => {
      for (const topic of topics.filter((candidate) => candidate.name === name)) {
        expect(allows(resourcePolicyOf(topic))).toEqual([
          {
            sid: 'Alarms',
            effect: 'Allow',
            principal: 'cloudwatch.amazonaws.com',
            actions: ['sns:Publish'],
            resources: [name],
            condition: {
              StringEquals: { 'aws:SourceAccount': '111122223333' },
              ArnLike: { 'aws:SourceArn': `arn:aws:cloudwatch:${topic.region}:111122223333:alarm:*` },
            },
          },
        ]);
      }
    },
  );

  it('mails the last resort of the policy in every Region', () => {
    const mails = ofType('AWS::SNS::Subscription').filter(
      ({ properties }) =>
        properties.Protocol === 'email' && String(properties.TopicArn).includes('aeon-ops-last-resort'),
    );
    expect(new Set(mails.map(({ region, properties }) => `${region} ${properties.Endpoint}`))).toEqual(
      new Set(
        ['us-east-1', 'us-west-2', 'eu-west-1'].flatMap((region) =>
          policy.alerts.lastResort.map((address) => `${region} ${address}`),
        ),
      ),
    );
  });
});

describe('a function invoked by events', () => {
  const configs = ofType('AWS::Lambda::EventInvokeConfig');

  it.each(['aeon-ops-judge-scan', 'aeon-ops-route-alert'])(
    '%s is tried three times within six hours, and then its event is kept',
    (name) => {
      const own = configs.filter(({ properties }) => properties.FunctionName === `Function ${name}`);
      expect(own.length).toBe(functions.filter((candidate) => candidate.name === `Function ${name}`).length);
      for (const { properties } of own) {
        expect(properties).toMatchObject({
          MaximumRetryAttempts: 2,
          MaximumEventAgeInSeconds: 6 * 60 * 60,
          DestinationConfig: { OnFailure: { Destination: `Queue ${name}-dlq` } },
        });
      }
    },
  );

  it('route-alert also takes alarms from the intake topic and from CloudWatch itself', () => {
    const sources = ofType('AWS::Lambda::Permission')
      .filter(({ stack }) => stack === 'aeon-ops-alerts-us-west-2')
      .map(({ properties }) => [properties.Principal, properties.SourceArn ?? properties.SourceAccount]);
    expect(sources).toContainEqual(['sns.amazonaws.com', 'Topic aeon-ops-alarm-intake']);
    expect(sources).toContainEqual(['lambda.alarms.cloudwatch.amazonaws.com', '111122223333']);
    const intake = ofType('AWS::SNS::Subscription').find(
      ({ stack, properties }) => stack === 'aeon-ops-alerts-us-west-2' && properties.Protocol === 'lambda',
    );
    expect(intake?.properties).toMatchObject({
      Endpoint: 'Function aeon-ops-route-alert',
      TopicArn: 'Topic aeon-ops-alarm-intake',
      RedrivePolicy: { deadLetterTargetArn: 'Queue aeon-ops-route-alert-delivery-dlq' },
    });
  });
});

describe('a sink', () => {
  it.each(Object.keys(policy.alerts.sinks))('%s has a queue and a function of its own', (sink) => {
    const feeds = ofType('AWS::Lambda::EventSourceMapping').filter(
      ({ properties }) => properties.EventSourceArn === `Queue aeon-ops-sink-${sink}`,
    );
    expect(feeds.map(({ region }) => region)).toEqual(policy.regions.alerts);
    for (const feed of feeds) {
      expect(feed.properties).toMatchObject({
        FunctionName: `Function aeon-ops-deliver-alert-${sink}`,
        BatchSize: 10,
        FunctionResponseTypes: ['ReportBatchItemFailures'],
        ScalingConfig: { MaximumConcurrency: 2 },
      });
      const queue = inStackOf(feed, `Queue aeon-ops-sink-${sink}`);
      expect(queue.properties).toMatchObject({
        VisibilityTimeout: 6 * deliverAlert.timeoutSeconds,
        RedrivePolicy: { maxReceiveCount: 1000, deadLetterTargetArn: `Queue aeon-ops-sink-${sink}-dlq` },
      });
    }
  });
});
