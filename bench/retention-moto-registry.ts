import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { BatchWriteItemCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { createTable } from './create-table.ts';

export const account = '123456789012';
export const region = 'us-east-1';
export const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };

/** A repository `shop/<service>` for each. bench/moto-registry.py has the same list. */
export const services = [
  'checkout',
  'catalog',
  'billing',
  'search',
  'gateway',
  'auth',
  'notify',
  'report',
  'ingest',
  'media',
];

export type Images = readonly (readonly [digest: string, tags: readonly string[], ageDays: number])[];

/** By repository. */
export type Registry = ReadonlyMap<string, Images>;

/** Starts anew with 500 images in each repository, and every call taking so long. */
export async function resetRegistry(endpoint: string, latencyMs: number): Promise<void> {
  const body = {
    repositories: services.length,
    images: 500,
    days: 500,
    untagged: 0.1,
    latency_ms: latencyMs,
  };
  const path = `${endpoint}/__bench/reset`;
  const answer = await fetch(path, { method: 'POST', body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`${path} answered ${answer.status}`);
}

export async function listRegistry(endpoint: string): Promise<Registry> {
  const registry = new Map<string, Images>();
  for (const name of services) {
    const answer = await fetch(`${endpoint}/__bench/tags?repo=shop/${name}`);
    registry.set(`shop/${name}`, JSON.parse(await answer.text()));
  }
  return registry;
}

/** How often what was called since the last reset: `ecr.DescribeImages` 10. */
export async function callsOf(endpoint: string): Promise<Readonly<Record<string, number>>> {
  const { calls } = JSON.parse(await (await fetch(`${endpoint}/__bench/calls`)).text());
  return calls;
}

/** What the function finds beside the registry: its tables, its bucket, and good verdicts on the newest images. */
export async function furnish(endpoint: string, registry: Registry): Promise<void> {
  const config = { region, endpoint, credentials };
  const dynamodb = new DynamoDBClient(config);
  await createTable(dynamodb, 'verdicts', ['digest', 'copy']);
  await createTable(dynamodb, 'switches', ['switch']);
  await new S3Client(config).send(new CreateBucketCommand({ Bucket: 'ops' }));
  for (const [repository, images] of registry) {
    const newest = images.toSorted(([, , one], [, , other]) => one - other).slice(0, 25);
    const rows = newest.map(([digest, tags]) => ({
      PutRequest: { Item: verdictRow(repository, digest, tags) },
    }));
    await dynamodb.send(new BatchWriteItemCommand({ RequestItems: { verdicts: rows } }));
  }
}

function verdictRow(repository: string, digest: string, tags: readonly string[]) {
  const now = new Date().toISOString();
  const record = {
    ...{
      digest,
      region,
      repository,
      tags,
      kind: 'image',
      parts: [],
      pushedAt: now,
      since: now,
      observedAt: now,
      version: 1,
    },
    ...{ verdict: 'pass', environment: 'development', reason: 'no findings', pending: false },
    ...{ missingPlatforms: [], counts: {}, worst: [], waived: [] },
  };
  return {
    digest: { S: digest },
    copy: { S: `${region}#${repository}` },
    version: { N: '1' },
    record: { S: JSON.stringify(record) },
  };
}

/** @throws Error where moto is not installed (`pip install 'moto[server]'`) */
export async function startRegistry(): Promise<{ readonly endpoint: string } & AsyncDisposable> {
  const port = 20_000 + (process.pid % 20_000);
  const server = spawn('python3', [join(import.meta.dirname, 'moto-registry.py'), String(port)], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const ready = await new Promise((resolve) => {
    server.stdout?.once('data', () => resolve(true));
    server.once('exit', () => resolve(false));
    server.once('error', () => resolve(false));
  });
  if (!ready)
    throw new Error("moto could not be started: it takes python3 with moto (pip install 'moto[server]')");
  return {
    endpoint: `http://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      const ended = new Promise((resolve) => server.once('exit', resolve));
      server.kill();
      await ended;
    },
  };
}
