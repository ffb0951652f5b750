import {
  GetObjectCommand,
  ListObjectsV2Command,
  NoSuchKey,
  PutObjectCommand,
  type S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import { RetryableError } from '../lambda/errors.ts';

/** The texts in a bucket. What is written is read at once, by everybody. */
export interface ObjectStore {
  /**
   * Writes an object.
   *
   * @returns `exists` when it was not to be overwritten and is there; the earlier attempt of a call whose answer was
   *   lost may have written it
   * @throws RetryableError when somebody else was writing an object that was not to be overwritten
   */
  readonly put: (key: string, body: string, options: PutOptions) => Promise<'written' | 'exists'>;
  /**
   * @returns undefined when there is no such object. S3 says so only to those who may list the bucket: to others it
   *   denies access.
   */
  readonly get: (key: string) => Promise<string | undefined>;
  /** All objects whose keys begin so, by key. */
  readonly list: (prefix: string) => Promise<readonly ListedObject[]>;
}

export interface PutOptions {
  /** `application/json` */
  readonly contentType: string;
  /** True: what is there stays as it is. */
  readonly noOverwrite?: boolean;
}

export interface ListedObject {
  readonly key: string;
  readonly bytes: number;
  readonly modifiedAt: Date;
}

export function objectStore(s3: S3Client, bucket: string): ObjectStore {
  return {
    async put(key, body, { contentType, noOverwrite = false }) {
      try {
        await s3.send(
          new PutObjectCommand({
            Bucket: bucket,
            Key: key,
            // Of a text the SDK makes bytes each time that it wants some: to measure, to hash, to sign and to send it.
            Body: Buffer.from(body),
            ContentType: contentType,
            ...(noOverwrite && { IfNoneMatch: '*' }),
          }),
        );
        return 'written';
      } catch (error) {
        if (noOverwrite && error instanceof S3ServiceException) return answerTo(error, `${bucket}/${key}`);
        throw error;
      }
    },

    async get(key) {
      try {
        const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
        return (await Body?.transformToString('utf-8')) ?? '';
      } catch (error) {
        if (error instanceof NoSuchKey) return undefined;
        throw error;
      }
    },

    async list(prefix) {
      const listed: ListedObject[] = [];
      let token: string | undefined;
      do {
        const { Contents = [], NextContinuationToken } = await s3.send(
          new ListObjectsV2Command({
            Bucket: bucket,
            Prefix: prefix,
            ...(token !== undefined && { ContinuationToken: token }),
          }),
        );
        listed.push(
          ...Contents.map(({ Key = '', Size = 0, LastModified = new Date(0) }) => ({
            key: Key,
            bytes: Size,
            modifiedAt: LastModified,
          })),
        );
        token = NextContinuationToken;
      } while (token !== undefined);
      return listed;
    },
  };
}

/**
 * 412 where the object is there, 409 where another write of it was under way.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
 */
function answerTo(error: S3ServiceException, object: string): 'exists' {
  if (error.name === 'PreconditionFailed') return 'exists';
  if (error.name === 'ConditionalRequestConflict') {
    throw new RetryableError(`Somebody else was writing ${object} at the same time: write it again.`, {
      cause: error,
    });
  }
  throw error;
}
