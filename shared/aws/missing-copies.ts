import { type DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import * as z from 'zod/mini';

/** An image of the primary Region that has no copy where it should have one. */
export interface MissingCopy {
  /** By its tag, or by its digest where it has none. */
  readonly image: string;
  readonly environment: string;
}

/** What the last sweep over the images of the primary Region found. */
export interface SweptCopies {
  /** The moment of the repository that was last gone through the longest ago. Milliseconds since 1970. */
  readonly sweptAt: number;
  readonly missing: readonly MissingCopy[];
}

/**
 * Reads, from this Region's replica of the verdict table, what sweep-images wrote in the primary one: nobody there is
 * asked.
 *
 * @returns undefined when there was no sweep yet
 */
export async function readMissingCopies(
  dynamodb: DynamoDBClient,
  tableName: string,
  primary: string,
  copyRegion: string,
): Promise<SweptCopies | undefined> {
  const { Item } = await dynamodb.send(
    new GetItemCommand({
      TableName: tableName,
      Key: { digest: { S: 'sweep' }, copy: { S: primary } },
      ConsistentRead: true,
    }),
  );
  if (Item === undefined) return undefined;
  const { sweptAt, open } = Sweep.parse(JSON.parse(Item.record?.S ?? 'null'));
  return {
    sweptAt: Math.min(...Object.values(sweptAt).map((at) => Date.parse(at))),
    missing: open
      .filter(({ facts }) => facts.kind.startsWith('copy-') && facts.copyRegion === copyRegion)
      .map(({ facts, environment, subject }) => ({
        image: facts.tags[0] ?? facts.digest ?? subject,
        environment,
      })),
  };
}

/** Of the record that sweep-images keeps, what is needed here. */
const Sweep = z.object({
  sweptAt: z.record(z.string(), z.string()),
  open: z.array(
    z.object({
      subject: z.string(),
      environment: z.string(),
      facts: z.object({
        kind: z.string(),
        digest: z.optional(z.string()),
        tags: z.array(z.string()),
        copyRegion: z.optional(z.string()),
      }),
    }),
  ),
});
