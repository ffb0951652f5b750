import { describe, expect, it, test } from '@jest/globals';
import { conditionTest } from '../../../rehearsal/wiring/policy-condition.ts';

const topicArn = 'arn:aws:sns:us-east-1:111122223333:a:b';
const context = {
  'ops:name': 'alerts-high',
  'ops:size': '10',
  'ops:arn': topicArn,
  'aws:securetransport': 'true',
  'aws:sourceip': '192.0.2.7',
};

describe('a condition', () => {
  const cases: readonly [operator: string, key: string, value: unknown, holds: boolean][] = [
    ['StringEquals', 'ops:Name', 'alerts-high', true],
    ['StringEquals', 'OPS:NAME', 'alerts-high', true],
    ['StringEquals', 'ops:Name', ['x', 'alerts-high'], true],
    ['StringEquals', 'ops:Name', 'Alerts-High', false],
    ['StringEquals', 'ops:Name', 'alerts-*', false],
    ['StringEquals', 'ops:Gone', 'x', false],
    ['StringNotEquals', 'ops:Name', ['x', 'alerts-high'], false],
    ['StringNotEquals', 'ops:Name', ['x', 'y'], true],
    ['StringNotEquals', 'ops:Gone', 'x', true],
    ['StringEqualsIgnoreCase', 'ops:Name', 'Alerts-High', true],
    ['StringNotEqualsIgnoreCase', 'ops:Name', 'Alerts-High', false],
    ['StringLike', 'ops:Name', 'alerts-*', true],
    ['StringLike', 'ops:Name', 'alerts-hig?', true],
    ['StringNotLike', 'ops:Name', 'alerts-*', false],
    ['StringEqualsIfExists', 'ops:Gone', 'x', true],
    ['StringEqualsIfExists', 'ops:Name', 'x', false],
    ['StringNotEqualsIfExists', 'ops:Name', 'alerts-high', false],
    ['ForAnyValue:StringEquals', 'ops:Name', 'alerts-high', true],
    ['ForAnyValue:StringEquals', 'ops:Gone', 'x', false],
    ['ForAnyValue:StringNotEquals', 'ops:Gone', 'x', false],
    ['ForAllValues:StringEquals', 'ops:Gone', 'x', true],
    ['ForAllValues:StringLike', 'ops:Name', 'x*', false],
    ['IpAddress', 'aws:SourceIp', ['10.0.0.0/8', '192.0.2.0/29'], true],
    ['IpAddress', 'aws:SourceIp', '192.0.2.8/29', false],
    ['IpAddress', 'ops:Gone', '0.0.0.0/0', false],
    ['NotIpAddress', 'aws:SourceIp', '192.0.2.0/29', false],
    ['ArnLike', 'ops:Arn', 'arn:aws:sns:us-east-1:111122223333:*', true],
    ['ArnLike', 'ops:Arn', 'arn:aws:sns:*:*:a:b', true],
    ['ArnLike', 'ops:Arn', 'arn:aws:*', false],
    ['ArnEquals', 'ops:Arn', 'arn:aws:sns:us-east-1:111122223333:a:?', true],
    ['ArnNotLike', 'ops:Arn', 'arn:aws:sqs:*:*:*', true],
    ['ArnNotEquals', 'ops:Arn', topicArn, false],
    ['Bool', 'aws:SecureTransport', true, true],
    ['Bool', 'aws:SecureTransport', 'false', false],
    ['BoolIfExists', 'ops:Gone', 'true', true],
    ['NumericEquals', 'ops:Size', 10, true],
    ['NumericNotEquals', 'ops:Size', '10.0', false],
    ['NumericLessThan', 'ops:Size', 10, false],
    ['NumericLessThanEquals', 'ops:Size', 10, true],
    ['NumericGreaterThan', 'ops:Size', 9, true],
    ['NumericGreaterThan', 'ops:Size', 10, false],
    ['NumericGreaterThanEquals', 'ops:Size', 11, false],
    ['Null', 'ops:Gone', 'true', true],
    ['Null', 'ops:Name', true, false],
    ['Null', 'ops:Name', 'false', true],
  ];
  test.each(cases)('%s %s %j', (operator, key, value, holds) => {
    expect(conditionTest({ [operator]: { [key]: value } }, 'Condition')(context)).toBe(holds);
  });

  it('holds only when all its operators and keys do', () => {
    const two = (size: string) =>
      conditionTest(
        { StringEquals: { 'ops:Name': 'alerts-high', 'ops:Size': size }, Bool: { 'ops:Gone': 'x' } },
        '',
      );
    const one = (size: string) =>
      conditionTest({ StringEquals: { 'ops:Name': 'alerts-high', 'ops:Size': size } }, '');
    expect(one('10')(context)).toBe(true);
    expect(one('11')(context)).toBe(false);
    expect(two('10')(context)).toBe(false);
  });

  it('is refused by name and place when its operator is not known', () => {
    expect(() => conditionTest({ DateLessThan: { 'aws:CurrentTime': '2027-01-01' } }, 'Condition')).toThrow(
      "Condition.DateLessThan.aws:CurrentTime: condition operator 'DateLessThan' is not supported",
    );
  });
});
