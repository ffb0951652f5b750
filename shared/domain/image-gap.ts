/**
 * What is not as it should be with the images of a Region, and is no verdict on one of them:
 *
 * - `copy-missing`, `copy-late`, `copy-failed`: an image of the primary Region is not in another by the time it should be:
 *   ECR knows of no replication, is still at it, or gave up;
 * - `unswept`: images could not be looked at, so that nobody knows what is true of them;
 * - `scans-not-started`: scans could not be repeated, so that verdicts stand on old ones;
 * - `waiver-expiring`: a waiver ends soon; `waiver-expired`: it has ended; `waiver-lapsed`: a fix is known for which it was
 *   to end; `waiver-unused`: it matches nothing that any image has;
 * - `workloads-unknown`: what uses images could not be asked to the end, so that all may be in use.
 */
export const gapKinds = [
  'copy-missing',
  'copy-late',
  'copy-failed',
  'unswept',
  'scans-not-started',
  'waiver-expiring',
  'waiver-expired',
  'waiver-lapsed',
  'waiver-unused',
  'workloads-unknown',
] as const;

export type GapKind = (typeof gapKinds)[number];

/** The name of the gap that is a copy of an image, missing in a Region: one for whoever finds it. */
export function copyGap(copyRegion: string, repository: string, digest: string): string {
  return `copy/${copyRegion}/${repository}@${digest}`;
}
