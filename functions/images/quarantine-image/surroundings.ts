import type { StoredImages } from '../../../shared/aws/image-archive.ts';
import { PermanentError } from '../../../shared/lambda/errors.ts';
import type { WorkloadInventory } from '../../../shared/workloads/inventory.ts';
import type { QuarantineDeps } from './deps.ts';
import { once } from './once.ts';
import { type RepositoryView, readIndexes, viewRepository } from './repository-view.ts';

/**
 * What several copies that are worked on in one run have in common, asked once for a while: by default for as long as it
 * is good enough to find out that nothing is to be done.
 */
export interface Surroundings {
  /** @param atMostMs how long ago it may have been asked */
  readonly inventory: (atMostMs?: number) => Promise<WorkloadInventory>;
  readonly repository: (name: string, atMostMs?: number) => RepositorySurroundings;
  /** To be called when something was changed in the repository. */
  readonly forget: (repository: string) => void;
}

/**
 * A repository, each part of it asked when it is needed, all of it from one list of its images.
 *
 * What cannot be looked through says why. What may pass, such as a throttle, is thrown, and is not asked again at once
 * either: hundreds of copies would ask for it one after the other.
 */
export interface RepositorySurroundings {
  /** Empty for a repository that is not there. */
  readonly images: () => Promise<StoredImages | Unlisted>;
  readonly indexesOver: () => Promise<RepositoryView['indexesOver'] | Unlisted>;
  readonly view: () => Promise<RepositoryView | Unlisted>;
}

export interface Unlisted {
  readonly unlisted: string;
}

/** What was not allowed or is wrong will be so the next time. A throttle is a fault of the client too, to AWS. */
function isLasting(error: Error): boolean {
  if (error instanceof PermanentError) return true;
  return '$fault' in error && error.$fault === 'client' && !/Throttl|TooManyRequests/.test(error.name);
}

/** Workloads start, and images are pushed, while a long run goes on. */
const goodAsHintMs = 2 * 60_000;

/** How old an answer may be by which something is archived. */
export const goodToActOnMs = 5000;

interface Kept<Answer> {
  readonly askedAt: number;
  readonly answer: Answer;
}

export function surroundingsOf(deps: QuarantineDeps): Surroundings {
  const repositories = new Map<string, Kept<RepositorySurroundings>>();
  let inventory: Kept<WorkloadInventory> | undefined;
  const isGood = (kept: Kept<unknown>, atMostMs: number): boolean =>
    deps.now().getTime() - kept.askedAt < atMostMs;

  return {
    async inventory(atMostMs = goodAsHintMs) {
      if (inventory !== undefined && isGood(inventory, atMostMs)) return inventory.answer;
      const askedAt = deps.now().getTime();
      const answer = await deps.survey();
      inventory = { askedAt, answer };
      return answer;
    },
    repository(name, atMostMs = goodAsHintMs) {
      const kept = repositories.get(name);
      if (kept !== undefined && isGood(kept, atMostMs)) return kept.answer;
      const answer = repositoryOf(name, deps);
      repositories.set(name, { askedAt: deps.now().getTime(), answer });
      return answer;
    },
    forget: (repository) => void repositories.delete(repository),
  };
}

function repositoryOf(name: string, deps: QuarantineDeps): RepositorySurroundings {
  const images = once(async () => orUnlisted(async () => (await deps.archive.list(name)) ?? new Map()));
  const indexesOver = once(async () => {
    const listed = await images();
    return 'unlisted' in listed ? listed : orUnlisted(() => readIndexes(name, listed, deps));
  });
  const view = once(async () => {
    const [listed, over] = [await images(), await indexesOver()];
    if ('unlisted' in listed) return listed;
    if ('unlisted' in over) return over;
    if (listed.size === 0) return { unlisted: `there is no image in ${name} in ${deps.region}` };
    return orUnlisted(() => viewRepository(name, listed, over, deps));
  });
  return { images, indexesOver, view };
}

async function orUnlisted<Answer>(ask: () => Promise<Answer>): Promise<Answer | Unlisted> {
  try {
    return await ask();
  } catch (error) {
    if (!Error.isError(error) || !isLasting(error)) throw error;
    return { unlisted: `${error.name}: ${error.message}` };
  }
}
