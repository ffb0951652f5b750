import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LambdaFunctionURLEvent } from 'aws-lambda';
import { compose } from '../../../../functions/images/admit-pods/compose.ts';
import type { AdmitPodsDeps } from '../../../../functions/images/admit-pods/run.ts';
import opsPolicy from '../../../../ops.config.ts';
import type { VerdictRecord } from '../../../../shared/domain/verdict-record.ts';
import { verdictRecord } from '../../../builders.ts';
import type { WireAnswer, WireRequest } from '../../../shared/aws/answers.ts';
import { lambdaContext, TestWorld } from '../../../shared/aws/world.ts';

/** Whoever reviews and is reviewed in these tests. */

export const registry = '111122223333.dkr.ecr.us-east-1.amazonaws.com';

export const digestOf = (letter: string): string => `sha256:${letter.repeat(64)}`;

/** The images that the sample reviews name. */
export const images = {
  api: `${registry}/aeon-dt-api@${digestOf('a')}`,
  worker: `${registry}/aeon-dt-worker@${digestOf('b')}`,
  nextApi: `${registry}/aeon-dt-api@${digestOf('c')}`,
  backup: `${registry}/aeon-dt-database-backup@${digestOf('d')}`,
  foreign: 'docker.io/library/busybox:1.37',
} as const;

export const token = '5e'.repeat(32);

export interface Review {
  apiVersion: string;
  kind: string;
  request: {
    uid: string;
    kind: { group: string; version: string; kind: string };
    namespace: string;
    operation: string;
    object: Record<string, unknown> | null;
    oldObject: Record<string, unknown> | null;
  };
}

/** A review as an API server sends it, from `reviews/`. */
export function sampleReview(name: string): Review {
  return JSON.parse(readFileSync(join(import.meta.dirname, 'reviews', `${name}.json`), 'utf8'));
}

type Row = Readonly<Record<string, { readonly S: string }>>;

/** The rows of the verdict table under an image's digest. */
export function verdictRow(image: string, over: Partial<VerdictRecord> = {}): Row {
  const [name = '', digest = ''] = image.split('@');
  const repository = name.slice(name.indexOf('/') + 1);
  const record = verdictRecord({ digest, repository, region: 'us-east-1', ...over });
  return row(image, `${record.region}#${repository}`, { record: JSON.stringify(record) });
}

export function row(image: string, copy: string, attributes: Readonly<Record<string, string>> = {}): Row {
  const digest = image.split('@')[1] ?? '';
  return Object.fromEntries(
    Object.entries({ digest, copy, ...attributes }).map(([name, value]) => [name, { S: value }]),
  );
}

export interface Stand {
  readonly world: TestWorld<AdmitPodsDeps['policy']>;
  /** Rows of the verdict table and the switch table. A test adds to them. */
  readonly rows: Row[];
  readonly switches: Row[];
  readonly tokens: string[];
  /** What a call is answered instead, by its operation. */
  readonly failures: Map<string, WireAnswer>;
  readonly send: (request: Partial<UrlEvent>) => Promise<UrlAnswer>;
  /** Sends a review with a valid token, from the cluster `blue`. */
  readonly review: (review: object) => Promise<ReviewAnswer>;
  readonly calls: () => readonly string[];
}

type UrlEvent = LambdaFunctionURLEvent & { readonly method: string };

interface UrlAnswer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

interface ReviewAnswer {
  readonly apiVersion: string;
  readonly kind: string;
  readonly response: {
    readonly uid: string;
    readonly allowed: boolean;
    readonly status?: { readonly code: number; readonly reason: string; readonly message: string };
    readonly warnings?: readonly string[];
  };
}

/** Our policy with other settings of admission. Clusters are refused what may not run. */
export function admission(over: Partial<typeof opsPolicy.images.admission> = {}): AdmitPodsDeps['policy'] {
  const { images: settings, ...others } = opsPolicy;
  return { ...others, images: { ...settings, admission: { ...settings.admission, mode: 'act', ...over } } };
}

export function stand(policy: AdmitPodsDeps['policy'] = admission()): Stand {
  const rows: Row[] = [];
  const switches: Row[] = [];
  const tokens = [token];
  const failures = new Map<string, WireAnswer>();
  const answer = ({ operation, input }: WireRequest): WireAnswer => {
    const failure = failures.get(operation);
    if (failure) return failure;
    if (operation === 'GetSecretValue') return { body: { SecretString: JSON.stringify({ tokens }) } };
    const { RequestItems } = input as { RequestItems: Record<string, { Keys: Row[] }> };
    const found = (table: string, all: readonly Row[]) =>
      (RequestItems[table]?.Keys ?? []).flatMap((key) =>
        all.filter((one) => Object.entries(key).every(([name, value]) => one[name]?.S === value.S)),
      );
    return {
      body: {
        Responses: { verdicts: found('verdicts', rows), switches: found('switches', switches) },
        UnprocessedKeys: {},
      },
    };
  };
  const world = new TestWorld(policy, answer);
  const handler = compose(
    {
      VERDICT_TABLE: 'verdicts',
      SWITCH_TABLE: 'switches',
      REGISTRY_ACCOUNT: '111122223333',
      TOKENS_SECRET: 'tokens',
    },
    world,
  );

  const send = async ({ method = 'POST', ...over }: Partial<UrlEvent>): Promise<UrlAnswer> => {
    const event = {
      version: '2.0',
      rawPath: `/${token}/blue`,
      rawQueryString: 'timeout=3s',
      headers: { 'content-type': 'application/json' },
      requestContext: { http: { method } },
      isBase64Encoded: false,
      ...over,
    };
    return (await handler(event, lambdaContext())) as UrlAnswer;
  };
  return {
    world,
    rows,
    switches,
    tokens,
    failures,
    send,
    review: async (review) => {
      const { statusCode, body } = await send({ body: JSON.stringify(review) });
      if (statusCode !== 200) throw new Error(`answered ${statusCode}: ${body}`);
      return JSON.parse(body);
    },
    calls: () => world.requests.map(({ operation }) => operation),
  };
}
