import { describe, expect, it } from '@jest/globals';
import { keyFailureOf } from '../../../shared/backups/key-failure.ts';
import { away, copy, database, decide, healthy, job, point } from './stage.ts';

const older = healthy.slice(0, 4);
const failed = job('11:00', 'FAILED');
const byHand = (created: string, state: string) => {
  const { createdBy: _plan, ...rest } = job(created, state);
  return rest;
};

describe('a backup that failed', () => {
  it('is asked for once more, under the same token each time', () => {
    const [first] = decide({ points: older, jobs: [failed], now: '11:15' }).retries;
    const [again] = decide({ points: older, jobs: [failed], now: '11:25' }).retries;
    expect(first).toMatchObject({
      kind: 'backup',
      resourceArn: database,
      vaultName: 'vault',
      rule: { name: 'hourly', keepDays: 30 },
      token: expect.stringMatching(/^[0-9a-f]{40}$/),
    });
    expect(again?.token).toBe(first?.token);
    const [other] = decide({ points: older, jobs: [job('12:00', 'FAILED')], now: '12:15' }).retries;
    expect(other?.token).not.toBe(first?.token);
  });

  it.each([
    ['when it was never asked for', { jobs: [], now: '11:20' }, 1],
    ['when the next one is near', { jobs: [failed], now: '11:40' }, 0],
    ['when it has been tried again', { jobs: [failed, byHand('11:15', 'FAILED')], now: '11:20' }, 0],
    ['when the next one is under way', { jobs: [failed, job('12:00', 'RUNNING')], now: '12:20' }, 0],
    ['when an older one was tried again', { jobs: [failed, byHand('10:15', 'FAILED')], now: '11:20' }, 1],
    ['when it has issues', { jobs: [job('11:00', 'COMPLETED', { message: 'x' })], now: '11:20' }, 0],
    // Sunday's windows begin at 02:00, an hour of notice included.
    ['when RDS would not make it', { jobs: [job('1T00:00', 'FAILED')], now: '1T01:10', points: [] }, 0],
  ])('%s', (_what, story, count) => {
    expect(decide({ points: older, ...story }).retries).toHaveLength(count);
  });

  it.each([
    ['observe', 'the policy has this automation observe'],
    ['paused', 'paused by oncall: failover'],
    ['interlocked', 'a failover is open'],
  ] as const)('is not asked for while %s, and that is said', (because, reason) => {
    const decision = decide({
      points: older,
      jobs: [failed],
      now: '11:15',
      standing: { may: 'tell', because, reason },
    });
    expect(decision.retries).toEqual([]);
    expect(decision.held).toEqual([{ retry: expect.objectContaining({ kind: 'backup' }), reason }]);
  });
});

describe('a copy', () => {
  const last = point('11:00');
  const story = { points: [...older, last], jobs: [job('12:00', 'RUNNING')], now: '12:30' };

  it.each([
    ['that failed', [copy(last, 'FAILED', 'An internal error occurred.')], 1],
    ['that was never begun', [], 1],
    ['that is late', [copy(last, 'RUNNING')], 0],
    ['that failed twice', [copy(last, 'FAILED', 'x'), copy(last, 'FAILED', 'x')], 0],
    ['that failed over a key', [copy(last, 'FAILED', 'Given key ID is not accessible')], 0],
  ])('%s is asked for %#', (_what, copies, count) => {
    const { retries } = decide({ ...story, copies });
    expect(retries).toHaveLength(count);
    if (count === 1) expect(retries[0]).toMatchObject({ kind: 'copy', source: last, copy: { region: away } });
  });
});

describe('keyFailureOf', () => {
  const key = 'arn:aws:kms:us-east-1:123456789012:key/12345678-1234-4234-8234-123456789012';
  const there = key.replace('us-east-1', away);

  it.each([
    [
      `The source snapshot KMS key [${key}] does not exist, is not enabled or you do not have permissions to access it.`,
      'source',
      key,
    ],
    [
      `Specified KMS key [${there}] does not exist, is not enabled or you do not have permissions to access it.`,
      'destination',
      there,
    ],
    ['Given key ID is not accessible', 'either', undefined],
    [
      'AMI snapshot copy failed with error: Given key ID is not accessible. You must have DescribeKey permissions on the default CMK',
      'either',
      undefined,
    ],
    ['KMS key is either disabled or pending deletion or access to KMS key is denied', 'either', undefined],
    [
      "Snapshots encrypted with the AWS managed key can't be shared. Specify another snapshot.",
      'either',
      undefined,
    ],
  ])('%s', (message, which, keyArn) => {
    expect(keyFailureOf(message, away, 'role')).toMatchObject({ which, ...(keyArn && { keyArn }) });
  });

  it('names the one permission that IAM named', () => {
    const message = `User: arn:aws:iam::123456789012:role/r is not authorized to perform: kms:CreateGrant on resource: ${there}`;
    expect(keyFailureOf(message, away, 'r')?.remedy).toContain('have to allow kms:CreateGrant,');
  });

  it.each([
    'An internal error occurred.',
    'Copy job failed. The retention specified is not within the range.',
  ])('is not: %s', (message) => {
    expect(keyFailureOf(message, away, 'role')).toBeUndefined();
  });
});
