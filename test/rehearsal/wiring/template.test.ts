import { describe, expect, it, test } from '@jest/globals';
import { arnOf, resolveTemplate } from '../../../rehearsal/wiring/template.ts';

const at = { region: 'us-west-2', account: '111122223333', stack: 'ops' };

const queue = { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'alerts' } };
const unnamed = { Type: 'AWS::SQS::Queue' };

/** The resolved `Value` of a resource `Probe` that stands beside the resources given. */
function resolvedValue(Value: unknown, resources: object = {}, sections: object = {}): unknown {
  const template = {
    ...sections,
    Resources: { ...resources, Probe: { Type: 'Test::Probe', Properties: { Value } } },
  };
  return resolveTemplate(template, at).at(-1)?.properties.Value;
}

describe('intrinsic functions', () => {
  const resources = { Queue: queue, Unnamed: unnamed };
  const cases: readonly [string, unknown, unknown][] = [
    ['plain JSON', { a: [1, true, null, 'x'] }, { a: [1, true, null, 'x'] }],
    ['Ref', { Ref: 'Queue' }, 'https://sqs.us-west-2.amazonaws.com/111122223333/alerts'],
    ['GetAtt as a list', { 'Fn::GetAtt': ['Queue', 'Arn'] }, 'arn:aws:sqs:us-west-2:111122223333:alerts'],
    ['GetAtt as a text', { 'Fn::GetAtt': 'Queue.QueueName' }, 'alerts'],
    ['GetAtt of what the template does not name', { 'Fn::GetAtt': ['Unnamed', 'QueueName'] }, 'ops-Unnamed'],
    ['Join', { 'Fn::Join': ['-', ['a', { Ref: 'AWS::Region' }, 'b']] }, 'a-us-west-2-b'],
    ['Join without what comes to nothing', { 'Fn::Join': ['-', ['a', { Ref: 'AWS::NoValue' }, 'b']] }, 'a-b'],
    [
      'Split',
      { 'Fn::Split': [':', { 'Fn::GetAtt': ['Queue', 'Arn'] }] },
      'arn:aws:sqs:us-west-2:111122223333:alerts'.split(':'),
    ],
    ['Select of Split', { 'Fn::Select': [1, { 'Fn::Split': ['/', 'a/b/c'] }] }, 'b'],
    ['Select with the index as text', { 'Fn::Select': ['0', ['a', 'b']] }, 'a'],
    [
      'Sub',
      { 'Fn::Sub': `\${AWS::AccountId}/\${Queue.Arn}/\${!Literal}` },
      `111122223333/arn:aws:sqs:us-west-2:111122223333:alerts/\${Literal}`,
    ],
    [
      'Sub with variables',
      { 'Fn::Sub': [`\${Name}.\${AWS::URLSuffix}`, { Name: { Ref: 'AWS::Partition' } }] },
      'aws.amazonaws.com',
    ],
    [
      'a member that comes to nothing',
      { a: { Ref: 'AWS::NoValue' }, b: { Ref: 'AWS::StackName' } },
      { b: 'ops' },
    ],
    ['an element that comes to nothing', [{ Ref: 'AWS::NoValue' }, 'x'], ['x']],
  ];
  test.each(cases)('%s', (_, value, expected) => {
    expect(resolvedValue(value, resources)).toEqual(expected);
  });

  const failures: readonly [string, unknown, string][] = [
    [
      'a function it does not know',
      { 'Fn::ImportValue': 'x' },
      "Value.Fn::ImportValue: intrinsic function 'Fn::ImportValue' is not supported",
    ],
    ['a function with a member beside it', { Ref: 'Queue', x: 1 }, "'Ref' must be the only member"],
    ['a pseudo parameter it does not know', { Ref: 'AWS::StackId' }, "pseudo parameter 'AWS::StackId'"],
    [
      'a reference to nothing',
      { Ref: 'Gone' },
      "Resources.Probe.Properties.Value.Ref: there is no resource 'Gone'",
    ],
    ['an attribute of nothing', { 'Fn::GetAtt': ['Gone', 'Arn'] }, "there is no resource 'Gone'"],
    [
      'an attribute it does not know',
      { 'Fn::GetAtt': ['Queue', 'Colour'] },
      "no attribute 'Colour' of 'Queue' (AWS::SQS::Queue)",
    ],
    ['a reference to a type it cannot name', { Ref: 'Probe' }, "cannot name 'Probe' (Test::Probe)"],
    ['an element that is not there', { 'Fn::Select': [2, ['a', 'b']] }, 'there is no element 2 of 2'],
    ['a dynamic reference', '{{resolve:ssm:/x}}', "dynamic reference '{{resolve:ssm:/x}}'"],
  ];
  test.each(failures)('refuses %s', (_, value, reason) => {
    expect(() => resolvedValue(value, resources)).toThrow(reason);
    expect(() => resolvedValue(value, resources)).toThrow(/^stack ops in us-west-2: /);
  });
});

