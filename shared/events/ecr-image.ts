import * as z from 'zod/mini';
import { isFindingSeverity, type SeverityCounts } from '../domain/severity.ts';
import { Count } from './count.ts';
import { lenient } from './lenient.ts';
import { Text, Texts } from './text.ts';

/* The parts of an event that tell of an image in ECR, shared by ECR's own events and Amazon Inspector's. */

/**
 * An image digest. AWS's own samples hold shortened digests and letters beyond f, so only the form is asked for here;
 * ECR refuses what names no image.
 */
export const Digest = z
  .string()
  .check(z.regex(/^sha256:[0-9A-Za-z]+$/, 'expected a digest such as sha256:<hex>'));

export interface EcrArn {
  readonly region: string;
  /** Whose registry it is. */
  readonly account: string;
  readonly repository: string;
  /** Absent in the ARN of a repository. */
  readonly digest?: string | undefined;
}

/** The repository, and the image where it names one, of an ECR ARN; undefined for any other text. */
export function readEcrArn(text: string | undefined): EcrArn | undefined {
  const match = /^arn:aws[a-z-]*:ecr:([^:]+):([^:]+):repository\/(.+?)(?:\/(sha256:[0-9A-Za-z]+))?$/.exec(
    text ?? '',
  );
  if (match === null) return undefined;
  const [, region = '', account = '', repository = '', digest] = match;
  return { region, account, repository, digest };
}

/** A repository's name. ECR sends the name, Amazon Inspector the repository's ARN under the same key. */
export const RepositoryName = z.pipe(
  Text,
  z.transform((text) => readEcrArn(text)?.repository ?? text),
);

/**
 * How many findings there are of each severity. Zeros are left out, as is the TOTAL that Inspector adds.
 *
 * Undefined when there are no counts or they cannot be read. That does not make the image clean: COMPLETE events
 * without any counts exist. Nor are they complete: Inspector's name only CRITICAL, HIGH and MEDIUM.
 */
const Counts = lenient<SeverityCounts | undefined>(
  z.pipe(
    z.record(z.string(), Count),
    z.transform((counts) =>
      Object.fromEntries(
        Object.entries(counts).filter(([severity, count]) => isFindingSeverity(severity) && count > 0),
      ),
    ),
  ),
  undefined,
);

/** The detail of a scan that ended: the same keys from both engines. */
export const ScanDetail = z.pipe(
  z.object({
    'scan-status': Text,
    'repository-name': RepositoryName,
    'image-digest': Digest,
    'image-tags': Texts,
    'finding-severity-counts': Counts,
  }),
  z.transform((detail) => ({
    repository: detail['repository-name'],
    digest: detail['image-digest'],
    /** As they were when the scan ended. */
    tags: detail['image-tags'],
    /** COMPLETE or FAILED from ECR, INITIAL_SCAN_COMPLETE from Inspector, as far as is known. */
    status: detail['scan-status'],
    /** A hint only; undefined when the event does not tell. */
    counts: detail['finding-severity-counts'],
  })),
);
