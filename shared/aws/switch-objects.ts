import {
  DeleteObjectCommand,
  GetObjectCommand,
  NoSuchKey,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { type SwitchName, tokenKeyOf, tokenText } from '../failover/switch.ts';

/** One of the two buckets of the switch. */
export interface SwitchBucket {
  readonly region: string;
  readonly name: string;
  /** Of the bucket's Region. */
  readonly s3: S3Client;
}

/** What both buckets say. A token in one of them is enough for traffic to be with the standby. */
export interface SwitchPosition {
  readonly traffic: 'primary' | 'standby' | 'unknown';
  readonly tokens: readonly TokenSeen[];
}

export interface TokenSeen {
  readonly region: string;
  readonly token: 'there' | 'none' | 'unknown';
  /** Why it is not known. */
  readonly error?: Error;
}

/** What a turn of the switch has changed. */
export interface SwitchTurn {
  /** The Regions in which a token was written or deleted. Empty: it stood so already. */
  readonly changed: readonly string[];
}

/**
 * Not every bucket was changed that had to be.
 *
 * Towards the standby one token is enough: `turned` says whether there is one. What is missing has to be written all the
 * same, or the loss of that one bucket would move traffic back.
 */
export class SwitchError extends AggregateError {
  readonly turned: boolean;
  readonly changed: readonly string[];
  readonly failed: readonly { readonly region: string; readonly error: Error }[];

  constructor(what: string, turned: boolean, changed: readonly string[], failed: SwitchError['failed']) {
    super(
      failed.map(({ error }) => error),
      `${what} ${failed.map(({ region, error }) => `in ${region} (${error.name}: ${error.message})`).join(' and ')}`,
    );
    this.name = 'SwitchError';
    this.turned = turned;
    this.changed = changed;
    this.failed = failed;
  }
}

/**
 * Moves traffic between the Regions by the objects that Route 53's checkers look for.
 *
 * Each bucket is read and changed for itself, at the same time as the other: one that does not answer holds up nothing. A
 * bucket is written to only if it does not stand as it should already, or cannot be read; so whoever is not sure whether
 * it was done does it again, and at most one write in each bucket has ever done something.
 */
export interface SwitchObjects {
  readonly position: (name: SwitchName) => Promise<SwitchPosition>;
  /**
   * Puts a token into both buckets.
   *
   * @param because the run that does it and why, for whoever reads the object
   * @throws SwitchError when either bucket does not have it afterwards
   */
  readonly toStandby: (name: SwitchName, because: string) => Promise<SwitchTurn>;
  /**
   * Deletes the tokens of both buckets. Traffic is back only when both are gone.
   *
   * @throws SwitchError when either bucket may have it still
   */
  readonly toPrimary: (name: SwitchName) => Promise<SwitchTurn>;
}

export function switchObjects(buckets: readonly SwitchBucket[]): SwitchObjects {
  const see = (name: SwitchName) => Promise.all(buckets.map((bucket) => lookInto(bucket, tokenKeyOf(name))));

  return {
    async position(name) {
      const tokens = await see(name);
      const is = (token: TokenSeen['token']): boolean => tokens.some((seen) => seen.token === token);
      return { tokens, traffic: is('there') ? 'standby' : is('unknown') ? 'unknown' : 'primary' };
    },

    async toStandby(name, because) {
      const { changed, failed } = await changeEach(buckets, async (bucket) => {
        const key = tokenKeyOf(name);
        if ((await lookInto(bucket, key)).token === 'there') return false;
        const body = Buffer.from(`${tokenText}\n${because}\n`);
        await bucket.s3.send(
          new PutObjectCommand({ Bucket: bucket.name, Key: key, Body: body, ContentType: 'text/plain' }),
        );
        return true;
      });
      const turned = failed.length < buckets.length;
      if (failed.length > 0) throw new SwitchError('There is no token', turned, changed, failed);
      return { changed };
    },

    async toPrimary(name) {
      const { changed, failed } = await changeEach(buckets, async (bucket) => {
        const key = tokenKeyOf(name);
        if ((await lookInto(bucket, key)).token === 'none') return false;
        await bucket.s3.send(new DeleteObjectCommand({ Bucket: bucket.name, Key: key }));
        return true;
      });
      if (failed.length > 0) throw new SwitchError('The token may still be', false, changed, failed);
      return { changed };
    },
  };
}

/** An object without the text is none to the checkers, and none here. */
async function lookInto({ s3, name, region }: SwitchBucket, key: string): Promise<TokenSeen> {
  try {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: name, Key: key }));
    const text = (await Body?.transformToString('utf-8')) ?? '';
    return { region, token: text.includes(tokenText) ? 'there' : 'none' };
  } catch (error) {
    return error instanceof NoSuchKey
      ? { region, token: 'none' }
      : { region, token: 'unknown', error: errorOf(error) };
  }
}

async function changeEach(
  buckets: readonly SwitchBucket[],
  change: (bucket: SwitchBucket) => Promise<boolean>,
): Promise<{ readonly changed: readonly string[]; readonly failed: SwitchError['failed'] }> {
  const turns = await Promise.all(
    buckets.map(async (bucket) => {
      const { region } = bucket;
      try {
        return { region, isChanged: await change(bucket) };
      } catch (error) {
        return { region, isChanged: false, error: errorOf(error) };
      }
    }),
  );
  return {
    changed: turns.filter(({ isChanged }) => isChanged).map(({ region }) => region),
    failed: turns.flatMap(({ region, error }) => (error === undefined ? [] : [{ region, error }])),
  };
}

function errorOf(thrown: unknown): Error {
  return Error.isError(thrown) ? thrown : new Error(String(thrown));
}
