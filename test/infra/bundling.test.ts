import { execFile } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type IncomingHttpHeaders, type RequestListener, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { crc32 as checksum } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { environmentOf } from '../../bench/lambda-environment.ts';
import { type Bundle, bundleFunctions } from '../../infra/bundling/bundle.ts';
import { contracts } from '../../infra/functions.ts';
import { functionIdOf } from '../../infra/names.ts';
import policy from '../../ops.config.ts';

const scratch = realpathSync(mkdtempSync(join(tmpdir(), 'aeon-ops-bundling-')));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

describe('the bundles of the functions', () => {
  const functions = contracts.map((contract) => ({ ...contract, id: functionIdOf(contract) }));
  const bundled = (folder: string, asWritten: object) =>
    bundleFunctions({ functions, policy: asWritten, outdir: join(scratch, folder) });
  let bundles: ReadonlyMap<string, Bundle>;

  beforeAll(async () => {
    bundles = await bundled('as-is', policy);
  });

  it('stay as they are when a part of the policy is edited that no function is compiled with', async () => {
    const edited = { ...policy, retention: { ...policy.retention, logs: policy.retention.logs + 1 } };
    expect(changed(bundles, await bundled('retention', edited))).toEqual([]);
  });

  it('change only where a contract names the part that is edited', async () => {
    const edited = { ...policy, alerts: { ...policy.alerts, runbookUrl: 'https://runbook.example.com/' } };
    const concerned = functions.filter((contract) => contract.policy.includes('alerts.runbookUrl'));
    expect(concerned).not.toEqual([]);
    expect(changed(bundles, await bundled('runbook', edited))).toEqual(concerned.map(({ id }) => id));
  });

  it.each(functions)(
    '$id starts with nothing around it but what Lambda gives, and without undici',
    async (contract) => {
      const script = `
      const { handler } = await import(process.argv[1]);
      const undici = process.moduleLoadList.filter((name) => name.includes('undici/undici'));
      console.log(JSON.stringify({ handler: typeof handler, undici }));`;
      const file = bundles.get(contract.id)?.file ?? '';
      expect(await run(script, file, environmentOf(contract))).toEqual({ handler: 'function', undici: [] });
    },
  );

  it('stay as they are when other functions join them', async () => {
    for (const half of [0, 1]) {
      const some = functions.filter((_contract, index) => index % 2 === half);
      const outdir = join(scratch, `half-${half}`);
      expect(changed(await bundleFunctions({ functions: some, policy, outdir }), bundles)).toEqual([]);
    }
  });

  it('have of a client only the operations that the function calls', () => {
    const code = readFileSync(bundles.get('retention/prune-images')?.file ?? '', 'utf8');
    for (const called of ['PutObject', 'ListFunctions', 'DescribeCluster']) expect(code).toContain(called);
    for (const not of ['PutBucketPolicy', 'InvokeAsync', 'CreateCluster']) expect(code).not.toContain(not);
  });

  it('are each deployed alone, without the source map', () => {
    expect(bundles.size).toBe(functions.length);
    for (const { folder, file } of bundles.values()) {
      expect(readdirSync(folder)).toEqual([basename(file)]);
      expect(readFileSync(file, 'utf8')).not.toContain('sourceMappingURL');
    }
  });
});

