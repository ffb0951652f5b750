import { describe, expect, it } from '@jest/globals';
import { admit } from '../../../cli/invoke/admission.ts';
import { describeMismatches, mismatchesOf } from '../../../cli/invoke/mismatch.ts';
import type { WaysIn } from '../../../cli/invoke/ways-in.ts';

const nothing: WaysIn = { rules: [], topics: [], queues: [], schedules: [], alarms: false };

describe('admit', () => {
  it('lets Scheduler invoke as its role, with the input of a schedule', () => {
    const ways = { ...nothing, schedules: [{ name: 'hourly', roleArn: 'arn:aws:iam::1:role/scheduler' }] };
    expect(admit({ schedule: 'hourly', scheduledTime: '2026-03-02T06:00:00Z' }, 'sweep', ways)).toEqual({
      by: 'schedule hourly',
      principal: { kind: 'role', arn: 'arn:aws:iam::1:role/scheduler' },
    });
  });

  it('names all that the function is given, whatever it is offered', () => {
    const ways: WaysIn = {
      rules: [{ name: 'scans', arn: 'arn:aws:events:us-east-1:1:rule/scans', bus: 'default', pattern: {} }],
      topics: ['arn:aws:sns:us-east-1:1:intake'],
      queues: ['arn:aws:sqs:us-east-1:1:storms'],
      schedules: [{ name: 'hourly', roleArn: 'arn:aws:iam::1:role/scheduler' }],
      alarms: true,
    };
    expect(() => admit({ hello: 'world' }, 'judge', ways)).toThrow(
      expect.objectContaining({
        message: 'judge would never be given this event: it is not in a form that AWS sends events in.',
        remedy:
          'It is given events by the rule scans on the bus default; notifications of the topic intake; actions of CloudWatch alarms; SQS events of the queue storms; runs of the schedule hourly.',
      }),
    );
  });

  it.each([
    [{ 'detail-type': 'ECR Image Scan', source: 'aws.ecr' }],
    [{ Records: [{ EventSource: 'aws:sns' }] }],
    [{ Records: [{ eventSource: 'aws:sqs' }] }],
    [{ Records: [{ eventSource: 'aws:s3' }] }],
    [{ Records: [] }],
    [{ alarmData: {} }],
    [{ schedule: 'hourly', scheduledTime: '' }],
    [{}],
  ])('%j is nothing for a function that nothing invokes', (event) => {
    expect(() => admit(event, 'idle', nothing)).toThrow(expect.objectContaining({ name: 'MisuseError' }));
  });
});

describe('mismatchesOf', () => {
  const event = { source: 'aws.ecr', detail: { result: 'FAILURE', tags: ['one'] } };

  it('gives the parts that do not match, with what was given', () => {
    const pattern = { source: ['aws.ecr'], detail: { result: ['SUCCESS'], digest: [{ exists: true }] } };
    expect(mismatchesOf(pattern, event)).toEqual([
      { path: 'detail.result', wanted: ['SUCCESS'], given: 'FAILURE' },
      { path: 'detail.digest', wanted: [{ exists: true }], given: undefined },
    ]);
  });

  it('takes an $or as one part', () => {
    const alternatives = [{ result: ['SUCCESS'] }, { tags: ['two'] }];
    expect(mismatchesOf({ detail: { $or: alternatives } }, event)).toEqual([
      { path: 'detail.$or', wanted: alternatives, given: event.detail },
    ]);
    expect(mismatchesOf({ detail: { $or: [{ result: ['SUCCESS'] }, { tags: ['one'] }] } }, event)).toEqual(
      [],
    );
  });

  it('says so when each part matches and the whole does not', () => {
    expect(describeMismatches([])).toMatch(/different elements of one list/);
  });
});
