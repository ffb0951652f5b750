import { BatchWriteItemCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { compose } from '../functions/images/admit-pods/compose.ts';
import { contract } from '../functions/images/admit-pods/contract.ts';
import type { AdmitPodsDeps } from '../functions/images/admit-pods/run.ts';
import policy from '../ops.config.ts';
import type { World } from '../shared/lambda/world.ts';
import type { Benchmark, BenchmarkOptions } from './benchmark.ts';
import { type Loopback, loopback } from './loopback-dynamodb.ts';

/**
 * How long a warm admit-pods takes to answer a review, from the event to the answer, with DynamoDB behind HTTP on this
 * machine: the JSON, the token, the SDK and the decision are the deployed ones, and the network is a loopback.
 */
export const admission: Benchmark = {
  name: 'admission',
  title: 'Reviews answered by a warm admit-pods, DynamoDB on the loopback',
  async run(options) {
    await using dynamodb = await loopback(
      { verdicts: ['digest', 'copy'], switches: ['switch'] },
      { name: 'tokens', text: JSON.stringify({ tokens: [token] }) },
    );
    await fill(dynamodb);
    const results: Result[] = [];
    for (const size of sizes) results.push(await measure(size, dynamodb, options));
    return {
      head: ['images in a pod', 'DynamoDB', 'reviews', 'p50 ms', 'p99 ms', 'max ms', 'calls a review'],
      rows: results.map(({ images, reviews, p50, p99, max, calls }) => [
        String(images),
        dynamodb.name,
        String(reviews),
        p50.toFixed(1),
        p99.toFixed(1),
        max.toFixed(1),
        (calls / reviews).toFixed(2),
      ]),
      numbers: { dynamodb: dynamodb.name, results },
    };
  },
};

/** A pod, a pod with what runs before and beside it, and the most that fits into one call. */
const sizes = [1, 3, 19] as const;

/** Of each size, for each run that was asked for. */
const reviewsInRun = 40;

interface Result {
  readonly images: number;
  readonly reviews: number;
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
  /** Of DynamoDB. */
  readonly calls: number;
}

const account = '111122223333';
const token = '5e'.repeat(32);

function digestOf(index: number): string {
  return `sha256:${String(index).padStart(64, '0')}`;
}

/** Verdicts of every image in every Region, about as long as they are with a few findings. */
async function fill({ config }: Loopback): Promise<void> {
  const client = new DynamoDBClient(config);
  const findings = Array.from({ length: 10 }, (_, index) => ({
    id: `CVE-2026-${10_000 + index}`,
    severity: 'MEDIUM',
    package: 'some-package',
    fixedIn: '1.2.3',
  }));
  for (let index = 0; index < Math.max(...sizes); index += 1) {
    const digest = digestOf(index);
    const rows = policy.regions.registry.map((region) => ({
      digest: { S: digest },
      copy: { S: `${region}#aeon-dt-api` },
      version: { N: '1' },
      record: {
        S: JSON.stringify({
          digest,
          region,
          repository: 'aeon-dt-api',
          kind: 'index',
          verdict: 'monitor',
          environment: 'production',
          reason: '10 MEDIUM findings',
          pending: false,
          tags: ['aeon-dt-api-prod-3.4.0-c0ffee00'],
          parts: [digestOf(1000), digestOf(1001)],
          missingPlatforms: [],
          pushedAt: '2026-03-02T08:00:00.000Z',
          observedAt: '2026-03-02T08:01:00.000Z',
          counts: { MEDIUM: 10 },
          worst: findings,
          waived: [],
          version: 1,
        }),
      },
    }));
    const writes = rows.map((Item) => ({ PutRequest: { Item } }));
    await client.send(new BatchWriteItemCommand({ RequestItems: { verdicts: writes } }));
  }
}

async function measure(
  images: number,
  { config }: Loopback,
  { runs, progress }: BenchmarkOptions,
): Promise<Result> {
  let calls = 0;
  const world: World<AdmitPodsDeps['policy']> = {
    policy,
    now: () => new Date(),
    random: Math.random,
    client(Constructor) {
      const client = new Constructor(config);
      if (client instanceof DynamoDBClient) {
        client.middlewareStack.add((next) => (args) => {
          calls += 1;
          return next(args);
        });
      }
      return client;
    },
    post: () => Promise.reject(new Error('nothing is posted')),
    get: () => Promise.reject(new Error('nothing is read')),
    log: () => undefined,
  };
  const { verdictTable, switchTable, account: registryAccount, tokens } = contract.env;
  const handler = compose(
    {
      [verdictTable]: 'verdicts',
      [switchTable]: 'switches',
      [registryAccount]: account,
      [tokens]: 'tokens',
    },
    world,
  );

  const event = reviewEvent(images);
  const reviews = runs * reviewsInRun;
  for (let warmUp = 0; warmUp < reviewsInRun; warmUp += 1) await ask(handler, event);
  calls = 0;
  const times: number[] = [];
  for (let review = 0; review < reviews; review += 1) {
    if (review % reviewsInRun === 0) progress(`${images} images, ${review} of ${reviews}`);
    const began = performance.now();
    await ask(handler, event);
    times.push(performance.now() - began);
  }
  const sorted = times.toSorted((one, other) => one - other);
  const at = (share: number): number => sorted[Math.ceil(sorted.length * share) - 1] ?? Number.NaN;
  return { images, reviews, p50: at(0.5), p99: at(0.99), max: at(1), calls };
}

async function ask(handler: ReturnType<typeof compose>, event: object): Promise<void> {
  const answer = await handler(event, context);
  if ('body' in answer && JSON.parse(answer.body).response?.allowed === true) return;
  throw new Error(`the review was not answered as it should be: ${JSON.stringify(answer)}`);
}

/** A function URL's event with a pod of these many images, each in a container as large as they are. */
function reviewEvent(images: number): object {
  const containers = Array.from({ length: images }, (_, index) => ({
    name: `container-${index}`,
    image: `${account}.dkr.ecr.us-east-1.amazonaws.com/aeon-dt-api@${digestOf(index)}`,
    env: Array.from({ length: 20 }, (_none, n) => ({
      name: `SETTING_${n}`,
      value: 'a value of some length',
    })),
    resources: { limits: { cpu: '1', memory: '1Gi' }, requests: { cpu: '500m', memory: '512Mi' } },
    terminationMessagePath: '/dev/termination-log',
    terminationMessagePolicy: 'File',
    imagePullPolicy: 'IfNotPresent',
  }));
  const object = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { namespace: 'production' },
    spec: { containers },
  };
  const review = {
    apiVersion: 'admission.k8s.io/v1',
    kind: 'AdmissionReview',
    request: {
      uid: '2a1f7c1b-8c1c-4a1d-9b64-1a2a4b6c8d02',
      kind: { group: '', version: 'v1', kind: 'Pod' },
      namespace: 'production',
      operation: 'CREATE',
      userInfo: { username: 'system:serviceaccount:kube-system:replicaset-controller' },
      object,
      oldObject: null,
    },
  };
  return {
    version: '2.0',
    rawPath: `/${token}/bench`,
    requestContext: { http: { method: 'POST' } },
    body: JSON.stringify(review),
    isBase64Encoded: false,
  };
}

const removed = (): never => {
  throw new TypeError('done, fail and succeed are gone');
};

const context = {
  callbackWaitsForEmptyEventLoop: true,
  functionName: 'aeon-ops-admit-pods',
  functionVersion: '$LATEST',
  invokedFunctionArn: `arn:aws:lambda:us-east-1:${account}:function:aeon-ops-admit-pods`,
  memoryLimitInMB: String(contract.memoryMb),
  awsRequestId: 'bench',
  logGroupName: '',
  logStreamName: '',
  getRemainingTimeInMillis: () => contract.timeoutSeconds * 1000,
  done: removed,
  fail: removed,
  succeed: removed,
};