describe('a bundled function', () => {
  it('has the parts of the policy that it names, and no others', async () => {
    const file = await bundleOne({
      handler: `import policy from '../../../ops.config.ts'; export const handler = async () => policy;`,
      paths: ['images.mode', 'regions'],
    });
    expect(await invoke(file)).toEqual({ images: { mode: 'observe' }, regions: { primary: 'us-east-1' } });
  });

  it('cannot name a part that the policy does not have', async () => {
    const handler = `import policy from '../../../ops.config.ts'; export const handler = async () => policy;`;
    await expect(bundleOne({ handler, paths: ['images.pace'] })).rejects.toThrow("there is no 'images.pace'");
  });

  it('gets the policy from its handler, and from nowhere below', async () => {
    const source = {
      handler: `export { handler } from '../../../shared/below.ts';`,
      below: `import policy from '../ops.config.ts'; export const handler = async () => policy;`,
      paths: ['regions'],
    };
    await expect(bundleOne(source)).rejects.toThrow(
      /below\.ts imports the policy: only a function's handler\.ts may/,
    );
  });

  it('does not load undici for importing node:http', async () => {
    const file = await bundleOne({
      handler: `
        import { request } from 'node:http';
        const loaded = process.moduleLoadList.filter((name) => name.includes('undici/undici'));
        export const handler = async () => [typeof request, loaded];`,
    });
    expect(await invoke(file)).toEqual(['function', []]);
  });

  it('has the modules of Node.js in every form of import', async () => {
    const file = await bundleOne({
      handler: `
        import { createHash } from 'node:crypto';
        import path, { sep } from 'path';
        import * as os from 'node:os';
        const { setTimeout: wait } = await import('node:timers/promises');
        export const handler = async () => [
          createHash('md5').update('').digest('hex'), path.join('a', 'b') === 'a' + sep + 'b', os.EOL, typeof wait,
        ];`,
    });
    expect(await invoke(file)).toEqual(['d41d8cd98f00b204e9800998ecf8427e', true, '\n', 'function']);
  });
});

