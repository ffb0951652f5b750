import type { CopyId, KnownOfDigest } from '../../../shared/aws/verdict-table.ts';
import { isOpen } from '../../../shared/domain/quarantine.ts';
import type { VerdictRecord } from '../../../shared/domain/verdict-record.ts';
import type { QuarantineDeps } from './deps.ts';

/** An index that leads to an image, so that the image is looked after together with it. */
export interface InCharge {
  readonly index: CopyId;
  /** `open`: the index has a case, so that it is what is to be looked at. `none`: it can be pulled and is not blocked. */
  readonly case: 'open' | 'none';
}

/**
 * The index in charge of a blocked image that has no case of its own. People deploy and are told of indexes; what one of
 * them leads to is archived and restored with it, judged by the tags of the index, which the image itself has not.
 *
 * @returns undefined when there is none: then the image is looked after alone, as is one that has tags of its own
 */
export async function indexInCharge(
  copy: CopyId,
  { tags }: VerdictRecord,
  knownOfDigest: () => Promise<KnownOfDigest>,
  { cases, archive }: QuarantineDeps,
): Promise<InCharge | undefined> {
  const { indexes } = await knownOfDigest();
  const here = indexes.filter(
    ({ region, repository }) => region === copy.region && repository === copy.repository,
  );
  for (const index of here) {
    const known = await cases.caseOf(index);
    if (known !== undefined && isOpen(known)) return { index, case: 'open' };
  }
  if (tags.length > 0 || here.length === 0) return undefined;
  const images = await archive.imagesOf(
    copy.repository,
    here.map(({ digest }) => digest),
  );
  const index = here.find(({ digest }) => images.has(digest) && images.get(digest)?.state !== 'ARCHIVED');
  return index && { index, case: 'none' };
}
