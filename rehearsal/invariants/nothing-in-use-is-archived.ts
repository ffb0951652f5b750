import type { Invariant } from './invariant.ts';

export const nothingInUseIsArchived: Invariant = {
  name: 'nothing in use is archived',
  rule: 'At the moment in which a function archives an image no cluster names it, or an index that leads to it.',
  check({ archivals }) {
    const violations = archivals.flatMap(({ at, caller, region, repository, digest, usedBy }) =>
      usedBy.length === 0
        ? []
        : [
            `${caller} archived ${repository}@${digest} in ${region} at ${at.toISOString()}, which ${usedBy.join(', ')} uses`,
          ],
    );
    return { checked: archivals.length, violations };
  },
};
