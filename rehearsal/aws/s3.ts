import { createHash } from 'node:crypto';
import type {
  DeleteObjectCommandInput,
  GetObjectCommandInput,
  ListObjectsV2CommandInput,
  ListObjectsV2CommandOutput,
  PutObjectCommandInput,
  PutObjectOutput,
} from '@aws-sdk/client-s3';
import { AwsError, type Call, type Kernel, type Operations } from '../kernel.ts';
import { authorize } from './authorize.ts';
import { pageOf } from './paging.ts';
import type { Resource } from './properties.ts';
import { type Bucket, bucketOf, type StoredObject } from './s3-bucket.ts';

/** The longest page of a list. */
const longestPage = 1000;

/** Amazon S3: buckets of the templates, and the current versions of their objects. All reads see all earlier writes. */
export class S3 {
  readonly #kernel: Kernel;
  /** By name, which no two buckets share, whatever their Region. */
  readonly #buckets = new Map<string, Bucket>();

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
  }

  /** @throws RangeError for a property that is not simulated, and for a name that is taken */
  createBucket(resource: Resource): void {
    if (this.#buckets.has(resource.name))
      throw new RangeError(`there is a bucket '${resource.name}' already`);
    this.#buckets.set(resource.name, bucketOf(resource));
  }

  get bucketNames(): readonly string[] {
    return [...this.#buckets.keys()];
  }

  /**
   * The keys below a prefix, in order, for scenarios and invariants.
   *
   * @throws RangeError when there is no such bucket
   */
  keysOf(bucket: string, prefix = ''): readonly string[] {
    return below(this.#named(bucket), prefix).map(({ key }) => key);
  }

  /** @returns undefined when there is no such object */
  text(bucket: string, key: string): string | undefined {
    const object = this.#named(bucket).objects.get(key);
    return object === undefined ? undefined : new TextDecoder().decode(object.body);
  }

  /** The Region of the bucket that answers at this host; undefined when none does. */
  regionAt(host: string): string | undefined {
    return this.#at(host)?.region;
  }

  /**
   * A GET that is not signed, at the bucket's own host in its Region.
   *
   * @param sourceIp the address that it comes from
   */
  fetch(host: string, path: string, sourceIp: string): { readonly status: number; readonly body: string } {
    const bucket = this.#at(host);
    if (bucket === undefined) return { status: 404, body: '<Error><Code>NoSuchBucket</Code></Error>' };
    const key = decodeURIComponent(path.slice(1));
    const denied = { status: 403, body: '<Error><Code>AccessDenied</Code></Error>' };
    try {
      const context = { 'aws:sourceip': sourceIp };
      this.#authorize({ principal: { kind: 'anonymous' } }, 's3:GetObject', `${bucket.arn}/${key}`, context);
    } catch (error) {
      if (error instanceof AwsError) return denied;
      throw error;
    }
    const object = bucket.objects.get(key);
    // Nobody may list the bucket who does not say who they are.
    return object === undefined ? denied : { status: 200, body: new TextDecoder().decode(object.body) };
  }

  /** `<bucket>.s3.<region>.amazonaws.com` */
  #at(host: string): Bucket | undefined {
    const [, name = '', region] = /^(.+)\.s3\.([^.]+)\.amazonaws\.com$/.exec(host) ?? [];
    const bucket = this.#buckets.get(name);
    return bucket?.region === region ? bucket : undefined;
  }

  readonly operations = {
    PutObject: (input: PutObjectCommandInput, call: Call): PutObjectOutput => {
      const { Key: key = '', IfNoneMatch, ContentType = 'application/octet-stream' } = input;
      const bucket = this.#opened(input.Bucket, call);
      this.#authorize(call, 's3:PutObject', `${bucket.arn}/${key}`);
      if (IfNoneMatch !== undefined && IfNoneMatch !== '*') {
        throw new AwsError(
          'NotImplemented',
          'A header you provided implies functionality that is not implemented',
          501,
        );
      }
      if (IfNoneMatch === '*' && bucket.objects.has(key)) {
        throw new AwsError(
          'PreconditionFailed',
          'At least one of the pre-conditions you specified did not hold',
          412,
        );
      }
      const body = bytesOf(input.Body);
      const object: StoredObject = {
        key,
        body,
        contentType: ContentType,
        etag: `"${createHash('md5').update(body).digest('hex')}"`,
        modifiedAt: this.#kernel.now(),
        ...(bucket.isVersioned && { versionId: this.#kernel.uuid() }),
      };
      bucket.objects.set(key, object);
      return { ETag: object.etag, ServerSideEncryption: 'AES256', ...versionOf(object) };
    },

    GetObject: (input: GetObjectCommandInput, call: Call) => {
      const { Key: key = '' } = input;
      const bucket = this.#opened(input.Bucket, call);
      this.#authorize(call, 's3:GetObject', `${bucket.arn}/${key}`);
      const object = bucket.objects.get(key);
      if (object === undefined) throw this.#noSuchKey(bucket, call);
      return {
        Body: object.body,
        ContentLength: object.body.byteLength,
        ContentType: object.contentType,
        ETag: object.etag,
        LastModified: object.modifiedAt,
        ServerSideEncryption: 'AES256',
        ...versionOf(object),
      };
    },

    /** Deletes the current version. There need not be one. */
    DeleteObject: (input: DeleteObjectCommandInput, call: Call): object => {
      const { Key: key = '', VersionId } = input;
      if (VersionId !== undefined) throw new RangeError("S3 DeleteObject: 'VersionId' is not simulated");
      const bucket = this.#opened(input.Bucket, call);
      this.#authorize(call, 's3:DeleteObject', `${bucket.arn}/${key}`);
      bucket.objects.delete(key);
      return {};
    },

    /** By prefix alone. */
    ListObjectsV2: (
      input: ListObjectsV2CommandInput,
      call: Call,
    ): Omit<ListObjectsV2CommandOutput, '$metadata'> => {
      const { Prefix: prefix = '', MaxKeys = longestPage, ContinuationToken } = input;
      for (const option of ['Delimiter', 'StartAfter', 'EncodingType'] as const) {
        if (input[option] !== undefined)
          throw new RangeError(`S3 ListObjectsV2: '${option}' is not simulated`);
      }
      const bucket = this.#opened(input.Bucket, call);
      this.#authorize(call, 's3:ListBucket', bucket.arn, { 's3:prefix': prefix });
      const page = pageOf(below(bucket, prefix), Math.min(MaxKeys, longestPage), ContinuationToken);
      if (page === undefined) {
        throw new AwsError('InvalidArgument', 'The continuation token provided is incorrect');
      }
      return {
        Name: bucket.name,
        Prefix: prefix,
        MaxKeys,
        KeyCount: page.things.length,
        IsTruncated: page.nextToken !== undefined,
        ...(page.nextToken !== undefined && { NextContinuationToken: page.nextToken }),
        Contents: page.things.map(({ key, body, etag, modifiedAt }) => ({
          Key: key,
          Size: body.byteLength,
          ETag: etag,
          LastModified: modifiedAt,
          StorageClass: 'STANDARD',
        })),
      };
    },
  } satisfies Operations;

  /** A bucket answers in its own Region alone. */
  #opened(name: string | undefined, { region }: Call): Bucket {
    const bucket = this.#buckets.get(name ?? '');
    if (bucket === undefined) {
      throw new AwsError('NoSuchBucket', 'The specified bucket does not exist', 404);
    }
    if (bucket.isUnderKey) throw new RangeError(`S3 '${name}': what a key of KMS encrypts is not simulated`);
    if (bucket.region !== region) {
      throw new AwsError(
        'PermanentRedirect',
        'The bucket you are attempting to access must be addressed using the specified endpoint. Please send all future requests to this endpoint.',
        301,
      );
    }
    return bucket;
  }

  /**
   * Who may not list the bucket does not learn whether an object is there.
   * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
   */
  #noSuchKey(bucket: Bucket, call: Call): AwsError {
    try {
      this.#authorize(call, 's3:ListBucket', bucket.arn);
    } catch (error) {
      if (error instanceof AwsError) return error;
      throw error;
    }
    return new AwsError('NoSuchKey', 'The specified key does not exist.', 404);
  }

  #authorize(
    { principal }: Pick<Call, 'principal'>,
    action: string,
    resource: string,
    context: Readonly<Record<string, string>> = {},
  ): void {
    authorize(this.#kernel, { principal, action, resource, context });
  }

  #named(name: string): Bucket {
    const bucket = this.#buckets.get(name);
    if (bucket === undefined) {
      throw new RangeError(`there is no bucket '${name}', but ${[...this.#buckets.keys()].join(', ')}`);
    }
    return bucket;
  }
}

/** In the order of their keys' bytes. */
function below({ objects }: Bucket, prefix: string): readonly StoredObject[] {
  return [...objects.values()]
    .filter(({ key }) => key.startsWith(prefix))
    .sort((one, other) => Buffer.compare(Buffer.from(one.key), Buffer.from(other.key)));
}

function versionOf({ versionId }: StoredObject): { VersionId?: string } {
  return versionId === undefined ? {} : { VersionId: versionId };
}

/** @throws RangeError for streams and blobs */
function bytesOf(body: unknown): Uint8Array {
  if (body === undefined) return new Uint8Array();
  if (typeof body === 'string') return new TextEncoder().encode(body);
  if (body instanceof Uint8Array) return body;
  throw new RangeError('S3 PutObject: only texts and bytes are simulated as the body of an object');
}
