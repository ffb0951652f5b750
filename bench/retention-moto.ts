import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { contract } from '../functions/retention/prune-images/contract.ts';
import { builtins } from '../infra/bundling/builtins.ts';
import { bundleFunctions } from '../infra/bundling/bundle.ts';
import { sdkOnLambda } from '../infra/bundling/sdk-on-lambda.ts';
import { functionIdOf } from '../infra/names.ts';
import opsPolicy from '../ops.config.ts';
import type { Policy } from '../shared/policy/schema.ts';
import type { Benchmark } from './benchmark.ts';
import { type Measurement, processScript } from './retention-moto-process.ts';
import {
  account,
  callsOf,
  credentials,
  furnish,
  type Images,
  listRegistry,
  region,
  resetRegistry,
  services,
  startRegistry,
} from './retention-moto-registry.ts';
import { type Summary, summarize } from './summary.ts';

const days = { tagged: 20, untagged: 14 };
const keepGoodReleases = 3;

const latencies = [0, 25] as const;

/** What is run, and what it has to leave. The rows between the first and the last say what the first is made of. */
const jobs = [
  { name: 'prune-images', outcome: 'well', leaves: keptOf },
  { name: '  of it, until all is planned and reported', outcome: 'observed', leaves: allOf },
  { name: 'floor: lists and deletes, nothing else', outcome: undefined, leaves: undefined },
] as const;

type Job = (typeof jobs)[number];

interface Pruned extends Omit<Measurement, 'outcomes'> {
  readonly calls: Readonly<Record<string, number>>;
  readonly left: number;
}

/**
 * The bundled function, in a process of its own and with its start, on a registry of 5,000 images in moto: it keeps what is
 * younger than 20 days and the last three good releases of each environment, and deletes the rest at once. What is left is
 * compared with what another reckoning says.
 *
 * How fast the machine is at the moment, the floor tells: the same calls of ECR with the same SDK, and nothing that makes
 * it safe. The function may take 1.35 times its processor time, which was 0.35 s where the floor took 0.26.
 */
export const retentionMoto: Benchmark = {
  name: 'retention-moto',
  title:
    'Pruning of 10 x 500 images in moto (aims: 61 ECR calls; CPU 0.35 s, or 1.35 x floor; 1.1 s with 25 ms a call)',
  async run({ runs, progress, endpoint }) {
    await using server =
      endpoint === undefined
        ? await startRegistry()
        : { endpoint, [Symbol.asyncDispose]: async () => undefined };
    const folder = mkdtempSync(join(tmpdir(), 'retention-'));
    try {
      const bundles = await bundleJobs(folder);
      const results: Result[] = [];
      for (const latencyMs of latencies) {
        const all = jobs.map((job): { job: Job; measured: Pruned[] } => ({ job, measured: [] }));
        for (let run = 0; run < runs; run++) {
          progress(`${latencyMs} ms a call, ${run + 1} of ${runs}`);
          for (const { job, measured } of all) {
            measured.push(await runOnce(server.endpoint, job, bundles.get(job) ?? '', latencyMs));
          }
        }
        const floor = summarize(all.at(-1)?.measured.map(({ cpuSeconds }) => cpuSeconds) ?? []).median;
        results.push(...all.map(({ job, measured }) => resultOf(job, latencyMs, measured, floor)));
      }
      return {
        head: [
          'job',
          'ms a call',
          'wall s',
          'cpu s',
          'x floor',
          'start cpu s',
          'rss MB',
          'ECR',
          'other calls',
          'left',
        ],
        rows: results.map((result) => [
          result.name,
          String(result.latencyMs),
          seconds(result.wall),
          seconds(result.cpu),
          result.timesFloor.toFixed(2),
          seconds(result.start),
          result.rss.median.toFixed(0),
          String(result.ecr),
          String(result.others),
          String(result.left),
        ]),
        numbers: results,
      };
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
};

interface Result {
  readonly name: string;
  readonly latencyMs: number;
  readonly wall: Summary;
  readonly cpu: Summary;
  readonly timesFloor: number;
  /** CPU until the handler was found. */
  readonly start: Summary;
  readonly rss: Summary;
  /** Calls of ECR, and of all others. */
  readonly ecr: number;
  readonly others: number;
  readonly left: number;
}

function resultOf({ name }: Job, latencyMs: number, measured: readonly Pruned[], floor: number): Result {
  const [{ calls = {}, left = 0 } = {}] = measured;
  const cpu = summarize(measured.map(({ cpuSeconds }) => cpuSeconds));
  const count = (isMeant: (operation: string) => boolean): number =>
    Object.entries(calls).reduce((sum, [operation, times]) => (isMeant(operation) ? sum + times : sum), 0);
  return {
    name,
    latencyMs,
    wall: summarize(measured.map(({ wallSeconds }) => wallSeconds)),
    cpu,
    timesFloor: cpu.median / floor,
    start: summarize(measured.map(({ startCpuSeconds }) => startCpuSeconds)),
    rss: summarize(measured.map(({ rssMb }) => rssMb)),
    ecr: count((operation) => operation.startsWith('ecr.')),
    others: count((operation) => !operation.startsWith('ecr.')),
    left,
  };
}

function seconds({ median, min, max }: Summary): string {
  return `${median.toFixed(2)} (${min.toFixed(2)}..${max.toFixed(2)})`;
}

function policy(mode: 'act' | 'observe'): Policy {
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
      mode,
      images: Object.fromEntries(Object.keys(opsPolicy.environments).map((name) => [name, days.tagged])),
      untaggedImages: days.untagged,
      keepGoodReleases,
      archive: 'no',
      caps: { share: 1, count: 10_000 },
    },
  };
}

