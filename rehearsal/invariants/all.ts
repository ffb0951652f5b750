import { everyAlertIsTold } from './every-alert-is-told.ts';
import { everyBadPushIsTold } from './every-bad-push-is-told.ts';
import { everyDeadLetterQueueIsOpen } from './every-dead-letter-queue-is-open.ts';
import { everyInvocationEndsWell } from './every-invocation-ends-well.ts';
import { everyRefusalIsKept } from './every-refusal-is-kept.ts';
import { everyScannedImageIsJudged } from './every-scanned-image-is-judged.ts';
import { everyScheduleStands } from './every-schedule-stands.ts';
import { everySubscriptionHasItsRule } from './every-subscription-has-its-rule.ts';
import type { Invariant } from './invariant.ts';
import { nothingIsDenied } from './nothing-is-denied.ts';
import { nothingIsToldTwice } from './nothing-is-told-twice.ts';

export const invariants: readonly Invariant[] = [
  everySubscriptionHasItsRule,
  everyScheduleStands,
  nothingIsDenied,
  everyDeadLetterQueueIsOpen,
  everyInvocationEndsWell,
  everyScannedImageIsJudged,
  everyBadPushIsTold,
  everyAlertIsTold,
  nothingIsToldTwice,
  everyRefusalIsKept,
];
