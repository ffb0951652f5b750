import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { describe, expect, it } from '@jest/globals';
import { runningTable } from '../../../shared/aws/running-table.ts';
import { answeredClient, type WireAnswer, type WireRequest } from './answers.ts';

const now = new Date('2026-03-02T08:00:00Z');
const copy = { S: 'running#platform' };

function table(rows: Readonly<Record<string, string>>, answer?: (request: WireRequest) => WireAnswer) {
  const known = Object.entries(rows).map(([digest, until]) => ({
    digest: { S: digest },
    copy,
    until: { S: until },
  }));
  const { client, requests } = answeredClient(
    DynamoDBClient as new (
      config: object,
    ) => DynamoDBClient,
    answer ??
      (({ operation }) => ({ body: operation === 'PutItem' ? {} : { Responses: { verdicts: known } } })),
  );
  const { note } = runningTable(client, 'verdicts');
  const written = () =>
    requests.filter(({ operation }) => operation === 'PutItem').map(({ input }) => input.Item);
  return { note, requests, written };
}

describe('what runs in a cluster', () => {
  it('counts for a day from when it was seen', async () => {
    const { note, written } = table({});
    expect(await note('platform', ['sha256:a', 'sha256:a'], now)).toBe(1);
    expect(written()).toEqual([
      { digest: { S: 'sha256:a' }, copy, until: { S: '2026-03-03T08:00:00.000Z' } },
    ]);
  });

  it.each([
    ['2026-03-02T20:00:00.000Z', 0],
    ['2026-03-02T19:59:59.999Z', 1],
    ['2026-03-01T08:00:00.000Z', 1],
  ])('is written again when less than half of that is left: %s', async (until, count) => {
    const { note, written } = table({ 'sha256:a': until });
    expect(await note('platform', ['sha256:a'], now)).toBe(count);
    expect(written()).toHaveLength(count);
  });

  it('is read in one question for each hundred', async () => {
    const { note, requests } = table({});
    const digests = Array.from({ length: 101 }, (_, index) => `sha256:${index}`);
    expect(await note('platform', digests, now)).toBe(101);
    const reads = requests.filter(({ operation }) => operation === 'BatchGetItem');
    expect(reads).toHaveLength(2);
  });

  it('costs nothing where nothing runs', async () => {
    const { note, requests } = table({});
    expect(await note('platform', [], now)).toBe(0);
    expect(requests).toEqual([]);
  });

  it('is not written on half an answer', async () => {
    const { note, written } = table({}, () => ({
      body: { Responses: {}, UnprocessedKeys: { verdicts: { Keys: [{}] } } },
    }));
    await expect(note('platform', ['sha256:a'], now)).rejects.toThrow(/left some rows .* unread/);
    expect(written()).toEqual([]);
  });
});