/** @returns the URL of the bundle for each job */
async function bundleJobs(folder: string): Promise<ReadonlyMap<Job, string>> {
  const id = functionIdOf(contract);
  const bundles = new Map<Job, string>();
  for (const job of jobs) {
    const outdir = join(folder, String(bundles.size));
    let file = join(outdir, 'handler.mjs');
    if (job.outcome === undefined) {
      await build({
        ...{ entryPoints: [join(import.meta.dirname, 'retention-moto-floor.ts')], outfile: file },
        ...{ bundle: true, format: 'esm', platform: 'node', target: 'node24', minify: true },
        ...{ mainFields: ['module', 'main'], logLevel: 'silent', plugins: [builtins, sdkOnLambda] },
      });
    } else {
      const functions = [{ id, policy: contract.policy }];
      const mode = job.outcome === 'observed' ? 'observe' : 'act';
      const bundled = await bundleFunctions({ functions, policy: policy(mode), outdir });
      file = bundled.get(id)?.file ?? '';
    }
    bundles.set(job, pathToFileURL(file).href);
  }
  return bundles;
}

async function runOnce(endpoint: string, job: Job, bundle: string, latencyMs: number): Promise<Pruned> {
  await resetRegistry(endpoint, latencyMs);
  const registry = await listRegistry(endpoint);
  await furnish(endpoint, registry);
  const before = await callsOf(endpoint);
  const { outcomes, ...measured } = await measure(endpoint, bundle);
  const after = await callsOf(endpoint);
  if (outcomes.some(({ outcome }) => outcome !== job.outcome)) {
    throw new Error(`not everything was ${job.outcome}: ${JSON.stringify(outcomes[0])}`);
  }

  const left = digestsOf(await listRegistry(endpoint));
  if (job.leaves !== undefined) {
    const expected = new Set([...registry.values()].flatMap((images) => [...job.leaves(images)]));
    if (left.size !== expected.size || [...expected].some((digest) => !left.has(digest))) {
      throw new Error(`${left.size} images are left, and not the ${expected.size} that should be`);
    }
  }
  const calls = Object.entries(after).map(([name, count]) => [name, count - (before[name] ?? 0)] as const);
  return { ...measured, left: left.size, calls: Object.fromEntries(calls) };
}

function digestsOf(registry: ReadonlyMap<string, Images>): ReadonlySet<string> {
  return new Set([...registry.values()].flatMap((images) => images.map(([digest]) => digest)));
}

function allOf(images: Images): ReadonlySet<string> {
  return new Set(images.map(([digest]) => digest));
}

/** What has to be left, worked out from the list alone: what is young, and the newest three with a tag of each environment. */
function keptOf(images: Images): ReadonlySet<string> {
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

async function measure(endpoint: string, bundle: string): Promise<Measurement> {
  const environment = {
    bucket: 'ops',
    verdictTable: 'verdicts',
    switchTable: 'switches',
    opsBus: 'default',
    workloadReader: `arn:aws:iam::${account}:role/reader`,
    deadLetterQueue: `${endpoint}/${account}/none`,
  } satisfies Record<keyof typeof contract.env, string>;
  const named = Object.entries(contract.env).map(([key, name]) => [name, Reflect.get(environment, key)]);
  const child = spawn(process.execPath, ['--input-type=module', '--eval', processScript, bundle], {
    stdio: ['ignore', 'ignore', 'inherit', 'pipe'],
    env: {
      ...Object.fromEntries(named),
      REPOSITORIES: services.map((name) => `shop/${name}`).join(' '),
      AWS_ENDPOINT_URL: endpoint,
      AWS_REGION: region,
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    },
  });
  return JSON.parse(await textOf(child.stdio[3]));
}

async function textOf(stream: unknown): Promise<string> {
  if (!(stream instanceof Readable))
    throw new TypeError('the measured process has no way to tell what it measured');
  let text = '';
  for await (const chunk of stream) text += String(chunk);
  return text;
}
