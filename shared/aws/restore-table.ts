import {
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  paginateQuery,
  QueryCommand,
} from '@aws-sdk/client-dynamodb';
import * as z from 'zod/mini';
import { Answer } from '../database/answers.ts';
import { Spoil } from '../database/spoil.ts';
import { checkNames } from '../restores/check.ts';
import type { RecoveryPoint } from '../restores/expected.ts';
import type { Manifest } from '../restores/manifest.ts';
import { type Proof, proofOutcomes, proofStages } from '../restores/proof.ts';
import { readVersioned, writeVersioned } from './versioned-record.ts';

/*
 * What is known of restores, in a DynamoDB global table of the primary and the standby Region: each Region writes the
 * proofs of its own restores, and the primary the manifests of the databases, which the copies in the standby are
 * compared with. Partition key `of`, sort key `at`; TTL attribute `expiresAt`.
 */

export interface RestoreProofs {
  /** @param createdAt of the restore job. ISO 8601, UTC. */
  readonly of: (jobId: string, createdAt: string) => Promise<Proof | undefined>;
  /** Those of restores that began since then, the newest first. */
  readonly since: (moment: Date) => Promise<readonly Proof[]>;
  /**
   * Writes a proof over the version it was made from.
   *
   * @returns undefined when another writer came first and nothing was written
   */
  readonly write: (proof: Proof) => Promise<Proof | undefined>;
}

const secondsOfDay = 86_400;

/** @param keepDays how long a proof is kept after its restore began */
export function restoreProofs(
  dynamodb: DynamoDBClient,
  tableName: string,
  region: string,
  keepDays: number,
): RestoreProofs {
  const of = { S: `restore#${region}` };
  const keyOf = (createdAt: string, jobId: string) => ({ of, at: { S: `${createdAt}#${jobId}` } });
  return {
    async of(jobId, createdAt) {
      const { Item } = await dynamodb.send(
        new GetItemCommand({ TableName: tableName, Key: keyOf(createdAt, jobId), ConsistentRead: true }),
      );
      return Item && readVersioned(Item, StoredProof);
    },

    async since(moment) {
      const proofs: Proof[] = [];
      const pages = paginateQuery(
        { client: dynamodb },
        {
          TableName: tableName,
          KeyConditionExpression: '#of = :of AND #at >= :since',
          ExpressionAttributeNames: { '#of': 'of', '#at': 'at' },
          ExpressionAttributeValues: { ':of': of, ':since': { S: moment.toISOString() } },
          ScanIndexForward: false,
          ConsistentRead: true,
        },
      );
      for await (const { Items = [] } of pages) {
        proofs.push(...Items.map((item) => readVersioned(item, StoredProof)));
      }
      return proofs;
    },

    async write(proof) {
      const expiresAt = Math.floor(Date.parse(proof.createdAt) / 1000) + keepDays * secondsOfDay;
      const end = await writeVersioned(dynamodb, {
        tableName,
        key: keyOf(proof.createdAt, proof.jobId),
        record: proof,
        schema: StoredProof,
        attributes: { expiresAt: { N: String(expiresAt) } },
      });
      return 'written' in end ? end.written : undefined;
    },
  };
}

/** What it holds is of a moment between the two times. */
export interface KeptManifest extends Manifest {
  /** When all was answered. ISO 8601, UTC. */
  readonly completedAt: string;
}

/** What the databases themselves held, at moments between their backups. */
export interface Manifests {
  readonly put: (instance: string, manifest: KeptManifest) => Promise<void>;
  /** The last one that was complete before a backup began, and the first one that was begun after its end. */
  readonly around: (
    instance: string,
    backup: RecoveryPoint,
  ) => Promise<{ readonly before?: Manifest; readonly after?: Manifest }>;
}

/** How far from a backup its manifests are looked for. Around a test one is taken every hour. */
const nearMs = 6 * 3_600_000;

