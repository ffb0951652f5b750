import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { contract } from '../../../../functions/backups/watch-backups/contract.ts';
import { readHint } from '../../../../functions/backups/watch-backups/hint.ts';
import { compilePattern } from '../../../../rehearsal/wiring/event-pattern.ts';
import { eventsFolder, refusal, sample, spoil } from '../../../shared/events/sample.ts';
import { database, Platform } from './platform.ts';

const files = readdirSync(join(eventsFolder, 'backup')).toSorted();
const restores = files.filter((file) => file.startsWith('restore-job.'));
const others = files.filter((file) => !restores.includes(file));

/** Each that says that something has ended, or is wrong with a recovery point. */
const subscribed = [
  'backup-job.aborted.json',
  'backup-job.completed-with-issues.json',
  'backup-job.completed.json',
  'backup-job.expired.json',
  'backup-job.failed.json',
  'backup-job.partial.json',
  'copy-job.completed.json',
  'copy-job.failed.json',
  'recovery-point.expired.json',
];

describe('readHint', () => {
  it.each(others)('says of backup/%s which resource it is about, if the event does', (file) => {
    const event = sample(`backup/${file}`);
    const { resourceArn } = event.detail as { resourceArn?: string };
    expect(readHint(event)?.resourceArn).toBe(resourceArn);
  });

  it.each(restores)('refuses backup/%s, which is of a restore', (file) => {
    expect(refusal(() => readHint(sample(`backup/${file}`)))).toContain('Restores are not watched here');
  });

  it.each([
    ['backup-job.completed.json', false],
    ['copy-job.completed.json', false],
    ['recovery-point.completed.json', false],
    ['backup-job.completed-with-issues.json', true],
    ['backup-job.failed.json', true],
    ['copy-job.failed.json', true],
    ['recovery-point.expired.json', true],
  ])('%s is bad: %p', (file, isBad) => {
    expect(readHint(sample(`backup/${file}`))?.isBad).toBe(isBad);
  });
});

describe('the subscription', () => {
  const [{ pattern }] = contract.subscriptions;
  const matches = compilePattern(pattern);

  it('takes what has ended, in both spellings, and nothing of restores', () => {
    expect(files.filter((file) => matches(sample(`backup/${file}`)))).toEqual(subscribed);
    const event = sample('backup/backup-job.failed.json');
    const { state, ...detail } = event.detail as { state: string };
    expect(matches(spoil(event, 'detail', { ...detail, status: state }))).toBe(true);
  });
});

describe('a batch of events', () => {
  it('is not looked into when all ended well and nothing stands', async () => {
    const platform = new Platform();
    await platform.sweepUntil('09:22');
    platform.until('10:00');
    await platform.hand([platform.event('Backup Job State Change', 'COMPLETED')]);
    expect(platform.calls.filter((call) => call.startsWith('backup:'))).toEqual([]);
    expect(platform.logged.at(-1)?.outcome).toBe('nothing');
  });

  it('on one resource reads of that one alone', async () => {
    const platform = new Platform();
    platform.faults = { backup: () => ({ end: 'FAILED', message: 'no' }) };
    await platform.sweep();
    const asked: unknown[] = [];
    platform.fails = (call, input) => {
      if (call.startsWith('backup:List')) asked.push((input as { ByResourceArn?: string }).ByResourceArn);
      return undefined;
    };
    platform.until('09:40');
    await platform.hand([platform.event('Backup Job State Change', 'FAILED')]);
    expect(asked).toEqual([database.arn, database.arn, database.arn, database.arn]);
  });

  it('about resources of other teams changes nothing', async () => {
    const platform = new Platform();
    await platform.sweepUntil('09:22');
    expect(await platform.hand(others.map((file) => sample(`backup/${file}`)))).toEqual([]);
    expect([...platform.records().keys()]).toEqual([database.arn]);
  });

  it('keeps what it cannot understand, and does the rest', async () => {
    const platform = new Platform();
    platform.faults = { backup: () => ({ end: 'FAILED', message: 'no' }) };
    await platform.sweep();
    platform.until('09:40');
    const told = await platform.hand([
      'no JSON',
      platform.event('Backup Job State Change', 'FAILED'),
      sample('backup/restore-job.completed.json'),
    ]);
    expect(told).toEqual([`open failed us-east-1 hourly ${database.arn}`]);
    expect(platform.deadLetters).toHaveLength(2);
    expect(platform.deadLetters[0]).toBe('no JSON');
  });
});
