import type { Invariant } from './invariant.ts';

export const everyDeletionIsJournalled: Invariant = {
  name: 'every deletion is journalled',
  rule: 'Before an image is deleted it is written down what it was, so that it can be made again.',
  check({ deletions }) {
    const violations = deletions.flatMap(({ at, region, repository, digest, isJournalled }) =>
      isJournalled
        ? []
        : [`${repository}@${digest} in ${region} was deleted at ${at.toISOString()}, and no journal has it`],
    );
    return { checked: deletions.length, violations };
  },
};
