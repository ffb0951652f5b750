import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pathToFileURL } from 'node:url';
import { BatchWriteItemCommand, CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { contract } from '../functions/retention/prune-images/contract.ts';
import { bundleFunctions } from '../infra/bundling/bundle.ts';
import { functionIdOf } from '../infra/names.ts';
import opsPolicy from '../ops.config.ts';
import type { Policy } from '../shared/policy/schema.ts';
import type { Benchmark } from './benchmark.ts';
import { formatSummary, type Summary, summarize } from './summary.ts';

const region = 'us-east-1';
const account = '123456789012';
const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
const services = [
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
const days = { tagged: 20, untagged: 14 };
const keepGoodReleases = 3;

const shapes = [
  { name: '10 x 500', latency_ms: 0 },
  { name: '10 x 500, 25 ms a call', latency_ms: 25 },
] as const;

interface Pruned {
  readonly wallSeconds: number;
  readonly cpuSeconds: number;
  readonly rssMb: number;
  readonly calls: Readonly<Record<string, number>>;
  readonly left: number;
}

/**
 * The bundled function, in a process of its own and with its start, on a registry of 5,000 images in moto: it keeps what is
 * younger than 20 days and the last three good releases of each environment, and deletes the rest at once. What is left is
 * compared with what another reckoning says.
 */
export const retentionMoto: Benchmark = {
  name: 'retention-moto',
  title: 'Pruning of 5,000 images in moto (aims: 61 ECR calls; 0.35 s CPU; 1.1 s with 25 ms a call)',
  async run({ runs, progress, endpoint }) {
    await using server =
      endpoint === undefined
        ? await startRegistry()
        : { endpoint, [Symbol.asyncDispose]: async () => undefined };
    const folder = mkdtempSync(join(tmpdir(), 'retention-'));
    try {
      const id = functionIdOf(contract);
      const bundles = await bundleFunctions({
        functions: [{ id, policy: contract.policy }],
        policy: policy(),
        outdir: folder,
      });
      const bundle = pathToFileURL(join(bundles.get(id)?.folder ?? '', 'handler.mjs')).href;
      const results: {
        name: string;
        wall: Summary;
        cpu: Summary;
        rss: Summary;
        ecr: number;
        others: string;
        left: number;
      }[] = [];
      for (const { name, latency_ms } of shapes) {
        const all: Pruned[] = [];
        for (let run = 0; run < runs; run++) {
          progress(`${name}, ${run + 1} of ${runs}`);
          all.push(await pruneOnce(server.endpoint, bundle, latency_ms));
        }
        const [{ calls = {}, left = 0 } = {}] = all;
        const isEcr = ([operation]: readonly [string, number]): boolean => operation.startsWith('ecr.');
        results.push({
          name,
          wall: summarize(all.map((one) => one.wallSeconds)),
          cpu: summarize(all.map((one) => one.cpuSeconds)),
          rss: summarize(all.map((one) => one.rssMb)),
          ecr: Object.entries(calls)
            .filter(isEcr)
            .reduce((sum, [, count]) => sum + count, 0),
          others: Object.entries(calls)
            .filter((call) => !isEcr(call))
            .map(([operation, count]) => `${operation} ${count}`)
            .join(', '),
          left,
        });
      }
      return {
        head: ['images', 'wall s', 'cpu s', 'rss MB', 'ECR calls', 'left', 'other calls'],
        rows: results.map(({ name, wall, cpu, rss, ecr, left, others }) => [
          name,
          seconds(wall),
          seconds(cpu),
          formatSummary(rss),
          String(ecr),
          String(left),
          others,
        ]),
        numbers: results,
      };
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
};

function seconds({ median, min, max }: Summary): string {
  return `${median.toFixed(2)} (${min.toFixed(2)}..${max.toFixed(2)})`;
}

function policy(): Policy {
  return {
    ...opsPolicy,
    services: Object.fromEntries(
      services.map((name) => [
        name,
        { repository: { existing: `shop/${name}` }, platforms: ['linux/amd64'] },
      ]),
    ),
    workloads: { sources: [{ type: 'lambda', region }], readers: {} },
    retention: {
      ...opsPolicy.retention,
      mode: 'act',
      images: Object.fromEntries(Object.keys(opsPolicy.environments).map((name) => [name, days.tagged])),
      untaggedImages: days.untagged,
      keepGoodReleases,
      archive: 'no',
      caps: { share: 1, count: 10_000 },
    },
  };
}

type Listed = readonly (readonly [digest: string, tags: readonly string[], age: number])[];

async function pruneOnce(endpoint: string, bundle: string, latency_ms: number): Promise<Pruned> {
  await ask(endpoint, 'reset', {
    repositories: services.length,
    images: 500,
    days: 500,
    untagged: 0.1,
    latency_ms,
  });
  const listed = await listAll(endpoint);
  await furnish(endpoint, listed);
  const expected = new Set(listed.flatMap(([, images]) => [...keptOf(images)]));
  const before = await callsOf(endpoint);
  const measured = await prune(endpoint, bundle);
  const after = await callsOf(endpoint);

  const left = new Set((await listAll(endpoint)).flatMap(([, images]) => images.map(([digest]) => digest)));
  const wrong = [...left].filter((digest) => !expected.has(digest)).length + expected.size - left.size;
  if (wrong !== 0 || [...expected].some((digest) => !left.has(digest))) {
    throw new Error(`${left.size} images are left, and not the ${expected.size} that should be`);
  }
  const calls = Object.entries(after).map(([name, count]) => [name, count - (before[name] ?? 0)] as const);
  return { ...measured, left: left.size, calls: Object.fromEntries(calls.filter(([, count]) => count > 0)) };
}

/** What has to be left, worked out from the list alone: what is young, and the newest three with a tag of each environment. */
function keptOf(images: Listed): ReadonlySet<string> {
  const kept = new Set<string>();
  for (const [digest, tags, age] of images) {
    if (age < (tags.length > 0 ? days.tagged : days.untagged)) kept.add(digest);
  }
  for (const word of ['dev', 'staging', 'prod']) {
    const releases = images.filter(([, tags]) => tags.some((tag) => tag.split('-')[1] === word));
    const newest = releases.toSorted(([, , one], [, , other]) => one - other).slice(0, keepGoodReleases);
    for (const [digest] of newest) kept.add(digest);
  }
  return kept;
}

/** What the function finds beside the registry: its tables, its bucket, and good verdicts on the newest images. */
async function furnish(
  endpoint: string,
  listed: readonly (readonly [repository: string, images: Listed])[],
): Promise<void> {
  const config = { region, endpoint, credentials };
  const dynamodb = new DynamoDBClient(config);
  const table = (TableName: string, ...keys: readonly string[]) =>
    dynamodb.send(
      new CreateTableCommand({
        TableName,
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: keys.map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
        KeySchema: keys.map((AttributeName, index) => ({
          AttributeName,
          KeyType: index === 0 ? 'HASH' : 'RANGE',
        })),
      }),
    );
  await table('verdicts', 'digest', 'copy');
  await table('switches', 'switch');
  await new S3Client(config).send(new CreateBucketCommand({ Bucket: 'ops' }));
  for (const [repository, images] of listed) {
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

async function prune(endpoint: string, bundle: string): Promise<Omit<Pruned, 'calls' | 'left'>> {
  const environment = {
    bucket: 'ops',
    verdictTable: 'verdicts',
    switchTable: 'switches',
    opsBus: 'default',
    workloadReader: `arn:aws:iam::${account}:role/reader`,
    deadLetterQueue: `${endpoint}/${account}/none`,
  } satisfies Record<keyof typeof contract.env, string>;
  const named = Object.entries(contract.env).map(([key, name]) => [name, Reflect.get(environment, key)]);
  const script = join(import.meta.dirname, 'retention-moto-process.ts');
  const child = spawn(process.execPath, [script, bundle], {
    stdio: ['ignore', 'ignore', 'inherit', 'pipe'],
    env: {
      ...Object.fromEntries(named),
      AWS_ENDPOINT_URL: endpoint,
      AWS_REGION: region,
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    },
  });
  const text = await textOf(child.stdio[3]);
  const { outcomes, ...measured } = JSON.parse(text);
  if (outcomes.some(({ outcome }: { outcome: string }) => outcome !== 'well')) {
    throw new Error(`not everything was done: ${JSON.stringify(outcomes[0])}`);
  }
  return measured;
}

async function textOf(stream: unknown): Promise<string> {
  if (!(stream instanceof Readable))
    throw new TypeError('the measured process has no way to tell what it measured');
  let text = '';
  for await (const chunk of stream) text += String(chunk);
  return text;
}

async function listAll(
  endpoint: string,
): Promise<readonly (readonly [repository: string, images: Listed])[]> {
  const lists: (readonly [string, Listed])[] = [];
  for (const name of services) {
    const answer = await fetch(`${endpoint}/__bench/tags?repo=shop/${name}`);
    const images: Listed = JSON.parse(await answer.text());
    lists.push([`shop/${name}`, images]);
  }
  return lists;
}

async function callsOf(endpoint: string): Promise<Readonly<Record<string, number>>> {
  const { calls } = JSON.parse(await (await fetch(`${endpoint}/__bench/calls`)).text());
  return calls;
}

async function ask(endpoint: string, path: string, body: object): Promise<void> {
  const answer = await fetch(`${endpoint}/__bench/${path}`, { method: 'POST', body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`${endpoint}/__bench/${path} answered ${answer.status}`);
}

/** @throws Error where moto is not installed (`pip install 'moto[server]'`) */
async function startRegistry(): Promise<{ readonly endpoint: string } & AsyncDisposable> {
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
