import type { Invariant } from './invariant.ts';

export const nothingInUseIsDeleted: Invariant = {
  name: 'nothing in use is deleted',
  rule: 'At the moment in which an image is deleted no cluster names it, or an index that leads to it.',
  check({ deletions }) {
    const violations = deletions.flatMap(({ at, region, repository, digest, usedBy }) =>
      usedBy.length === 0
        ? []
        : [
            `${repository}@${digest} in ${region} was deleted at ${at.toISOString()}, and ${usedBy.join(', ')} uses it`,
          ],
    );
    return { checked: deletions.length, violations };
  },
};
