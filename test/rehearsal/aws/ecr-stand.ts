import { ECRClient } from '@aws-sdk/client-ecr';
import { Ecr, type EcrFaults } from '../../../rehearsal/aws/ecr.ts';
import type { ServiceEvent } from '../../../rehearsal/aws/ecr-events.ts';
import type { ScanFinding } from '../../../rehearsal/aws/ecr-scan.ts';
import { clientOf, type TestKernel, testKernel } from './stand.ts';

export const home = 'us-east-1';
export const away = 'us-west-2';
export const repositoryName = 'aeon-dt-api';

export const minutes = (count: number): number => count * 60_000;

export const openssl: ScanFinding = { id: 'CVE-2026-0001', severity: 'CRITICAL', packageName: 'openssl' };
export const zlib: ScanFinding = { id: 'CVE-2026-0002', severity: 'MEDIUM', packageName: 'zlib' };

export interface EcrStand {
  readonly kernel: TestKernel;
  readonly ecr: Ecr;
  readonly events: readonly ServiceEvent[];
  /** A real client in a Region. */
  readonly client: (region?: string) => ECRClient;
  /** Those of one kind, in the order in which they were sent. */
  readonly eventsOf: (detailType: string) => readonly ServiceEvent[];
  readonly push: (...tags: string[]) => string;
  /** The image as the Region's registry holds it. */
  readonly image: (
    digest: string,
    region?: string,
  ) => ReturnType<Ecr['imagesIn']>[number]['image'] | undefined;
}

/** A registry in two Regions with one repository in each. */
export function ecrStand(faults: EcrFaults = {}): EcrStand {
  const kernel = testKernel();
  const events: ServiceEvent[] = [];
  const ecr = new Ecr(kernel, (event) => events.push(event), faults);
  ecr.createRepository(home, repositoryName);
  ecr.createRepository(away, repositoryName);
  return {
    kernel,
    ecr,
    events,
    client: (region = home) => clientOf(ECRClient, ecr, region),
    eventsOf: (detailType) => events.filter((event) => event.detailType === detailType),
    push: (...tags) => ecr.push(home, repositoryName, { tags }),
    image: (digest, region = home) =>
      ecr.imagesIn(region).find((candidate) => candidate.image.digest === digest)?.image,
  };
}
