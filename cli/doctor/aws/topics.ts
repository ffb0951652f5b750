import { NotFoundException, paginateListSubscriptionsByTopic, type Subscription } from '@aws-sdk/client-sns';
import { alarmIntakeTopicName, lastResortTopicName } from '../../../infra/names.ts';
import { nameOf } from '../../../rehearsal/account.ts';
import { type Finding, ok, problem, warning } from '../finding.ts';
import { type Check, notAllowed, ofType, type Place } from './check.ts';
import { question, questions } from './question.ts';

/** The topics that people are told by: there, and every mail address has confirmed. */
export const topicsCheck: Check = {
  subject: 'topics',
  permissions: ({ alerts }) => [
    {
      actions: ['sns:ListSubscriptionsByTopic'],
      resources: [
        lastResortTopicName,
        alarmIntakeTopicName,
        ...Object.values(alerts.sinks).flatMap((sink) =>
          sink.type === 'sns' ? ['create' in sink.topic ? sink.topic.create : sink.topic.existing] : [],
        ),
      ].map((name) => `arn:aws:sns:*:*:${name}`),
    },
  ],
  async run(place) {
    const { account } = place;
    if (account === undefined) {
      return [notAllowed('the topics', 'ecr:DescribeRegistry, which tells the account that their ARNs name')];
    }
    const arnOf = (topic: string): string => `arn:aws:sns:${place.region}:${account}:${topic}`;
    const ours = ofType(place, 'AWS::SNS::Topic').map(nameOf);
    return questions([
      ...ours.map((topic) =>
        examine(place, arnOf(topic), (found) => mailFindings(place, arnOf(topic), found)),
      ),
      ...existingTopicsOf(place).map((topic) =>
        examine(place, arnOf(topic), (found) => [someoneListens(topic, found)]),
      ),
    ]);
  },
};

/** Topics of the policy that other people make. */
function existingTopicsOf({ policy, region }: Place): readonly string[] {
  if (!policy.regions.alerts.includes(region)) return [];
  return Object.values(policy.alerts.sinks).flatMap((sink) =>
    sink.type === 'sns' && 'existing' in sink.topic ? [sink.topic.existing] : [],
  );
}

function examine(
  { clients }: Place,
  TopicArn: string,
  judge: (subscriptions: readonly Subscription[]) => readonly Finding[],
): Promise<readonly Finding[]> {
  const name = nameOfTopic(TopicArn);
  return question({
    about: `the topic ${name}`,
    action: 'sns:ListSubscriptionsByTopic',
    ask: async () => {
      const found: Subscription[] = [];
      for await (const { Subscriptions = [] } of paginateListSubscriptionsByTopic(
        { client: clients.sns },
        { TopicArn },
      )) {
        found.push(...Subscriptions);
      }
      return found;
    },
    judge,
    absent: [
      {
        error: NotFoundException,
        means: problem(
          `the topic ${name} is not there`,
          'What is published to it reaches nobody.',
          'npm run deploy',
        ),
      },
    ],
  });
}

function nameOfTopic(arn: string): string {
  return arn.split(':').at(-1) ?? arn;
}

/** SNS gives a subscription its ARN when it is confirmed, and these words until then or afterwards. */
function isConfirmed({ SubscriptionArn = '' }: Subscription): boolean {
  return SubscriptionArn.startsWith('arn:');
}

function mailFindings(place: Place, topicArn: string, found: readonly Subscription[]): readonly Finding[] {
  const topic = nameOfTopic(topicArn);
  const addresses = ofType(place, 'AWS::SNS::Subscription')
    .filter(({ properties }) => properties.Protocol === 'email')
    .filter(({ properties }) => String(properties.TopicArn).endsWith(`:${topic}`))
    .map(({ properties }) => String(properties.Endpoint));
  if (addresses.length === 0) return [ok(`the topic ${topic} is there`)];
  return addresses.map((address) => {
    const subscriptions = found.filter(({ Endpoint }) => Endpoint === address);
    if (subscriptions.some(isConfirmed)) return ok(`${address} gets the mail of ${topic}`);
    return subscriptions.some(({ SubscriptionArn }) => SubscriptionArn === 'PendingConfirmation')
      ? warning(
          `${address} has not confirmed its subscription to ${topic}`,
          'SNS sends it nothing until then.',
          'Follow the link in the mail that AWS sent there. It holds for two days; a deployment of the subscription sends another.',
        )
      : problem(
          `${address} is not subscribed to ${topic}`,
          'It hears of nothing. Somebody may have followed the link by which one unsubscribes.',
          `Subscribe it again: aws sns subscribe --region ${place.region} --protocol email --notification-endpoint ${address} --topic-arn ${topicArn}`,
        );
  });
}

function someoneListens(topic: string, found: readonly Subscription[]): Finding {
  const confirmed = found.filter(isConfirmed).length;
  return confirmed > 0
    ? ok(`the topic ${topic} has ${confirmed} confirmed subscriptions`)
    : problem(
        `the topic ${topic} has no confirmed subscription`,
        'Alerts that are told there reach nobody.',
        'Have somebody subscribe where the topic is made, and confirm.',
      );
}
