import { GetQueueAttributesCommand, GetQueueUrlCommand, QueueDoesNotExist } from '@aws-sdk/client-sqs';
import { nameOf } from '../../../rehearsal/account.ts';
import { type Finding, ok, problem, warning } from '../finding.ts';
import { type Check, ofType, type Place } from './check.ts';
import { question, questions } from './question.ts';

/** The queues of the templates: there, and the dead-letter queues among them empty. */
export const queuesCheck: Check = {
  subject: 'queues',
  permissions: () => [
    { actions: ['sqs:GetQueueUrl', 'sqs:GetQueueAttributes'], resources: ['arn:aws:sqs:*:*:aeon-ops-*'] },
  ],
  async run(place) {
    return questions(ofType(place, 'AWS::SQS::Queue').map((queue) => examine(place, nameOf(queue))));
  },
};

function examine({ clients, policy, region }: Place, name: string): Promise<readonly Finding[]> {
  return question({
    about: `the queue ${name}`,
    action: 'sqs:GetQueueUrl and sqs:GetQueueAttributes',
    ask: async () => {
      const { QueueUrl } = await clients.sqs.send(new GetQueueUrlCommand({ QueueName: name }));
      const { Attributes = {} } = await clients.sqs.send(
        new GetQueueAttributesCommand({
          QueueUrl,
          AttributeNames: ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'],
        }),
      );
      const { ApproximateNumberOfMessages: waiting, ApproximateNumberOfMessagesNotVisible: inHand } =
        Attributes;
      return { waiting: Number(waiting ?? 0), inHand: Number(inHand ?? 0) };
    },
    judge: ({ waiting, inHand }) => {
      const depth = waiting + inHand;
      if (depth === 0 || !name.endsWith('-dlq')) {
        return [ok(`the queue ${name} is there: ${waiting} waiting, ${inHand} in hand`)];
      }
      return [
        warning(
          `the dead-letter queue ${name} in ${region} holds ${depth}`,
          'This is work that nobody will do any more unless a person does. It is kept for 14 days.',
          `See ${policy.alerts.runbookUrl}#${name}`,
        ),
      ];
    },
    absent: [
      {
        error: QueueDoesNotExist,
        means: problem(`the queue ${name} is not there`, 'What is meant for it is lost.', 'npm run deploy'),
      },
    ],
  });
}
