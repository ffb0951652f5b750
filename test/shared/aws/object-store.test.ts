import { S3Client } from '@aws-sdk/client-s3';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { connectClient } from '../../../rehearsal/aws/connect.ts';
import { S3 } from '../../../rehearsal/aws/s3.ts';
import { AwsError } from '../../../rehearsal/kernel.ts';
import { type ObjectStore, objectStore } from '../../../shared/aws/object-store.ts';
import { RetryableError } from '../../../shared/lambda/errors.ts';
import { client, clientOf, testKernel } from '../../rehearsal/aws/stand.ts';

const json = { contentType: 'application/json' };

describe('objectStore', () => {
  let kernel: ReturnType<typeof testKernel>;
  let store: ObjectStore;

  beforeEach(() => {
    kernel = testKernel();
    const s3 = new S3(kernel);
    s3.createBucket({ region: 'us-east-1', name: 'ops', properties: {} });
    store = objectStore(clientOf(S3Client, s3), 'ops');
  });

  it('reads what was written', async () => {
    expect(await store.put('reports/a b/ü.json', '{"text":"ö \u2028"}', json)).toBe('written');
    expect(await store.get('reports/a b/ü.json')).toBe('{"text":"ö \u2028"}');
  });

  it('tells an empty object from none', async () => {
    await store.put('empty', '', json);
    expect(await store.get('empty')).toBe('');
    expect(await store.get('none')).toBeUndefined();
  });

  it('overwrites, unless it is told not to', async () => {
    await store.put('key', 'first', json);
    expect(await store.put('key', 'second', json)).toBe('written');
    expect(await store.put('key', 'third', { ...json, noOverwrite: true })).toBe('exists');
    expect(await store.get('key')).toBe('second');
    expect(await store.put('other', 'first', { ...json, noOverwrite: true })).toBe('written');
  });

  it('lists every object below a prefix, by key, over all pages', async () => {
    const keys = Array.from({ length: 1203 }, (_, index) => `reports/${String(index).padStart(4, '0')}`);
    for (const key of keys.toReversed()) await store.put(key, key, json);
    await store.put('reported', 'no', json);
    const listed = await store.list('reports/');
    expect(listed.map(({ key }) => key)).toEqual(keys);
    expect(listed[0]).toEqual({ key: 'reports/0000', bytes: 12, modifiedAt: kernel.now() });
    expect(await store.list('nothing/')).toEqual([]);
  });

  it('asks for a write anew that collided with another', async () => {
    const s3 = client(S3Client);
    connectClient(s3, async () => {
      throw new AwsError('ConditionalRequestConflict', 'a conflicting operation', 409);
    });
    const write = objectStore(s3, 'ops').put('key', 'text', { ...json, noOverwrite: true });
    await expect(write).rejects.toThrow(RetryableError);
    await expect(write).rejects.toThrow('ops/key');
  });

  it('does not take a denial for an object that is not there', async () => {
    kernel.refuse();
    await expect(store.get('none')).rejects.toMatchObject({ name: 'AccessDenied' });
    await expect(store.put('key', 'text', { ...json, noOverwrite: true })).rejects.toMatchObject({
      name: 'AccessDenied',
    });
  });
});
