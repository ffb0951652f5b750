import { expect, it } from '@jest/globals';
import { readSubject } from '../../../../functions/images/quarantine-image/subject.ts';
import { PermanentError } from '../../../../shared/lambda/errors.ts';

const scheduledTime = '2026-03-02T08:02:00Z';

it.each([
  ['changed', 'changed'],
  ['all', 'all'],
  // A person, by the name that the schedule has in EventBridge Scheduler.
  ['aeon-ops-quarantine-image-all', 'all'],
])('the schedule %s wants %s', (schedule, subject) => {
  expect(readSubject({ schedule, scheduledTime })).toBe(subject);
});

it('refuses what names neither an image nor a schedule', () => {
  expect(() => readSubject({ schedule: '' })).toThrow(PermanentError);
});
