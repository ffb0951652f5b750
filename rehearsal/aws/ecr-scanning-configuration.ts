import * as z from 'zod';
import { iamGlob } from '../wiring/glob.ts';
import type { ImageScan } from './ecr-scan.ts';
import { ignored, type Resource, readProperties } from './properties.ts';

/** When an engine looks at the images of a repository. */
export type ScanFrequency = 'CONTINUOUS_SCAN' | 'SCAN_ON_PUSH' | 'MANUAL' | 'OFF';

/** How one Region's registry scans. */
export interface ScanningConfiguration {
  readonly engine: ImageScan['engine'];
  readonly frequencyOf: (repository: string) => ScanFrequency;
  /** For how long after its push enhanced scanning looks at an image again. Milliseconds; undefined: always. */
  readonly rescanWindowMs?: number;
}

/** A registry that nobody has configured scans when it is asked to. */
export const manualScanning: ScanningConfiguration = { engine: 'basic', frequencyOf: () => 'MANUAL' };

/** Every image of the Region: basic scanning on push, or enhanced scanning for as long as the image is in its window. */
export function scanningOfAll(engine: ImageScan['engine'], rescanWindowMs?: number): ScanningConfiguration {
  return {
    engine,
    frequencyOf: () => (engine === 'basic' ? 'SCAN_ON_PUSH' : 'CONTINUOUS_SCAN'),
    ...(rescanWindowMs !== undefined && { rescanWindowMs }),
  };
}

const ScanningProperties = z.strictObject({
  ScanType: z.enum(['BASIC', 'ENHANCED']),
  Rules: z.array(
    z.strictObject({
      ScanFrequency: z.enum(['CONTINUOUS_SCAN', 'SCAN_ON_PUSH', 'MANUAL']),
      RepositoryFilters: z.array(z.strictObject({ Filter: z.string(), FilterType: z.literal('WILDCARD') })),
    }),
  ),
  Tags: ignored,
});

/**
 * AWS::ECR::RegistryScanningConfiguration. Where several rules name a repository, the one that scans most often counts.
 *
 * @throws RangeError for a property that is not simulated, by name, and for a frequency that the engine does not have
 * @see https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-scanning-filters.html
 */
export function scanningConfiguration(resource: Resource): ScanningConfiguration {
  const { ScanType, Rules } = readProperties(
    'AWS::ECR::RegistryScanningConfiguration',
    ScanningProperties,
    resource,
  );
  const engine = ScanType === 'BASIC' ? 'basic' : 'enhanced';
  const order =
    engine === 'basic'
      ? (['SCAN_ON_PUSH', 'MANUAL'] as const)
      : (['CONTINUOUS_SCAN', 'SCAN_ON_PUSH'] as const);
  const rules = Rules.map(({ ScanFrequency, RepositoryFilters }) => {
    if (!order.some((known) => known === ScanFrequency)) {
      throw new RangeError(`${ScanType} scanning in ${resource.region} has no frequency ${ScanFrequency}`);
    }
    const filters = RepositoryFilters.map(({ Filter }) => repositoryFilter(Filter));
    return { ScanFrequency, covers: (name: string) => filters.some((filter) => filter.test(name)) };
  });
  const otherwise = engine === 'basic' ? 'MANUAL' : 'OFF';
  return {
    engine,
    frequencyOf: (name) =>
      order.find((frequency) =>
        rules.some((rule) => rule.ScanFrequency === frequency && rule.covers(name)),
      ) ?? otherwise,
  };
}

/** A filter without a wildcard matches every name that holds it. */
function repositoryFilter(filter: string): RegExp {
  return iamGlob(filter.includes('*') ? filter : `*${filter}*`);
}
