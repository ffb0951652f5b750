import type { Context } from 'aws-lambda';
import { compose } from '../functions/images/sweep-images/compose.ts';
import { contract } from '../functions/images/sweep-images/contract.ts';
import opsPolicy from '../ops.config.ts';
import { connectClient, simulatedCredentials } from '../rehearsal/aws/connect.ts';
import { DynamoDb } from '../rehearsal/aws/dynamodb.ts';
import type { Ecr } from '../rehearsal/aws/ecr.ts';
import type { Call } from '../rehearsal/kernel.ts';
import type { World } from '../shared/lambda/world.ts';
import type { Policy } from '../shared/policy/schema.ts';
import type { Benchmark } from './benchmark.ts';
import { formatSummary, type Summary, summarize } from './summary.ts';
import { account, type BenchKernel, benchKernel, fillRegistry, type Held } from './sweep-registry.ts';

const region = 'us-east-1';
const repositories = 20;
const imagesEach = 500;

/** So often at most: one round takes a good part of a minute. */
const mostRuns = 3;

/** Milliseconds that each call takes in the last row, as it does in AWS. */
const latencyMs = 10;

/**
 * Sweeps of 10,000 images in 20 repositories, by the deployed handler, on the simulated ECR and DynamoDB.
 *
 * The calls of ECR that read stand beside their floor: a page for each thousand images, a call for each hundred indexes
 * that are not known yet, and one for the findings of each image whose verdict is not fresh. Memory is that of the
 * process, with the simulated AWS and all that it holds.
 */
export const sweep: Benchmark = {
  name: 'sweep',
  title: `Sweep of ${(repositories * imagesEach).toLocaleString('en-US')} images in ${repositories} repositories (limits: 900 s, 512 MB)`,
  async run({ runs, progress }) {
    const rounds = Math.min(runs, mostRuns);
    const measured = new Map<string, Measurement[]>();
    for (let round = 1; round <= rounds; round++) {
      for await (const one of oneRound(round === 1)) {
        progress(`round ${round} of ${rounds}, ${one.name}`);
        measured.set(one.name, [...(measured.get(one.name) ?? []), one]);
      }
    }
    const results = [...measured.values()].flatMap(resultOf);
    return {
      head: [
        'sweep',
        'wall s',
        'cpu s',
        'rss MB',
        'of it before',
        'ECR reads',
        'floor',
        'scans',
        'DynamoDB',
        'events',
      ],
      rows: results.map(({ name, wall, cpu, rss, rssBefore, calls, floor }) => [
        name,
        formatSummary(wall),
        formatSummary(cpu),
        rss.median.toFixed(0),
        rssBefore.median.toFixed(0),
        String(calls.reads),
        String(floor),
        String(calls.scans),
        String(calls.dynamodb),
        String(calls.events),
      ]),
      numbers: results,
    };
  },
};

interface Calls {
  readonly reads: number;
  readonly scans: number;
  readonly dynamodb: number;
  readonly events: number;
}

interface Measurement {
  readonly name: string;
  /** Seconds. */
  readonly wall: number;
  readonly cpu: number;
  /** MiB at most, while it ran. */
  readonly rss: number;
  readonly rssBefore: number;
  readonly calls: Calls;
  readonly floor: number;
}

interface Result extends Pick<Measurement, 'name' | 'calls' | 'floor'> {
  readonly wall: Summary;
  readonly cpu: Summary;
  readonly rss: Summary;
  readonly rssBefore: Summary;
}

function resultOf(all: readonly Measurement[]): readonly Result[] {
  const [first] = all;
  if (first === undefined) return [];
  const { name, calls, floor } = first;
  const of = (key: 'wall' | 'cpu' | 'rss' | 'rssBefore'): Summary => summarize(all.map((one) => one[key]));
  return [
    { name, calls, floor, wall: of('wall'), cpu: of('cpu'), rss: of('rss'), rssBefore: of('rssBefore') },
  ];
}

