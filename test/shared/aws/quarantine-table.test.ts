import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { expect, it } from '@jest/globals';
import { quarantineTable } from '../../../shared/aws/quarantine-table.ts';
import { recordKey } from '../../../shared/aws/verdict-table.ts';
import { digest, verdictRecord } from '../../builders.ts';
import { quarantineCase } from '../../functions/images/quarantine-image/builders.ts';
import { answeredClient, inTurn, type WireAnswer } from './answers.ts';

const region = 'us-east-1';

function tableOf(...answers: readonly WireAnswer[]) {
  const { client, requests } = answeredClient(DynamoDBClient, inTurn(...answers));
  return { table: quarantineTable(client, 'verdicts', region, [region]), requests };
}

const copyOf = (number: number) => ({
  region,
  repository: 'api',
  digest: `sha256:${String(number).padStart(64, '0')}`,
});

const row = (kind: '' | 'quarantine#', record: object, of = digest): object => ({
  digest: { S: of },
  copy: { S: `${kind}${region}#api` },
  record: { S: JSON.stringify(record) },
});

it('reads the records and cases of many copies, a hundred rows in a call, as written last', async () => {
  const copies = Array.from({ length: 51 }, (_, number) => copyOf(number));
  const record = verdictRecord({ ...copyOf(3), verdict: 'block' });
  const of = quarantineCase({ ...copyOf(3) });
  const { table, requests } = tableOf(
    { body: { Responses: { verdicts: [row('quarantine#', of, of.digest), row('', record, of.digest)] } } },
    { body: { Responses: { verdicts: [] } } },
  );
  const known = await table.many([...copies, copyOf(3)]);
  expect(known).toEqual(new Map([[recordKey(copyOf(3)), { record, case: of }]]));
  expect(requests.map(({ input }) => input)).toMatchObject([
    { RequestItems: { verdicts: { ConsistentRead: true, Keys: { length: 100 } } } },
    { RequestItems: { verdicts: { Keys: { length: 2 } } } },
  ]);
});

it('leaves a copy out of which a row cannot be read, and not the others', async () => {
  const other = quarantineCase({ ...copyOf(1) });
  const { table } = tableOf({
    body: {
      Responses: {
        verdicts: [
          row('quarantine#', { digest }),
          row('', verdictRecord()),
          row('quarantine#', other, other.digest),
        ],
      },
    },
  });
  const known = await table.many([{ region, repository: 'api', digest }, copyOf(1)]);
  expect([...known.keys()]).toEqual([recordKey(copyOf(1))]);
});

it('asks again for what DynamoDB left, and gives up when it leaves all', async () => {
  const left = { verdicts: { Keys: [{ digest: { S: digest }, copy: { S: `${region}#api` } }] } };
  const { table, requests } = tableOf(
    { body: { UnprocessedKeys: left } },
    { body: { UnprocessedKeys: left } },
  );
  await expect(table.many([{ region, repository: 'api', digest }])).rejects.toThrow(
    'DynamoDB left 1 rows of verdicts unread',
  );
  expect(requests).toHaveLength(2);
});
