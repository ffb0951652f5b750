import type { Stage } from '../../rehearsal/scenario.ts';
import type { EventImage, Scan } from './event-image.ts';

/** Puts images into a Region's registry. What ECR and Inspector would tell of them is lost on the way. */
export function furnishRegistry(stage: Stage, region: string, images: readonly EventImage[]): void {
  stage.faults.disturb = () => ({ drop: true });
  for (const repository of new Set(images.map((image) => image.repository))) {
    stage.account.ecr.createRepository(region, repository);
  }
  for (const { repository, digest, tags, scan } of images) {
    stage.account.ecr.push(region, repository, { digest, tags });
    if (scan !== undefined) putScan(stage, region, repository, digest, scan);
  }
  stage.faults.disturb = undefined;
}

function putScan(
  { account: { ecr } }: Stage,
  region: string,
  repository: string,
  digest: string,
  scan: Scan,
): void {
  if ('outcome' in scan) {
    ecr.completeScan(region, repository, digest, scan.outcome);
    return;
  }
  // Some scan has to be there for ECR to be asked about; what it answers is then replaced.
  ecr.completeScan(region, repository, digest, { engine: 'basic', status: 'FINDINGS_UNAVAILABLE' });
  const { DescribeImageScanFindings: answer } = ecr.operations;
  ecr.operations.DescribeImageScanFindings = (input, call) => {
    const own = answer(input, call);
    if (own.repositoryName !== repository || own.imageId?.imageDigest !== digest) return own;
    const { registryId, repositoryName, imageId } = own;
    return { ...scan.answer, registryId, repositoryName, imageId };
  };
}
