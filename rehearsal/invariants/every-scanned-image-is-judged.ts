import * as z from 'zod';
import { resourceName } from '../../shared/policy/resource.ts';
import type { Policy } from '../../shared/policy/schema.ts';
import type { StoredImage } from '../aws/ecr-repository.ts';
import type { ImageScan } from '../aws/ecr-scan.ts';
import type { Run } from '../rehearsal.ts';
import type { Invariant } from './invariant.ts';

const Row = z.object({
  copy: z.object({ S: z.string() }),
  digest: z.object({ S: z.string() }),
  /** Absent: the row only links an image to an index. */
  record: z.optional(z.object({ S: z.string() })),
});
const Record = z.object({ verdict: z.string(), announced: z.optional(z.object({ verdict: z.string() })) });

/** A copy of an image or an index, with the scans that tell of it. */
interface Copy {
  readonly region: string;
  readonly repository: string;
  readonly image: StoredImage;
  readonly scans: readonly ImageScan[];
}

/** Works the verdict out anew, from the registry and the policy alone. */
export const everyScannedImageIsJudged: Invariant = {
  name: 'every scanned image is judged',
  rule: 'Each copy of an image whose scan ended, told of or not, has the verdict that the policy gives its worst finding, an index that of its worst image, and it was announced if people know it by a tag. Only a completed scan can be clean.',
  check(run) {
    const copies = run.policy.regions.registry.flatMap((region) => scannedIn(region, run));
    const violations = copies.flatMap(({ region, repository, image, scans }) => {
      const where = `${image.tags[0] ?? image.digest} in ${region}`;
      const record = recordOf(run, region, `${region}#${repository}`, image.digest);
      const waived = waivedIn(repository, run);
      const due = verdictDue(scans, environmentsOf(image, run.policy), waived);
      if (record === undefined) {
        const statuses = scans.map(({ status }) => status).join(', ');
        return [`${where} was scanned (${statuses}) and has no verdict; ${due} is due`];
      }
      if (record.verdict !== due) return [`${where} has the verdict ${record.verdict}, and ${due} is due`];
      return image.tags.length === 0 || record.announced?.verdict === record.verdict
        ? []
        : [`${where}: the verdict ${due} was never announced`];
    });
    return { checked: copies.length, violations };
  },
};

/**
 * An index that lacks a platform is judged for that too, which is not worked out here: it is left out. So is what is
 * archived: ECR has no scan of it any more.
 */
function scannedIn(region: string, { account, policy }: Run): readonly Copy[] {
  const images = account.ecr.imagesIn(region).filter(({ image }) => image.status === 'ACTIVE');
  const scanOf = (digest: string, repository: string): ImageScan | undefined =>
    images.find((other) => other.repository === repository && other.image.digest === digest)?.image.scan;
  return images.flatMap(({ repository, image }) => {
    const { children } = image.content;
    const scans =
      children.length === 0
        ? [image.scan].filter((scan) => scan !== undefined)
        : children.map((child) => scanOf(child, repository)).filter((scan) => scan !== undefined);
    const service = Object.values(policy.services).find(
      ({ repository: of }) => resourceName(of) === repository,
    );
    const isWhole = children.length === 0 || scans.length >= (service?.platforms.length ?? 1);
    return scans.length > 0 && isWhole ? [{ region, repository, image, scans }] : [];
  });
}

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

type Environment = Policy['environments'][string];

function environmentsOf({ tags }: StoredImage, policy: Policy): readonly Environment[] {
  const words = new Set(tags.flatMap((tag) => tag.split('-')));
  const named = Object.values(policy.environments).filter(({ imageTag }) => words.has(imageTag));
  const fallback = policy.environments[policy.images.environmentWhenUnclear];
  return named.length > 0 || fallback === undefined ? named : [fallback];
}

/** Ids of the findings that a waiver accepts at the end of the rehearsal. Those for one package are not looked at. */
function waivedIn(repository: string, { policy, scenario }: Run): ReadonlySet<string> {
  const today = scenario.to.toISOString().slice(0, 10);
  return new Set(
    policy.waivers
      .filter(
        ({ expires, repositories = [repository] }) => expires >= today && repositories.includes(repository),
      )
      .map(({ id }) => id),
  );
}

function verdictDue(
  scans: readonly ImageScan[],
  environments: readonly Environment[],
  waived: ReadonlySet<string>,
): string {
  const given = new Set<string>(
    scans.flatMap(({ status, findings }) =>
      status === 'COMPLETE' || status === 'ACTIVE'
        ? environments.flatMap(({ verdicts }) =>
            findings.filter(({ id }) => !waived.has(id)).map(({ severity }) => verdicts[severity]),
          )
        : ['unknown'],
    ),
  );
  return ['block', 'unknown', 'review', 'monitor'].find((verdict) => given.has(verdict)) ?? 'pass';
}