describe('a client of the AWS SDK in a bundle', () => {
  let server: Server;
  let answer: RequestListener;
  let file: string;
  const seen: IncomingHttpHeaders[] = [];

  beforeAll(async () => {
    server = createServer((request, response) => {
      seen.push(request.headers);
      answer(request, response);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    file = await bundleOne({
      handler: `
        import { DynamoDBClient, GetItemCommand, ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
        import { live } from '../../../shared/lambda/live.ts';
        const client = live({}).client(DynamoDBClient);
        export const handler = async () => {
          try {
            const { Item } = await client.send(new GetItemCommand({ TableName: 't', Key: { id: { S: 'ä' } } }));
            return { Item };
          } catch (error) {
            return { name: error.name, known: error instanceof ConditionalCheckFailedException };
          }
        };`,
    });
  });

  afterAll(() => new Promise((resolve) => server.close(resolve)));

  const call = async (environment: Record<string, string> = {}) => {
    seen.length = 0;
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    return invoke(file, { AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`, ...environment });
  };

  it("signs with the credentials of Lambda's environment, for the Region it runs in", async () => {
    answer = (_request, response) => response.end('{"Item":{"id":{"S":"ö"}}}');
    expect(await call({ AWS_REGION: 'eu-west-1', AWS_SESSION_TOKEN: 'session' })).toEqual({
      Item: { id: { S: 'ö' } },
    });
    expect(seen).toHaveLength(1);
    expect(seen[0]).toMatchObject({
      authorization: expect.stringMatching(
        /Credential=AKIDEXAMPLE\/\d{8}\/eu-west-1\/dynamodb\/aws4_request/,
      ),
      'x-amz-security-token': 'session',
      'x-amz-target': 'DynamoDB_20120810.GetItem',
      'content-length': String(Buffer.byteLength('{"TableName":"t","Key":{"id":{"S":"ä"}}}')),
    });
  });

  it('tries again what may pass, under the same id of its own', async () => {
    answer = (_request, response) => {
      if (seen.length === 1) response.writeHead(503);
      response.end('{}');
    };
    expect(await call()).toEqual({});
    const ids = seen.map((headers) => headers['amz-sdk-invocation-id']);
    expect(ids).toEqual([expect.stringMatching(/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/), ids[0]]);
  });

  it('knows the errors of its service', async () => {
    answer = (_request, response) => {
      response.writeHead(400, { 'content-type': 'application/x-amz-json-1.0' });
      response.end(
        '{"__type":"com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException","message":"no"}',
      );
    };
    expect(await call()).toEqual({ name: 'ConditionalCheckFailedException', known: true });
  });
});

describe('the client of Amazon S3 in a bundle', () => {
  it('writes texts under a checksum, and reads them', async () => {
    const objects = new Map<string, { body: string; headers: IncomingHttpHeaders }>();
    const server = createServer(async (request, response) => {
      const url = request.url?.split('?')[0] ?? '';
      if (request.method === 'GET') return response.end(objects.get(url)?.body);
      const body = (await request.setEncoding('utf8').toArray()).join('');
      objects.set(url, { body, headers: request.headers });
      return response.end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    const file = await bundleOne({
      handler: `
        import { S3Client } from '@aws-sdk/client-s3';
        import { objectStore } from '../../../shared/aws/object-store.ts';
        import { live } from '../../../shared/lambda/live.ts';
        const store = objectStore(live({}).client(S3Client), 'ops');
        export const handler = async () => [
          await store.put('reports/one.json', '{"a":"ä"}', { contentType: 'application/json', noOverwrite: true }),
          await store.get('reports/one.json'),
        ];`,
    });
    try {
      const environment = { AWS_ENDPOINT_URL: `http://127.0.0.1:${port}` };
      expect(await invoke(file, environment)).toEqual(['written', '{"a":"ä"}']);
      expect(objects.get('/ops/reports/one.json')?.headers).toMatchObject({
        'content-type': 'application/json',
        'if-none-match': '*',
        'x-amz-checksum-crc32': crc32('{"a":"ä"}'),
      });
    } finally {
      await new Promise((resolve) => server.close(resolve));
    }
  });
});

function crc32(text: string): string {
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(checksum(text));
  return sum.toString('base64');
}

interface Source {
  readonly handler: string;
  /** A file in `shared/`. */
  readonly below?: string;
  readonly paths?: readonly string[];
}

let made = 0;

/** A project with the one function `room/made`, the real packages and the real `shared/lambda`. */
async function bundleOne({ handler, below = '', paths = [] }: Source): Promise<string> {
  const root = join(scratch, `project-${++made}`);
  const here = realpathSync(join(import.meta.dirname, '../..'));
  mkdirSync(join(root, 'functions/room/made'), { recursive: true });
  mkdirSync(join(root, 'shared'));
  symlinkSync(join(here, 'node_modules'), join(root, 'node_modules'));
  for (const folder of ['aws', 'lambda']) {
    symlinkSync(join(here, 'shared', folder), join(root, 'shared', folder));
  }
  writeFileSync(join(root, 'shared/below.ts'), below);
  writeFileSync(join(root, 'ops.config.ts'), 'export default {};');
  writeFileSync(join(root, 'functions/room/made/handler.ts'), handler);
  const bundles = await bundleFunctions({
    functions: [{ id: 'room/made', policy: paths }],
    policy: { images: { mode: 'observe' }, regions: { primary: 'us-east-1' } },
    outdir: join(root, 'dist'),
    root,
  });
  return bundles.get('room/made')?.file ?? '';
}

function changed(before: ReadonlyMap<string, Bundle>, after: ReadonlyMap<string, Bundle>): string[] {
  return [...before.keys()].filter((id) => {
    const [one, other] = [before.get(id), after.get(id)].map((bundle) => readFileSync(bundle?.file ?? ''));
    return one === undefined || other === undefined || !one.equals(other);
  });
}

const runFile = promisify(execFile);

/** Runs a script in a process of its own, with no other environment, and reads what it prints. */
async function run(script: string, file: string, environment: Record<string, string>): Promise<unknown> {
  const { stdout } = await runFile(
    process.execPath,
    ['--input-type=module', '--eval', script, pathToFileURL(file).href],
    { env: environment },
  );
  return JSON.parse(stdout);
}

function invoke(file: string, environment: Record<string, string> = {}): Promise<unknown> {
  const script = `
    const { handler } = await import(process.argv[1]);
    console.log(JSON.stringify(await handler({}, {})));`;
  return run(script, file, { ...environmentOf({ env: {} }), ...environment });
}
