import { entriesOf, type Invariant } from './invariant.ts';

/** Attempts may fail; what counts is how the last one ended. */
export const everyInvocationEndsWell: Invariant = {
  name: 'every invocation ends well',
  rule: 'What a function is invoked for succeeds in the end, however often it has to be tried.',
  check(run) {
    const last = new Map(
      entriesOf(run, 'invocation').map(({ entry }) => [`${entry.region}/${entry.requestId}`, entry]),
    );
    const failed = [...last.values()].filter(({ outcome }) => outcome !== 'ok' && outcome !== 'crashed');
    const texts = failed.map(
      (entry) => `${entry.function} in ${entry.region} ${entry.outcome}: ${entry.detail}`,
    );
    return { checked: last.size, violations: [...new Set(texts)] };
  },
};