describe('parameters and conditions', () => {
  const sections = {
    Parameters: {
      Size: { Type: 'Number', Default: 3 },
      Open: { Type: 'String' },
      BootstrapVersion: {
        Type: 'AWS::SSM::Parameter::Value<String>',
        Default: '/cdk-bootstrap/hnb659fds/version',
      },
    },
    Conditions: {
      Here: { 'Fn::Equals': [{ Ref: 'AWS::Region' }, 'us-west-2'] },
      There: { 'Fn::Not': [{ Condition: 'Here' }] },
      Either: { 'Fn::Or': [{ Condition: 'There' }, { Condition: 'Here' }] },
      Both: { 'Fn::And': [{ Condition: 'There' }, { Condition: 'Here' }] },
      Odd: { 'Fn::Contains': [['a'], 'a'] },
      Round: { Condition: 'Round' },
    },
    Rules: { CheckBootstrapVersion: { Assertions: [] } },
  };

  it('gives a parameter its default', () => {
    expect(resolvedValue({ Ref: 'Size' }, {}, sections)).toBe('3');
  });

  it('does not need a parameter that nothing refers to', () => {
    expect(resolvedValue('x', {}, sections)).toBe('x');
  });

  it.each([
    ['Open', /parameter 'Open' has no default/],
    ['BootstrapVersion', /kept in SSM/],
  ])('refuses the parameter %s, whose value is not there', (name, reason) => {
    expect(() => resolvedValue({ Ref: name }, {}, sections)).toThrow(reason);
  });

  it.each([
    ['Here', 'yes'],
    ['There', undefined],
    ['Either', 'yes'],
    ['Both', undefined],
  ])('decides %s', (name, expected) => {
    expect(resolvedValue({ 'Fn::If': [name, 'yes', { Ref: 'AWS::NoValue' }] }, {}, sections)).toBe(expected);
  });

  it.each([
    ['Odd', /Conditions\.Odd: condition function 'Fn::Contains'/],
    ['Round', /circular reference Conditions\.Round -> Conditions\.Round/],
    ['Gone', /there is no condition 'Gone'/],
  ])('refuses the condition %s', (name, reason) => {
    expect(() => resolvedValue({ 'Fn::If': [name, 'yes', 'no'] }, {}, sections)).toThrow(reason);
  });

  it('leaves out a resource whose condition is false, and refuses references to it', () => {
    const Resources = { Queue: { ...queue, Condition: 'There' } };
    expect(resolveTemplate({ ...sections, Resources }, at)).toEqual([]);
    expect(() => resolvedValue({ Ref: 'Queue' }, Resources, sections)).toThrow("'Queue' is not created");
  });
});

describe('resources', () => {
  it('says where each comes from and how others call it', () => {
    const Resources = { Queue: { ...queue, Metadata: { 'aws:cdk:path': 'ops/Queue' } } };
    const [resolved] = resolveTemplate({ Resources }, at);
    expect(resolved).toEqual({
      logicalId: 'Queue',
      type: 'AWS::SQS::Queue',
      properties: { QueueName: 'alerts' },
      metadata: { 'aws:cdk:path': 'ops/Queue' },
      stack: 'ops',
      region: 'us-west-2',
      ref: 'https://sqs.us-west-2.amazonaws.com/111122223333/alerts',
      arn: 'arn:aws:sqs:us-west-2:111122223333:alerts',
    });
  });

  it('names a resource after another', () => {
    const Resources = {
      Rule: { Type: 'AWS::Events::Rule', Properties: { EventBusName: { Ref: 'Bus' } } },
      Bus: { Type: 'AWS::Events::EventBus', Properties: { Name: { 'Fn::Sub': `\${Queue.QueueName}-bus` } } },
      Queue: queue,
    };
    const [rule] = resolveTemplate({ Resources }, at);
    expect(rule?.arn).toBe('arn:aws:events:us-west-2:111122223333:rule/alerts-bus/ops-Rule');
  });

  it('refuses names that depend on each other', () => {
    const bus = (other: string) => ({ Type: 'AWS::Events::EventBus', Properties: { Name: { Ref: other } } });
    expect(() => resolveTemplate({ Resources: { One: bus('Two'), Two: bus('One') } }, at)).toThrow(
      'circular reference One -> Two -> One',
    );
  });

  it('refuses a dependency on nothing', () => {
    expect(() => resolveTemplate({ Resources: { Queue: { ...queue, DependsOn: ['Gone'] } } }, at)).toThrow(
      "Resources.Queue.DependsOn: there is no resource 'Gone'",
    );
  });

  it('refuses a template that is transformed at deployment', () => {
    expect(() => resolveTemplate({ Transform: 'AWS::Serverless-2016-10-31', Resources: {} }, at)).toThrow(
      'Transform',
    );
  });

  it('refuses the ARN of what has none', () => {
    const Resources = { Policy: { Type: 'AWS::SQS::QueuePolicy', Properties: {} } };
    const [policy] = resolveTemplate({ Resources }, at);
    expect(() => policy && arnOf(policy)).toThrow('AWS::SQS::QueuePolicy Policy of stack ops has no ARN');
  });
});

