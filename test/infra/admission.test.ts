import { describe, expect, it } from '@jest/globals';
import policy from '../../ops.config.ts';
import { ofType, permissionsOf, type Resource } from './templates.ts';

const each = policy.regions.registry.map((region) => [region] as const);

function inRegion(type: string, region: string): Resource[] {
  return ofType(type).filter(({ stack }) => stack === `aeon-ops-images-${region}`);
}

function lambdaOf(name: string, region: string): Resource {
  const [found, ...more] = inRegion('AWS::Lambda::Function', region).filter(
    (lambda) => lambda.name === `Function ${name}`,
  );
  if (found === undefined || more.length > 0) throw new Error(`${name} is not there once in ${region}`);
  return found;
}

/** What the function may do besides writing its own log. */
function permissions(name: string, region: string) {
  return permissionsOf(lambdaOf(name, region))
    .filter(({ sid }) => sid !== 'WriteOwnLog')
    .map(({ actions, resources }) => [actions, resources]);
}

function invokersOf(name: string, region: string) {
  return inRegion('AWS::Lambda::Permission', region)
    .filter(({ properties }) => properties.FunctionName === `Function ${name}`)
    .map(({ properties }) => properties);
}

describe.each(each)('in %s', (region) => {
  const rows = [
    ['dynamodb:BatchGetItem'],
    ['switches', 'verdicts'].map(
      (table) => `arn:aws:dynamodb:${region}:111122223333:table/aeon-ops-${table}`,
    ),
  ];

  it('admit-pods may read rows and its tokens, and nothing else', () => {
    expect(permissions('aeon-ops-admit-pods', region)).toEqual([
      rows,
      [
        ['secretsmanager:GetSecretValue'],
        [`arn:aws:secretsmanager:${region}:111122223333:secret:aeon-ops/admission-tokens-??????`],
      ],
    ]);
  });

  it('admit-image may read rows and look tags up, and nothing else', () => {
    expect(permissions('aeon-ops-admit-image', region)).toEqual([
      rows,
      [['ecr:DescribeImages'], [`arn:aws:ecr:${region}:111122223333:repository/*`]],
    ]);
  });

  it("the webhook's URL is open to all, by both permissions that this takes, and by the URL alone", () => {
    expect(invokersOf('aeon-ops-admit-pods', region)).toEqual([
      expect.objectContaining({
        Principal: '*',
        Action: 'lambda:InvokeFunctionUrl',
        FunctionUrlAuthType: 'NONE',
      }),
      expect.objectContaining({
        Principal: '*',
        Action: 'lambda:InvokeFunction',
        InvokedViaFunctionUrl: true,
      }),
    ]);
  });

  it("the pipelines' URL is open to nobody whom IAM does not let in", () => {
    expect(invokersOf('aeon-ops-admit-image', region)).toEqual([]);
    const authTypes = inRegion('AWS::Lambda::Url', region).map(({ properties }) => [
      properties.TargetFunctionArn,
      properties.AuthType,
    ]);
    expect(Object.fromEntries(authTypes)).toEqual({
      'Function aeon-ops-admit-image': 'AWS_IAM',
      'Function aeon-ops-admit-pods': 'NONE',
    });
  });

  it('a flood of requests to the webhook takes no more than its own concurrency', () => {
    expect(lambdaOf('aeon-ops-admit-pods', region).properties.ReservedConcurrentExecutions).toBe(20);
    expect(lambdaOf('aeon-ops-admit-image', region).properties).not.toHaveProperty(
      'ReservedConcurrentExecutions',
    );
  });

  it('what cannot be read is counted in both logs, and alarms', () => {
    const filters = inRegion('AWS::Logs::MetricFilter', region).map(({ properties }) => [
      properties.LogGroupName,
      properties.FilterPattern,
    ]);
    expect(Object.fromEntries(filters)).toEqual({
      'LogGroup /aws/lambda/aeon-ops-admit-image': '{ $.message.message = "verdicts unreadable" }',
      'LogGroup /aws/lambda/aeon-ops-admit-pods': '{ $.message.message = "verdicts unreadable" }',
    });
    const [alarm] = inRegion('AWS::CloudWatch::Alarm', region).filter(
      ({ properties }) => properties.AlarmName === 'aeon-ops-verdicts-unreadable',
    );
    expect(alarm?.properties).toMatchObject({
      Namespace: 'aeon-ops',
      MetricName: 'VerdictsUnreadable',
      Statistic: 'Sum',
      Threshold: 3,
    });
  });
});
