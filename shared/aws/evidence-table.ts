import { gunzipSync, gzipSync } from 'node:zlib';
import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb';
import * as z from 'zod/mini';
import { type Finding, scanStatuses } from '../domain/finding.ts';
import type { Evidence, EvidencePart } from '../domain/quarantine.ts';
import { findingSeverities, type SeverityCounts } from '../domain/severity.ts';
import { type CopyId, copyKey } from './verdict-table.ts';

/** What was found in images before they were archived. */
export interface EvidenceTable {
  /** Undefined: nothing was saved of the copy. @throws Error for a row that cannot be read: it is never passed over */
  readonly of: (copy: CopyId) => Promise<Evidence | undefined>;
  /** Keeps it, in place of what was saved earlier. What was saved later than this stays. */
  readonly save: (evidence: Evidence) => Promise<void>;
}

/**
 * DynamoDB's limit of 400 KB for a row, less what stands beside the findings.
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html
 */
const mostBytes = 380_000;

/**
 * Rows of the verdict table that no question for a digest reads: the partition key is `evidence#<digest>`, the sort key
 * that of the copy, and `findings` holds everything as JSON, compressed.
 */
export function evidenceTable(dynamodb: DynamoDBClient, tableName: string): EvidenceTable {
  const keyOf = ({ region, repository, digest }: CopyId) => ({
    digest: { S: `evidence#${digest}` },
    copy: { S: copyKey(region, repository) },
  });
  return {
    async of(copy) {
      const { Item } = await dynamodb.send(
        new GetItemCommand({ TableName: tableName, Key: keyOf(copy), ConsistentRead: true }),
      );
      if (Item === undefined) return undefined;
      const text = gunzipSync(Item.findings?.B ?? new Uint8Array()).toString('utf8');
      return StoredEvidence.parse(JSON.parse(text));
    },

    async save(evidence) {
      try {
        await dynamodb.send(
          new PutItemCommand({
            TableName: tableName,
            Item: {
              ...keyOf(evidence),
              savedAt: { S: evidence.savedAt },
              findings: { B: packed(evidence) },
            },
            ConditionExpression: 'attribute_not_exists(#savedAt) OR #savedAt <= :savedAt',
            ExpressionAttributeNames: { '#savedAt': 'savedAt' },
            ExpressionAttributeValues: { ':savedAt': { S: evidence.savedAt } },
          }),
        );
      } catch (error) {
        if (!(error instanceof ConditionalCheckFailedException)) throw error;
      }
    },
  };
}

/** Keeps as many findings of each part as fit, worst first; how many were left out is noted. */
export function packed(evidence: Evidence, most = mostBytes): Uint8Array {
  const longest = Math.max(0, ...evidence.parts.map(({ scan }) => scan.findings?.length ?? 0));
  for (let kept = longest; ; kept = Math.floor(kept * 0.8)) {
    const parts = evidence.parts.map((part) => withFewer(part, kept));
    const bytes = gzipSync(JSON.stringify({ ...evidence, parts }));
    if (bytes.length <= most || kept === 0) return bytes;
  }
}

function withFewer(part: EvidencePart, most: number): EvidencePart {
  const { scan, omitted = 0 } = part;
  const { findings } = scan;
  if (findings === undefined || findings.length <= most) return part;
  const kept = findings
    .toSorted(
      (one, other) => findingSeverities.indexOf(one.severity) - findingSeverities.indexOf(other.severity),
    )
    .slice(0, most);
  return {
    ...part,
    scan: { ...scan, findings: kept, counts: countsOf(scan.counts, findings) },
    omitted: omitted + findings.length - kept.length,
  };
}

/** What is left out is counted, also where the engine gave no totals. */
function countsOf(counts: SeverityCounts, findings: readonly Finding[]): SeverityCounts {
  const listed = Map.groupBy(findings, ({ severity }) => severity);
  return Object.fromEntries(
    findingSeverities
      .map(
        (severity) => [severity, Math.max(counts[severity] ?? 0, listed.get(severity)?.length ?? 0)] as const,
      )
      .filter(([, count]) => count > 0),
  );
}

const StoredFinding = z.object({
  id: z.string(),
  severity: z.enum(findingSeverities),
  package: z.exactOptional(z.string()),
  fixedIn: z.exactOptional(z.string()),
});

const StoredScan = z.object({
  status: z.enum(scanStatuses),
  statusReason: z.string(),
  engine: z.enum(['basic', 'enhanced', 'none']),
  scannedAt: z.exactOptional(z.string()),
  findings: z.exactOptional(z.array(StoredFinding)),
  counts: z.partialRecord(z.enum(findingSeverities), z.number()),
});

const StoredEvidence = z.object({
  digest: z.string(),
  region: z.string(),
  repository: z.string(),
  savedAt: z.string(),
  parts: z.array(
    z.object({
      digest: z.string(),
      platform: z.exactOptional(z.string()),
      scan: StoredScan,
      omitted: z.exactOptional(z.number()),
    }),
  ),
});
