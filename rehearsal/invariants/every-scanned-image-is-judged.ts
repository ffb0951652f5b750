import * as z from 'zod';
import type { Policy } from '../../shared/policy/schema.ts';
import type { StoredImage } from '../aws/ecr-repository.ts';
import type { Run } from '../rehearsal.ts';
import type { Invariant } from './invariant.ts';

const Row = z.object({
  copy: z.object({ S: z.string() }),
  digest: z.object({ S: z.string() }),
  /** Absent: the row only links an image to an index. */
  record: z.optional(z.object({ S: z.string() })),
});
const Record = z.object({ verdict: z.string(), announced: z.optional(z.object({ verdict: z.string() })) });

/** Works the verdict out anew, from the registry and the policy alone. */
export const everyScannedImageIsJudged: Invariant = {
  name: 'every scanned image is judged',
  rule: 'Each copy of an image whose scan ended, told of or not, has the verdict that the policy gives its worst finding, and it was announced if people know the image by a tag. Only a completed scan can be clean.',
  check(run) {
    const copies = run.policy.regions.registry.flatMap((region) =>
      run.account.ecr
        .imagesIn(region)
        .flatMap(({ repository, image }) => (image.scan ? [{ region, repository, image }] : [])),
    );
    const violations = copies.flatMap(({ region, repository, image }) => {
      const where = `${image.tags[0] ?? image.digest} in ${region}`;
      const record = recordOf(run, region, `${region}#${repository}`, image.digest);
      const due = verdictDue(image, run.policy);
      if (record === undefined)
        return [`${where} was scanned (${image.scan?.status}) and has no verdict; ${due} is due`];
      if (record.verdict !== due) return [`${where} has the verdict ${record.verdict}, and ${due} is due`];
      return image.tags.length === 0 || record.announced?.verdict === record.verdict
        ? []
        : [`${where}: the verdict ${due} was never announced`];
    });
    return { checked: copies.length, violations };
  },
};

function recordOf(
  run: Run,
  region: string,
  copy: string,
  digest: string,
): z.infer<typeof Record> | undefined {
  const row = run.account.dynamodb
    .peek('aeon-ops-verdicts', region)
    .map((item) => Row.parse(item))
    .find((item) => item.copy.S === copy && item.digest.S === digest);
  return row?.record && Record.parse(JSON.parse(row.record.S));
}

function verdictDue({ scan, tags }: StoredImage, policy: Policy): string {
  if (scan?.status !== 'COMPLETE' && scan?.status !== 'ACTIVE') return 'unknown';
  const words = new Set(tags.flatMap((tag) => tag.split('-')));
  const named = Object.values(policy.environments).filter(({ imageTag }) => words.has(imageTag));
  const fallback = policy.environments[policy.images.environmentWhenUnclear];
  const environments = named.length > 0 || fallback === undefined ? named : [fallback];
  const given = new Set(
    environments.flatMap(({ verdicts }) => scan.findings.map(({ severity }) => verdicts[severity])),
  );
  return (['block', 'review', 'monitor'] as const).find((verdict) => given.has(verdict)) ?? 'pass';
}