const hourMs = 60 * 60 * 1000;

/** @param withLatency also a sweep in which every call takes its time */
async function* oneRound(withLatency: boolean): AsyncGenerator<Measurement> {
  const kernel = benchKernel(new Date('2026-03-02T08:00:00Z'));
  const { ecr, held } = await fillRegistry(kernel, region, repositories, imagesEach);
  const tables = verdictTables(kernel);
  const aws = new SimulatedAws(ecr, tables.operations);
  const pages = held.repositories.length * Math.ceil(imagesEach / 1000);
  const manifests = held.repositories.length * Math.ceil(held.indexes / held.repositories.length / 100);

  const first = handlerOn(aws, kernel, held);
  yield await measure('nothing is recorded yet', pages + manifests + held.scannable, first, aws);
  await kernel.pass(hourMs);
  yield await measure('an hour later: all is fresh', pages, first, aws);
  yield await measure('the same in a new instance', pages + manifests, handlerOn(aws, kernel, held), aws);
  await kernel.pass(24 * hourMs);
  const nextDay = handlerOn(aws, kernel, held);
  yield await measure(
    'a day later: all is looked at, and scanned',
    pages + manifests + held.scannable,
    nextDay,
    aws,
  );
  if (!withLatency) return;
  const slow = new SimulatedAws(ecr, verdictTables(kernel).operations, latencyMs);
  const name = `nothing recorded, ${latencyMs} ms a call`;
  yield await measure(name, pages + manifests + held.scannable, handlerOn(slow, kernel, held), slow);
}

function verdictTables(kernel: BenchKernel): DynamoDb {
  const tables = new DynamoDb(kernel);
  const key = (name: string) => ({ name, type: 'S' as const });
  const verdicts = { partition: key('digest'), sort: key('copy') };
  tables.createTable({ name: 'verdicts', region, replicas: [], keys: verdicts });
  tables.createTable({ name: 'switches', region, replicas: [], keys: { partition: key('switch') } });
  return tables;
}

type Operation = (input: never, call: Call) => object | Promise<object>;

/** Answers SDK clients, and counts what they ask. */
class SimulatedAws {
  readonly calls = new Map<string, number>();
  readonly #services: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly #latencyMs: number;

  constructor(ecr: Ecr, dynamodb: Readonly<Record<string, Operation>>, latency = 0) {
    const events = { PutEvents: () => ({ FailedEntryCount: 0, Entries: [{ EventId: 'one' }] }) };
    this.#services = { ecr: ecr.operations, dynamodb, events };
    this.#latencyMs = latency;
  }