describe('identities', () => {
  const arn = (service: string, resource: string) => `arn:aws:${service}:us-west-2:111122223333:${resource}`;
  const cases: readonly [type: string, properties: object, ref: string, arn: string | undefined][] = [
    ['AWS::Lambda::Function', { FunctionName: 'f' }, 'f', arn('lambda', 'function:f')],
    [
      'AWS::Lambda::Version',
      { FunctionName: 'f' },
      arn('lambda', 'function:f:1'),
      arn('lambda', 'function:f:1'),
    ],
    [
      'AWS::Lambda::Alias',
      { FunctionName: arn('lambda', 'function:f'), Name: 'live' },
      arn('lambda', 'function:f:live'),
      arn('lambda', 'function:f:live'),
    ],
    ['AWS::IAM::Role', { RoleName: 'r', Path: '/ops/' }, 'r', 'arn:aws:iam::111122223333:role/ops/r'],
    ['AWS::SNS::Topic', { TopicName: 't' }, arn('sns', 't'), arn('sns', 't')],
    ['AWS::Events::EventBus', { Name: 'b' }, 'b', arn('events', 'event-bus/b')],
    ['AWS::Events::Rule', { Name: 'r' }, 'r', arn('events', 'rule/r')],
    ['AWS::Events::Rule', { Name: 'r', EventBusName: 'b' }, 'b|r', arn('events', 'rule/b/r')],
    [
      'AWS::Events::Rule',
      { Name: 'r', EventBusName: arn('events', 'event-bus/b') },
      'b|r',
      arn('events', 'rule/b/r'),
    ],
    ['AWS::DynamoDB::GlobalTable', { TableName: 't' }, 't', arn('dynamodb', 'table/t')],
    ['AWS::KMS::Alias', { AliasName: 'alias/ops' }, 'alias/ops', arn('kms', 'alias/ops')],
    [
      'AWS::Logs::LogGroup',
      { LogGroupName: '/aws/lambda/f' },
      '/aws/lambda/f',
      arn('logs', 'log-group:/aws/lambda/f:*'),
    ],
    ['AWS::CloudWatch::Alarm', { AlarmName: 'a' }, 'a', arn('cloudwatch', 'alarm:a')],
    ['AWS::CloudWatch::Dashboard', { DashboardName: 'd' }, 'd', undefined],
    ['AWS::ECR::Repository', {}, 'ops-probe', arn('ecr', 'repository/ops-probe')],
    ['AWS::S3::Bucket', {}, 'ops-probe', 'arn:aws:s3:::ops-probe'],
    ['AWS::Scheduler::Schedule', { Name: 's' }, 's', arn('scheduler', 'schedule/default/s')],
    ['AWS::Lambda::Permission', {}, 'ops-Probe', undefined],
  ];
  test.each(cases)('%s %j', (type, Properties, ref, expectedArn) => {
    expect(resolveTemplate({ Resources: { Probe: { Type: type, Properties } } }, at)).toEqual([
      expect.objectContaining({ ref, arn: expectedArn }),
    ]);
  });

  it('gives a key and a secret an end that is the same in every run and differs between Regions', () => {
    const Resources = {
      Key: { Type: 'AWS::KMS::Key' },
      Secret: { Type: 'AWS::SecretsManager::Secret', Properties: { Name: 'ops/slack' } },
    };
    const refs = (region: string) => resolveTemplate({ Resources }, { ...at, region }).map(({ ref }) => ref);
    const [key, secret] = refs('us-west-2');
    expect(key).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    expect(secret).toMatch(/^arn:aws:secretsmanager:us-west-2:111122223333:secret:ops\/slack-\w{6}$/);
    expect(refs('us-west-2')).toEqual([key, secret]);
    expect(refs('us-east-1')).not.toContain(key);
  });
});
