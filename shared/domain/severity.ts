/**
 * Severities of scan findings, worst first, in AWS's own spelling.
 *
 * ECR knows all but UNTRIAGED, which Amazon Inspector adds for findings its analysts have not rated yet. UNDEFINED
 * means that the source of the CVE gave no rating. Neither of the two says that a finding is harmless.
 * @see https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_ImageScanFinding.html
 * @see https://docs.aws.amazon.com/inspector/v2/APIReference/API_Finding.html
 */
export const findingSeverities = [
  'CRITICAL',
  'HIGH',
  'MEDIUM',
  'LOW',
  'INFORMATIONAL',
  'UNDEFINED',
  'UNTRIAGED',
] as const;

export type FindingSeverity = (typeof findingSeverities)[number];

/** Findings counted by severity. A severity without findings is absent, as it is in AWS's answers. */
export type SeverityCounts = Readonly<Partial<Record<FindingSeverity, number>>>;

export function isFindingSeverity(text: string): text is FindingSeverity {
  return findingSeverities.some((severity) => severity === text);
}
