import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { AwsError } from '../../../../rehearsal/kernel.ts';
import { away, database, home, Platform } from './platform.ts';

const failed = `failed ${home} hourly ${database.arn}`;
const copyFailed = `copy-failed ${away} vault ${database.arn}`;

/** The backup of 10:00 fails within minutes, long before the next one. */
async function afterAFailure(): Promise<Platform> {
  const platform = new Platform([database], 0.1);
  platform.faults = {
    backup: ({ rule, at }) =>
      rule !== undefined && at.getUTCHours() === 10 ? { end: 'FAILED', message: 'no' } : undefined,
  };
  await platform.sweepUntil('09:22');
  platform.until('10:25');
  return platform;
}

const failure = (platform: Platform) => platform.event('Backup Job State Change', 'FAILED');

describe('a backup that failed', () => {
  it('is asked for once more, once, and is told with that and with its end', async () => {
    const platform = await afterAFailure();
    const event = failure(platform);
    expect(await platform.hand([event, event])).toEqual([`open ${failed}`]);
    expect(platform.published[0]?.facts.retry).toMatch(/^it was asked for once more, as job [0-9A-F-]{36}$/);
    expect(platform.records().get(database.arn)?.retries).toEqual([
      { token: expect.any(String), at: '2026-03-02T10:25:00.000Z', end: platform.published[0]?.facts.retry },
    ]);
    expect(await platform.hand([event])).toEqual([]);
    platform.until('10:50');
    const done = platform.event('Backup Job State Change', 'COMPLETED');
    expect(await platform.hand([done])).toEqual([`over ${failed}`]);
    // It comes again, too late.
    expect(await platform.hand([event])).toEqual([]);
    expect(platform.byHand()).toEqual(['backup']);
  });

  it('has its copy asked for once more, when no key is in its way', async () => {
    const platform = new Platform([database], 0.1);
    await platform.sweep();
    platform.faults = { copy: () => ({ end: 'FAILED', message: 'An internal error occurred.' }) };
    platform.until('09:40');
    const event = platform.event('Copy Job State Change', 'FAILED');
    platform.faults = {};
    expect(await platform.hand([event])).toEqual([`open ${copyFailed}`]);
    platform.until('10:00');
    expect(platform.byHand()).toEqual(['copy']);
    expect(await platform.hand([platform.event('Copy Job State Change', 'COMPLETED')])).toEqual([
      `over ${copyFailed}`,
    ]);
  });

  it.each([
    ['the policy has it observe', 'observe', undefined, 'the policy has this automation observe'],
    ['it is paused', 'act', 'pause/backups', 'paused by somebody: a test'],
    ['everything is paused', 'act', 'pause/all', 'paused by somebody: a test'],
    ['a failover is open', 'act', 'interlock', 'interlocked by somebody: a test'],
  ] as const)('is not asked for while %s, and that is told', async (_what, mode, row, reason) => {
    const platform = await afterAFailure();
    platform.policy = { ...platform.policy, backups: { ...platform.policy.backups, mode } };
    if (row !== undefined) platform.setSwitch(row);
    await platform.hand([failure(platform)]);
    expect(platform.published[0]?.facts.retry).toBe(`it was not asked for once more: ${reason}`);
    expect(platform.byHand()).toEqual([]);
    expect(platform.records().get(database.arn)?.retries).toEqual([]);
  });

  it('is not asked for while the switches cannot be read, nor when they are set right before', async () => {
    const platform = await afterAFailure();
    platform.fails = (call, input) =>
      call === 'dynamodb:BatchGetItem' && JSON.stringify(input).includes('"switches"')
        ? new AwsError('InternalServerError', 'not well', 500)
        : undefined;
    await platform.hand([failure(platform)]);
    expect(platform.published[0]?.facts.retry).toContain('the switches could not be read');

    const late = await afterAFailure();
    late.meanwhile = (call) => {
      if (call === 'dynamodb:PutItem' && late.calls.includes('backup:ListBackupJobs'))
        late.setSwitch('interlock');
    };
    await late.hand([failure(late)]);
    expect(late.published[0]?.facts.retry).toContain('interlocked');
    expect([...platform.byHand(), ...late.byHand()]).toEqual([]);
  });

  it('tells what AWS Backup refuses, and does not ask again', async () => {
    const platform = await afterAFailure();
    const refusal = new AwsError('InvalidRequestException', 'The resource is in a state that it cannot be.');
    platform.fails = (call) => (call === 'backup:StartBackupJob' ? refusal : undefined);
    const event = failure(platform);
    await platform.hand([event]);
    expect(platform.published[0]?.facts.retry).toBe(
      'AWS Backup refused to do it once more: InvalidRequestException: The resource is in a state that it cannot be.',
    );
    await platform.hand([event]);
    expect(platform.calls).not.toContain('backup:StartBackupJob');
  });

  it('tells that it could not be asked for, and asks again at the next occasion', async () => {
    const platform = await afterAFailure();
    const denied = new AwsError('AccessDeniedException', 'not authorized to perform: iam:PassRole', 403);
    platform.fails = (call) => (call === 'backup:StartBackupJob' ? denied : undefined);
    await platform.hand([failure(platform)]);
    expect(platform.published[0]?.facts.retry).toContain(
      'could not be asked for once more: AccessDeniedException',
    );
    platform.fails = () => undefined;
    await platform.hand([failure(platform)]);
    expect(platform.byHand()).toEqual(['backup']);
  });
});

describe('a run that dies at any call', () => {
  it('is made up for by the next: one retry, and each thing told', async () => {
    const operations = [
      'dynamodb:PutItem',
      'dynamodb:BatchGetItem',
      'backup:StartBackupJob',
      'events:PutEvents',
      'tagging:GetResources',
    ];
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...operations),
        fc.integer({ min: 1, max: 4 }),
        fc.constantFrom('before' as const, 'after' as const),
        async (operation, call, when) => {
          const platform = await afterAFailure();
          const event = failure(platform);
          platform.death = { operation, call, when };
          await platform.hand([event]);
          platform.death = undefined;
          await platform.hand([event]);
          expect(platform.byHand()).toEqual(['backup']);
          expect(new Set(platform.told)).toEqual(new Set([`open ${failed}`]));
          expect(new Set(platform.published.map(({ identity }) => identity)).size).toBe(1);
          const [record] = [platform.records().get(database.arn)];
          expect(record?.open.map(({ isTold }) => isTold)).toEqual([true]);
          expect(record?.retries).toHaveLength(1);
        },
      ),
      { numRuns: 20, seed: 20260302 },
    );
  });

  it('leaves the rest to the other, when two runs look at once', async () => {
    const platform = await afterAFailure();
    const event = failure(platform);
    await Promise.all([platform.hand([event]), platform.hand([event]), platform.sweep()]);
    expect(platform.byHand()).toEqual(['backup']);
    expect(new Set(platform.published.map(({ identity }) => identity)).size).toBe(1);
  });
});