/** @param keepDays how long a manifest is kept: as long as anybody may restore what it was taken for */
export function manifests(dynamodb: DynamoDBClient, tableName: string, keepDays: number): Manifests {
  const ofInstance = (instance: string) => ({ S: `manifest#${instance}` });
  const momentAt = (date: Date, ms: number) => ({ S: new Date(date.getTime() + ms).toISOString() });
  return {
    async put(instance, manifest) {
      const expiresAt = Math.floor(Date.parse(manifest.takenAt) / 1000) + keepDays * secondsOfDay;
      await dynamodb.send(
        new PutItemCommand({
          TableName: tableName,
          Item: {
            of: ofInstance(instance),
            at: { S: manifest.takenAt },
            record: { S: JSON.stringify(manifest) },
            expiresAt: { N: String(expiresAt) },
          },
        }),
      );
    },

    async around(instance, { startedAt, completedAt }) {
      const { Items = [] } = await dynamodb.send(
        new QueryCommand({
          TableName: tableName,
          KeyConditionExpression: '#of = :of AND #at BETWEEN :from AND :to',
          ExpressionAttributeNames: { '#of': 'of', '#at': 'at' },
          ExpressionAttributeValues: {
            ':of': ofInstance(instance),
            ':from': momentAt(startedAt, -nearMs),
            ':to': momentAt(completedAt, nearMs),
          },
        }),
      );
      const near = Items.map((item) => StoredManifest.parse(JSON.parse(item.record?.S ?? 'null')));
      const before = near.findLast((manifest) => new Date(manifest.completedAt) <= startedAt);
      const after = near.find((manifest) => new Date(manifest.takenAt) >= completedAt);
      return { ...(before && { before }), ...(after && { after }) };
    },
  };
}

/** Of which tiers people were told that nothing restores them. */
export interface UntestedTiers {
  readonly isTold: (tier: string) => Promise<boolean>;
  readonly told: (tier: string) => Promise<void>;
}

export function untestedTiers(dynamodb: DynamoDBClient, tableName: string): UntestedTiers {
  const keyOf = (tier: string) => ({ of: { S: 'untested' }, at: { S: tier } });
  return {
    async isTold(tier) {
      const { Item } = await dynamodb.send(
        new GetItemCommand({ TableName: tableName, Key: keyOf(tier), ConsistentRead: true }),
      );
      return Item !== undefined;
    },
    async told(tier) {
      await dynamodb.send(new PutItemCommand({ TableName: tableName, Item: keyOf(tier) }));
    },
  };
}

const StoredManifest = z.object({
  takenAt: z.string(),
  completedAt: z.string(),
  answers: z.array(Answer),
});

const StoredCheckId = z.object({ check: z.enum(checkNames), subject: z.string() });

const StoredTold = z.object({ reason: z.string(), since: z.string(), isTold: z.boolean() });

const StoredProof = z.object({
  region: z.string(),
  jobId: z.string(),
  tier: z.string(),
  resourceType: z.string(),
  source: z.string(),
  pointArn: z.string(),
  createdAt: z.string(),
  restoreSeconds: z.exactOptional(z.number()),
  stage: z.enum(proofStages),
  stageSince: z.string(),
  target: z.exactOptional(z.object({ host: z.string(), port: z.number(), user: z.string() })),
  openedAt: z.exactOptional(z.string()),
  claimedUntil: z.exactOptional(z.string()),
  asked: z.number(),
  lastFailure: z.exactOptional(z.string()),
  judgement: z.exactOptional(
    z.object({
      verdict: z.enum(['good', 'bad', 'unproven']),
      reason: z.string(),
      checks: z.array(
        z.extend(StoredCheckId, {
          outcome: z.enum(['passed', 'failed', 'unproven']),
          reason: z.string(),
        }),
      ),
      rpoSeconds: z.exactOptional(z.number()),
      rows: z.record(z.string(), z.number()),
      steps: z.array(z.object({ spoil: Spoil, mustFail: StoredCheckId })),
      before: z.exactOptional(z.string()),
      after: z.exactOptional(z.string()),
    }),
  ),
  control: z.exactOptional(
    z.object({
      verdict: z.enum(['seen', 'blind', 'unproven']),
      reason: z.string(),
      blind: z.array(StoredCheckId),
    }),
  ),
  conclusion: z.exactOptional(
    z.object({
      outcome: z.enum(proofOutcomes),
      reason: z.string(),
      result: z.exactOptional(z.enum(['SUCCESSFUL', 'FAILED'])),
      at: z.string(),
    }),
  ),
  put: z.exactOptional(z.object({ end: z.enum(['set', 'refused']), reason: z.string() })),
  held: z.exactOptional(StoredTold),
  leftover: z.exactOptional(StoredTold),
  version: z.number(),
});
