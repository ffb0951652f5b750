import * as z from 'zod';
import { resourceName } from '../../shared/policy/resource.ts';
import type { Policy } from '../../shared/policy/schema.ts';
import type { StoredImage } from '../aws/ecr-repository.ts';
import type { Run } from '../rehearsal.ts';
import type { Invariant } from './invariant.ts';

const Row = z.object({
  copy: z.object({ S: z.string().startsWith('inspection#') }),
  record: z.object({ S: z.string() }),
});
const Record = z.object({
  digest: z.string(),
  repository: z.string(),
  problems: z.array(
    z.object({
      name: z.string(),
      told: z.boolean(),
      findings: z.array(z.object({ check: z.string() })),
    }),
  ),
});

type Record = z.infer<typeof Record>;

/** Works out anew, from the registry and the policy alone, two of the things that are wrong with a push. */
export const everyBadPushIsTold: Invariant = {
  name: 'every bad push is told',
  rule: 'Of an image that was inspected when it was pushed everything that is wrong has been told, a tag that is no release and a size above the budget among it.',
  check(run) {
    const inspected = run.account.dynamodb
      .peek('aeon-ops-verdicts', run.policy.regions.primary)
      .flatMap((item) => {
        const row = Row.safeParse(item);
        return row.success ? [Record.parse(JSON.parse(row.data.record.S))] : [];
      });
    return {
      checked: inspected.length,
      violations: inspected.flatMap((record) => [...untold(record), ...unseen(record, run)]),
    };
  },
};

function untold({ problems, repository, digest }: Record): readonly string[] {
  return problems
    .filter(({ told }) => !told)
    .map(({ name }) => `${repository}@${digest}: what is wrong with ${name} was never told`);
}

function unseen({ problems, repository, digest }: Record, { account, policy }: Run): readonly string[] {
  const image = account.ecr
    .imagesIn(policy.regions.primary)
    .find((candidate) => candidate.repository === repository && candidate.image.digest === digest)?.image;
  if (image === undefined) return [];
  const found = new Set(
    problems.flatMap(({ name, findings }) => findings.map(({ check }) => `${check} of ${name}`)),
  );
  return wrongWith(image, repository, policy)
    .filter((due) => !found.has(due))
    .map((due) => `${repository}@${digest}: the ${due} is wrong, and the inspection did not see it`);
}

function wrongWith(image: StoredImage, repository: string, policy: Policy): readonly string[] {
  const service = Object.entries(policy.services).find(
    ([, { repository: of }]) => resourceName(of) === repository,
  );
  if (service === undefined) return [];
  const [name, { sizeBudgetMb = Number.POSITIVE_INFINITY }] = service;
  const words = Object.values(policy.environments).map(({ imageTag }) => imageTag);
  const release = new RegExp(`^${name}-(${words.join('|')})-\\d+[.]\\d+[.]\\d+-(rc\\d|[0-9a-f]{7})`);
  const moving = policy.images.registry.mutableTags.map((tag) => tag.replaceAll('*', ''));
  const isWrong = (tag: string): boolean => !release.test(tag) && !moving.some((part) => tag.includes(part));
  return [
    ...image.tags.filter(isWrong).map((tag) => `tag of ${tag}`),
    ...(image.sizeInBytes > sizeBudgetMb * 1e6 ? [`size of ${image.digest}`] : []),
  ];
}
