import { Ecr } from '../rehearsal/aws/ecr.ts';
import type { ScanFinding } from '../rehearsal/aws/ecr-scan.ts';
import type { Kernel } from '../rehearsal/kernel.ts';
import { seededRandom } from '../rehearsal/random.ts';

export const account = '111122223333';

/** A kernel whose clock stands still until it is told to go on, and in which everybody may do everything. */
export interface BenchKernel extends Kernel {
  /** Lets time go by, and what is due by then happen. */
  readonly pass: (ms: number) => Promise<void>;
}

export function benchKernel(start: Date): BenchKernel {
  const random = seededRandom(1);
  let now = start.getTime();
  let due: { readonly at: number; readonly what: () => void | Promise<void> }[] = [];
  return {
    account,
    now: () => new Date(now),
    after: (ms, what) => void due.push({ at: now + ms, what }),
    random: random.fork('random').next,
    uuid: random.fork('ids').uuid,
    trace: () => undefined,
    permissions: { authorize: () => undefined },
    async pass(ms) {
      now += ms;
      const ready = due.filter(({ at }) => at <= now);
      due = due.filter(({ at }) => at > now);
      for (const { what } of ready) await what();
    },
  };
}

/** What the registry holds, as a floor for calls is worked out from it. */
export interface Held {
  readonly repositories: readonly string[];
  readonly images: number;
  readonly indexes: number;
  /** Images of single platforms: what is scanned. */
  readonly scannable: number;
}

const platforms = ['linux/amd64', 'linux/arm64'];

/** Ten of them are looked at twice by whoever deploys; the other thirty are what every base image has. */
const findings = Array.from({ length: 40 }, (_, index): ScanFinding => {
  const severity = index < 2 ? 'HIGH' : index < 10 ? 'MEDIUM' : 'LOW';
  return { id: `CVE-2026-${10_000 + index}`, severity, packageName: `lib${index}` };
});

/**
 * A registry in one Region, filled by `docker buildx build --push`: each release is an index over two images, each with
 * an attestation, and so five images. Basic scanning has looked at all of them.
 */
export async function fillRegistry(
  kernel: BenchKernel,
  region: string,
  repositoryCount: number,
  imagesEach: number,
): Promise<{ readonly ecr: Ecr; readonly held: Held }> {
  const ecr = new Ecr(kernel);
  ecr.scanning(region, 'basic');
  const repositories = Array.from({ length: repositoryCount }, (_, index) => `service-${index + 1}`);
  const releases = imagesEach / (1 + 2 * platforms.length);
  const digests: string[] = [];
  for (const repository of repositories) {
    ecr.createRepository(region, repository);
    for (let release = 1; release <= releases; release++) {
      const tags = [`${repository}-prod-1.${release}.0-4f1c2ab`];
      const pushed = ecr.pushIndex(region, repository, {
        tags,
        platforms: platforms.map((platform) => ({ platform })),
      });
      digests.push(...Object.values(pushed.images));
    }
  }
  for (const finding of findings) ecr.vulnerabilities.add({ ...finding, digests });
  await kernel.pass(10 * 60_000);
  const indexes = repositoryCount * releases;
  return {
    ecr,
    held: { repositories, images: repositoryCount * imagesEach, indexes, scannable: digests.length },
  };
}
