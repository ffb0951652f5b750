import { aBlockedImageIsEnforced } from './a-blocked-image-is-enforced.ts';
import { everyAlertIsTold } from './every-alert-is-told.ts';
import { everyBadPushIsTold } from './every-bad-push-is-told.ts';
import { everyDeadLetterQueueIsOpen } from './every-dead-letter-queue-is-open.ts';
import { everyDeletionIsJournalled } from './every-deletion-is-journalled.ts';
import { everyIndexHasItsParts } from './every-index-has-its-parts.ts';
import { everyInvocationEndsWell } from './every-invocation-ends-well.ts';
import { everyPlantedFaultIsTold, onlyPlantedFaultsAreTold } from './every-planted-fault-is-told.ts';
import { everyRefusalIsKept } from './every-refusal-is-kept.ts';
import { everyScannedImageIsJudged } from './every-scanned-image-is-judged.ts';
import { everyScheduleStands } from './every-schedule-stands.ts';
import { everySubscriptionHasItsRule } from './every-subscription-has-its-rule.ts';
import { everyToldHasItsMessage } from './every-told-has-its-message.ts';
import type { Invariant } from './invariant.ts';
import { noArchiveWithoutEvidence } from './no-archive-without-evidence.ts';
import { nothingFromOutsideIsMarkup } from './nothing-from-outside-is-markup.ts';
import { nothingInUseIsArchived } from './nothing-in-use-is-archived.ts';
import { nothingInUseIsDeleted } from './nothing-in-use-is-deleted.ts';
import { nothingIsDenied } from './nothing-is-denied.ts';
import { nothingIsToldTwice } from './nothing-is-told-twice.ts';
import { observeTouchesNothing } from './observe-touches-nothing.ts';
import { whatStandsIsWhatWasTold } from './what-stands-is-what-was-told.ts';

export const invariants: readonly Invariant[] = [
  everySubscriptionHasItsRule,
  everyScheduleStands,
  nothingIsDenied,
  everyDeadLetterQueueIsOpen,
  everyInvocationEndsWell,
  everyScannedImageIsJudged,
  everyBadPushIsTold,
  everyAlertIsTold,
  everyToldHasItsMessage,
  whatStandsIsWhatWasTold,
  nothingIsToldTwice,
  nothingFromOutsideIsMarkup,
  everyRefusalIsKept,
  aBlockedImageIsEnforced,
  nothingInUseIsArchived,
  nothingInUseIsDeleted,
  everyDeletionIsJournalled,
  everyIndexHasItsParts,
  noArchiveWithoutEvidence,
  observeTouchesNothing,
  everyPlantedFaultIsTold,
  onlyPlantedFaultsAreTold,
];
