import type { Invariant } from './invariant.ts';

export const everyIndexHasItsParts: Invariant = {
  name: 'every index has its parts',
  rule: 'What an index leads to is there for as long as the index is, and can be pulled when the index can.',
  check({ account, policy }) {
    const violations: string[] = [];
    let checked = 0;
    for (const region of policy.regions.registry) {
      const images = account.ecr.imagesIn(region);
      const status = new Map(
        images.map(({ repository, image }) => [`${repository}@${image.digest}`, image.status]),
      );
      for (const { repository, image } of images) {
        for (const part of image.content.children) {
          checked += 1;
          const found = status.get(`${repository}@${part}`);
          if (found === undefined || (image.status === 'ACTIVE' && found !== 'ACTIVE')) {
            violations.push(
              `${repository}@${image.digest} in ${region} is ${image.status}, and its part ${part} is ${found ?? 'gone'}`,
            );
          }
        }
      }
    }
    return { checked, violations };
  },
};
