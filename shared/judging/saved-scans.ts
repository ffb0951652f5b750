import type { EvidenceTable } from '../aws/evidence-table.ts';
import type { CopyId } from '../aws/verdict-table.ts';
import type { ImageScan } from '../domain/finding.ts';
import type { ImageSeen } from './verdict.ts';

/**
 * Puts what was saved of an image before it was archived in place of scans that ECR has lost: an archived image is not
 * scanned, and one that was restored has no scan until it is scanned anew. A scan that ECR has is never replaced.
 */
export async function withSavedScans(
  image: ImageSeen,
  copy: CopyId,
  evidence: Pick<EvidenceTable, 'of'>,
): Promise<ImageSeen> {
  if (!image.parts.some(({ scan }) => isLost(scan))) return image;
  const saved = new Map((await evidence.of(copy))?.parts.map(({ digest, scan }) => [digest, scan]));
  const parts = image.parts.map((part) => {
    const known = isLost(part.scan) ? saved.get(part.digest) : undefined;
    return known === undefined ? part : { ...part, scan: known };
  });
  return { ...image, parts };
}

function isLost({ status }: ImageScan): boolean {
  return status === 'IMAGE_ARCHIVED' || status === 'NEVER_SCANNED';
}