  connect(client: object): void {
    const call: Call = { principal: { kind: 'scenario' }, region };
    connectClient(client, async ({ service, operation, input }) => {
      const name = `${service}:${operation}`;
      this.calls.set(name, (this.calls.get(name) ?? 0) + 1);
      if (this.#latencyMs > 0) await new Promise((resolve) => setTimeout(resolve, this.#latencyMs));
      const operate: unknown = this.#services[service]?.[operation];
      if (!isOperation(operate)) throw new Error(`the benchmark does not simulate ${name}`);
      return operate(input, call);
    });
  }

  /** Since it was last asked. */
  taken(): Calls {
    const count = (isMeant: (name: string) => boolean): number =>
      [...this.calls].reduce((sum, [name, times]) => sum + (isMeant(name) ? times : 0), 0);
    const scans = count((name) => name === 'ecr:StartImageScan');
    const calls = {
      reads: count((name) => name.startsWith('ecr:')) - scans,
      scans,
      dynamodb: count((name) => name.startsWith('dynamodb:')),
      events: count((name) => name.startsWith('events:')),
    };
    this.calls.clear();
    return calls;
  }
}

function isOperation(value: unknown): value is (input: unknown, call: Call) => object | Promise<object> {
  return typeof value === 'function';
}

type Handler = (event: unknown, context: Context) => Promise<unknown>;

/** The function in a new instance: nothing is known in its memory. */
function handlerOn(aws: SimulatedAws, kernel: BenchKernel, held: Held): Handler {
  const world: World<Policy> = {
    policy: policyOf(held),
    now: kernel.now,
    random: kernel.random,
    client(Constructor) {
      const client = new Constructor({ region, maxAttempts: 3, credentials: simulatedCredentials });
      if (typeof client === 'object' && client !== null) aws.connect(client);
      return client;
    },
    post: () => Promise.reject(new Error('nothing is posted')),
    get: () => Promise.reject(new Error('nothing is got')),
    log: () => undefined,
  };
  const environment = {
    verdictTable: 'verdicts',
    switchTable: 'switches',
    opsBus: 'bus',
    workloadReader: 'arn:aws:iam::111122223333:role/aeon-ops-workload-reader',
    deadLetterQueue: 'https://queue',
  };
  const named = Object.entries(environment).map(([key, value]) => [Reflect.get(contract.env, key), value]);
  const handler: unknown = compose({ ...Object.fromEntries(named), AWS_REGION: region }, world);
  if (!isHandler(handler)) throw new TypeError('compose gave no handler');
  return handler;
}

function isHandler(value: unknown): value is Handler {
  return typeof value === 'function';
}

/** One registry Region, so that no copies are missed, a service for each repository, and no cluster to ask. */
function policyOf({ repositories: names }: Held): Policy {
  const platforms = ['linux/amd64', 'linux/arm64'];
  return {
    ...opsPolicy,
    regions: { ...opsPolicy.regions, primary: region, registry: [region] },
    workloads: { sources: [], readers: {} },
    services: Object.fromEntries(names.map((name) => [name, { repository: { existing: name }, platforms }])),
    images: { ...opsPolicy.images, registry: { ...opsPolicy.images.registry, scanning: 'basic' } },
  };
}

async function measure(
  name: string,
  floor: number,
  handler: Handler,
  aws: SimulatedAws,
): Promise<Measurement> {
  const megabytes = (): number => process.memoryUsage.rss() / 2 ** 20;
  const rssBefore = megabytes();
  let rss = rssBefore;
  const watch = setInterval(() => {
    rss = Math.max(rss, megabytes());
  }, 20);
  const cpuBefore = process.cpuUsage();
  const began = process.hrtime.bigint();
  const outcomes = await handler({ schedule: 'hourly', scheduledTime: '2026-03-02T12:17:00Z' }, context());
  const wall = Number(process.hrtime.bigint() - began) / 1e9;
  const { user, system } = process.cpuUsage(cpuBefore);
  clearInterval(watch);
  if (!isSwept(outcomes)) throw new Error(`the sweep did not do its work: ${JSON.stringify(outcomes)}`);
  rss = Math.max(rss, megabytes());
  return { name, wall, cpu: (user + system) / 1e6, rss, rssBefore, calls: aws.taken(), floor };
}

function isSwept(outcomes: unknown): boolean {
  return (
    Array.isArray(outcomes) &&
    outcomes.length === repositories &&
    outcomes.every(
      (one) => typeof one === 'object' && one !== null && Reflect.get(one, 'outcome') === 'swept',
    )
  );
}

/** What Lambda hands to a function, as far as this one looks. */
function context(): Context {
  const removed = (): never => {
    throw new TypeError('Node.js 24 functions answer by their promise');
  };
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionName: 'aeon-ops-sweep-images',
    functionVersion: '$LATEST',
    invokedFunctionArn: `arn:aws:lambda:${region}:${account}:function:aeon-ops-sweep-images`,
    memoryLimitInMB: String(contract.memoryMb),
    awsRequestId: 'bench',
    logGroupName: '/aws/lambda/aeon-ops-sweep-images',
    logStreamName: 'bench',
    getRemainingTimeInMillis: () => contract.timeoutSeconds * 1000,
    done: removed,
    fail: removed,
    succeed: removed,
  };
}
