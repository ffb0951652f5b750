import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { describe, expect, it } from '@jest/globals';
import {
  type AdmissionQuestion,
  admissionTable,
  type ImageInQuestion,
  putAllowance,
} from '../../../shared/aws/admission-table.ts';
import type { Allowance } from '../../../shared/domain/allowance.ts';
import { verdictRecord } from '../../builders.ts';
import { answeredClient, type WireAnswer, type WireRequest } from './answers.ts';

const digestOf = (n: number): string => `sha256:${String(n).padStart(64, '0')}`;

const image: ImageInQuestion = { digest: digestOf(1), repository: 'api' };

const question: AdmissionQuestion = { images: [image], environment: 'production', cluster: 'blue' };

const settings = {
  verdictTable: 'verdicts',
  switchTable: 'switches',
  regions: ['us-east-1', 'us-west-2'],
  timeoutMs: 1000,
};

function tableOf(answer: (request: WireRequest) => WireAnswer) {
  const { client, requests } = answeredClient(DynamoDBClient, answer);
  return { table: admissionTable(client, settings), requests };
}

const rows = (verdicts: readonly object[], switches: readonly object[] = []): WireAnswer => ({
  body: { Responses: { verdicts, switches }, UnprocessedKeys: {} },
});

function row(digest: string, copy: string, attributes: Readonly<Record<string, string>> = {}): object {
  return Object.fromEntries(
    Object.entries({ digest, copy, ...attributes }).map(([name, value]) => [name, { S: value }]),
  );
}

function verdictRow(region: string): object {
  const record = verdictRecord({ digest: image.digest, region, repository: 'api' });
  return row(image.digest, `${region}#api`, { record: JSON.stringify(record) });
}

function keysIn({ input }: WireRequest, table: string): readonly unknown[] {
  const { RequestItems } = input as { RequestItems: Record<string, { Keys: unknown[] }> };
  return RequestItems[table]?.Keys ?? [];
}

const given: Allowance = {
  digest: image.digest,
  environment: 'production',
  image: 'api',
  by: 'arn:aws:sts::111122223333:assumed-role/oncall/ada',
  reason: 'the fix breaks login',
  since: '2026-03-02T11:00:00.000Z',
  until: '2026-03-02T15:00:00.000Z',
};

describe('read', () => {
  it('asks both tables for everything at once, as it is now', async () => {
    const { table, requests } = tableOf(() => rows([]));
    await table.read(question);
    const key = (copy: string) => ({ digest: { S: image.digest }, copy: { S: copy } });
    expect(requests).toEqual([
      {
        operation: 'BatchGetItem',
        input: {
          RequestItems: {
            verdicts: {
              Keys: ['us-east-1#api', 'us-west-2#api', 'allow#production', 'running#blue'].map(key),
              ConsistentRead: true,
            },
            switches: { Keys: [{ switch: { S: 'interlock' } }], ConsistentRead: true },
          },
        },
      },
    ]);
  });

  it('asks for no row twice', async () => {
    const { table, requests } = tableOf(() => rows([]));
    await table.read({ ...question, images: [image, image, { ...image, repository: 'other' }] });
    expect(requests.flatMap((request) => keysIn(request, 'verdicts'))).toHaveLength(6);
  });

  it('asks for no verdict in a registry that is not ours, and for nothing of a cluster where none asks', async () => {
    const { table, requests } = tableOf(() => rows([]));
    await table.read({ images: [{ digest: image.digest }], environment: 'staging' });
    expect(requests.flatMap((request) => keysIn(request, 'verdicts'))).toEqual([
      { digest: { S: image.digest }, copy: { S: 'allow#staging' } },
    ]);
  });

  it.each([
    [24, 1],
    [25, 2],
    [64, 3],
  ])('asks about %d images, four rows each, in %d calls', async (count, calls) => {
    const { table, requests } = tableOf(() => rows([]));
    const images = Array.from({ length: count }, (_, n) => ({ digest: digestOf(n), repository: 'api' }));
    await table.read({ ...question, images });
    expect(requests).toHaveLength(calls);
    expect(requests.flatMap((request) => keysIn(request, 'verdicts'))).toHaveLength(count * 4);
    for (const request of requests) {
      expect(keysIn(request, 'verdicts').length + keysIn(request, 'switches').length).toBeLessThanOrEqual(
        100,
      );
    }
  });

  it('tells what there is of each image', async () => {
    const interlock = { switch: { S: 'interlock' }, by: { S: 'run-failover' }, reason: { S: 'open' } };
    const { digest: _digest, environment: _environment, ...attributes } = given;
    const { table } = tableOf(() =>
      rows(
        [
          verdictRow('us-west-2'),
          verdictRow('us-east-1'),
          row(image.digest, 'allow#production', attributes),
          row(image.digest, 'running#blue', { until: '2026-03-02T18:00:00Z' }),
        ],
        [interlock],
      ),
    );
    const facts = await table.read({ ...question, images: [image, { ...image, digest: digestOf(2) }] });
    expect(facts.interlock).toEqual({ switch: 'interlock', by: 'run-failover', reason: 'open' });
    const known = facts.of(image);
    expect(known.copies.map(({ region }) => region)).toEqual(['us-east-1', 'us-west-2']);
    expect(known).toMatchObject({ allowance: given, running: { until: '2026-03-02T18:00:00Z' } });
    expect(facts.of({ ...image, digest: digestOf(2) })).toEqual({ copies: [] });
  });

  it('takes a row of the inventory without an end for one that counts', async () => {
    const { table } = tableOf(() => rows([row(image.digest, 'running#blue')]));
    expect((await table.read(question)).of(image)).toEqual({ copies: [], running: {} });
  });

  it.each(['image', 'by', 'reason', 'since', 'until'])(
    'takes no allowance that lacks its %s',
    async (lacking) => {
      const { digest: _digest, environment: _environment, ...attributes } = given;
      const { table } = tableOf(() =>
        rows([row(image.digest, 'allow#production', { ...attributes, [lacking]: '' })]),
      );
      expect((await table.read(question)).of(image)).toEqual({ copies: [] });
    },
  );

  it('does not answer by half', async () => {
    const { table } = tableOf(() => ({
      body: { Responses: { verdicts: [] }, UnprocessedKeys: { verdicts: { Keys: [] } } },
    }));
    await expect(table.read(question)).rejects.toThrow('left some rows unread');
  });

  it('does not pass over a record that cannot be read', async () => {
    const { table } = tableOf(() => rows([row(image.digest, 'us-east-1#api', { record: '{}' })]));
    await expect(table.read(question)).rejects.toThrow();
  });

  it('does not wait for an answer that does not come', async () => {
    const never = {
      send: (_command: unknown, { abortSignal }: { abortSignal: AbortSignal }) =>
        new Promise((_resolve, reject) => {
          abortSignal.addEventListener('abort', () => reject(new Error('aborted')));
        }),
    } as unknown as DynamoDBClient;
    const table = admissionTable(never, { ...settings, timeoutMs: 1 });
    await expect(table.read(question)).rejects.toThrow('longer than 1 ms');
  });
});

describe('putAllowance', () => {
  it('writes a row that is read as it was written', async () => {
    const written: object[] = [];
    const { client } = answeredClient(DynamoDBClient, ({ operation, input }) => {
      if (operation === 'PutItem') written.push(input.Item as object);
      return operation === 'PutItem' ? { body: {} } : rows(written);
    });
    await putAllowance(client, 'verdicts', given);
    const facts = await admissionTable(client, settings).read(question);
    expect(facts.of(image).allowance).toEqual(given);
  });
});
