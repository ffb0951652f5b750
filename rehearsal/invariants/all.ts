import { everyAlertIsTold } from './every-alert-is-told.ts';
import { everyDeadLetterQueueIsOpen } from './every-dead-letter-queue-is-open.ts';
import { everyInvocationEndsWell } from './every-invocation-ends-well.ts';
import { everyRefusalIsKept } from './every-refusal-is-kept.ts';
import { everyScannedImageIsJudged } from './every-scanned-image-is-judged.ts';
import { everySubscriptionHasItsRule } from './every-subscription-has-its-rule.ts';
import type { Invariant } from './invariant.ts';
import { nothingIsDenied } from './nothing-is-denied.ts';
import { nothingIsToldTwice } from './nothing-is-told-twice.ts';

export const invariants: readonly Invariant[] = [
  everySubscriptionHasItsRule,
  nothingIsDenied,
  everyDeadLetterQueueIsOpen,
  everyInvocationEndsWell,
  everyScannedImageIsJudged,
  everyAlertIsTold,
  nothingIsToldTwice,
  everyRefusalIsKept,
];
