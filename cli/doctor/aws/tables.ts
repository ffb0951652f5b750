import { DescribeTableCommand, ResourceNotFoundException } from '@aws-sdk/client-dynamodb';
import { isList, isRecord } from '../../../rehearsal/wiring/json.ts';
import { type Finding, ok, problem, warning } from '../finding.ts';
import type { Check, Place } from './check.ts';
import { question, questions } from './question.ts';

/** The tables of the templates, replicas among them: there and ready. */
export const tablesCheck: Check = {
  subject: 'tables',
  permissions: () => [
    { actions: ['dynamodb:DescribeTable'], resources: ['arn:aws:dynamodb:*:*:table/aeon-ops-*'] },
  ],
  async run(place) {
    return questions(tablesOf(place).map((name) => examine(place, name)));
  },
};

/** A global table is in one Region's template and lists the Regions that hold it. */
function tablesOf({ resources, region }: Place): readonly string[] {
  return resources
    .filter(
      ({ type, properties }) =>
        type === 'AWS::DynamoDB::GlobalTable' &&
        isList(properties.Replicas) &&
        properties.Replicas.some((replica) => isRecord(replica) && replica.Region === region),
    )
    .map(({ properties }) => String(properties.TableName));
}

function examine({ clients }: Place, name: string): Promise<readonly Finding[]> {
  return question({
    about: `the table ${name}`,
    action: 'dynamodb:DescribeTable',
    ask: () => clients.dynamodb.send(new DescribeTableCommand({ TableName: name })),
    judge: ({ Table: { TableStatus = 'UNKNOWN' } = {} }) => [
      TableStatus === 'ACTIVE' || TableStatus === 'UPDATING'
        ? ok(`the table ${name} is ${TableStatus}`)
        : warning(
            `the table ${name} is ${TableStatus}`,
            'Functions that need it fail until it is ACTIVE, and are tried again.',
            'Wait, and look again.',
          ),
    ],
    absent: [
      {
        error: ResourceNotFoundException,
        means: problem(`the table ${name} is not there`, 'Functions that need it fail.', 'npm run deploy'),
      },
    ],
  });
}
