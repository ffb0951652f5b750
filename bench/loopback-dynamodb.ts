import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { DynamoDb } from '../rehearsal/aws/dynamodb.ts';
import type { Kernel } from '../rehearsal/kernel.ts';
import { createTable } from './create-table.ts';
import { type Moto, startMoto } from './moto.ts';

/** DynamoDB, and Secrets Manager with one secret, over HTTP on this machine. */
export interface Loopback extends AsyncDisposable {
  /** `moto`, or `simulated`: the rehearsal's own. */
  readonly name: 'moto' | 'simulated';
  readonly config: Moto['config'];
}

/** Names of tables, each with its partition key and perhaps a sort key. */
export type Tables = Readonly<Record<string, readonly [partition: string, sort?: string]>>;

interface Secret {
  readonly name: string;
  readonly text: string;
}

const region = 'us-east-1';
const credentials = { accessKeyId: 'nobody', secretAccessKey: 'none' };

/** moto where it is installed, which is somebody else's DynamoDB; else the rehearsal's. */
export async function loopback(tables: Tables, secret: Secret): Promise<Loopback> {
  return (await moto(tables, secret)) ?? (await simulated(tables, secret));
}

async function moto(tables: Tables, secret: Secret): Promise<Loopback | undefined> {
  const server = await startMoto(region);
  if (server === undefined) return undefined;
  const { config } = server;
  const dynamodb = new DynamoDBClient(config);
  for (const [name, keys] of Object.entries(tables)) await createTable(dynamodb, name, keys);
  const { name: Name, text: SecretString } = secret;
  await new SecretsManagerClient(config).send(new CreateSecretCommand({ Name, SecretString }));
  return { name: 'moto', config, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address: AddressInfo | string | null = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : 0);
    });
  });
}

async function simulated(tables: Tables, secret: Secret): Promise<Loopback> {
  const dynamodb = new DynamoDb(kernel);
  for (const [name, [partition, sort]] of Object.entries(tables)) {
    const sortKey = sort === undefined ? {} : { sort: { name: sort, type: 'S' } as const };
    dynamodb.createTable({ name, region, keys: { partition: { name: partition, type: 'S' }, ...sortKey } });
  }
  const operations: Readonly<Record<string, unknown>> = {
    ...dynamodb.operations,
    GetSecretValue: () => ({ SecretString: secret.text }),
  };
  const server = createServer((request, response) => {
    void bodyOf(request).then((body) => {
      const operation = operations[String(request.headers['x-amz-target']).split('.').at(-1) ?? ''];
      const call = { principal: { kind: 'scenario' }, region };
      const output = typeof operation === 'function' ? operation(JSON.parse(body), call) : {};
      response.setHeader('content-type', 'application/x-amz-json-1.0').end(JSON.stringify(output));
    });
  });
  const endpoint = `http://127.0.0.1:${await listen(server)}`;
  return {
    name: 'simulated',
    config: { region, endpoint, credentials },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const kernel: Kernel = {
  account: '111122223333',
  now: () => new Date(),
  after: (ms, what) => void setTimeout(what, ms),
  random: Math.random,
  uuid: () => crypto.randomUUID(),
  trace: () => undefined,
  permissions: { authorize: () => undefined },
};

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}
