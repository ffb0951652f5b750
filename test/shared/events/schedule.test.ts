import { describe, expect, it } from '@jest/globals';
import { parseScheduledRun } from '../../../shared/events/schedule.ts';
import { absent, refusal, sample, spoil } from './sample.ts';

const input = sample('schedule/scheduler-input.json');
const event = sample('schedule/scheduled-event.json');

describe('parseScheduledRun', () => {
  it.each([
    ['our input from EventBridge Scheduler', input],
    ['the event of a rule', event],
  ])('reads %s', (_form, given) => {
    expect(parseScheduledRun(given)).toEqual({
      schedule: 'aeon-ops-sweep-images',
      scheduledTime: '2026-03-02T06:00:00.000Z',
    });
  });

  it('takes the rule’s name from a rule on a bus of its own', () => {
    const arn = 'arn:aws:events:us-east-1:123456789012:rule/aeon-ops/nightly';
    expect(parseScheduledRun(spoil(event, 'resources', [arn])).schedule).toBe('nightly');
  });

  it('refuses a time that Scheduler did not fill in', () => {
    const keyword = '<aws.scheduler.scheduled-time>';
    expect(refusal(() => parseScheduledRun({ ...input, scheduledTime: keyword }))).toBe(
      'The input from EventBridge Scheduler cannot be understood: scheduledTime: expected a time such as ' +
        `2026-03-02T08:00:00Z (given '${keyword}')`,
    );
  });

  it.each<[string, unknown]>([
    ['missing', absent],
    ['empty', []],
    ['of another service', ['arn:aws:lambda:us-east-1:123456789012:function:x']],
  ])('refuses a rule’s event whose resources are %s', (_what, resources) => {
    expect(refusal(() => parseScheduledRun(spoil(event, 'resources', resources)))).toContain(
      'does not say which rule sent it',
    );
  });
});
