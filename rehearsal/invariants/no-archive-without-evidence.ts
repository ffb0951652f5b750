import type { Invariant } from './invariant.ts';

export const noArchiveWithoutEvidence: Invariant = {
  name: 'no archive without evidence',
  rule: 'What was found in an image is saved before it is quarantined, for ECR forgets it.',
  check({ archivals }) {
    const quarantined = archivals.filter(({ caller }) => caller === 'aeon-ops-quarantine-image');
    const violations = quarantined.flatMap(({ at, region, repository, digest, hasEvidence }) =>
      hasEvidence
        ? []
        : [
            `${repository}@${digest} in ${region} was archived at ${at.toISOString()}, and nothing was saved of it`,
          ],
    );
    return { checked: quarantined.length, violations };
  },
};
