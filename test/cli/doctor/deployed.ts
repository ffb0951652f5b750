import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { ECRClient } from '@aws-sdk/client-ecr';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SNSClient } from '@aws-sdk/client-sns';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { ClientsOf } from '../../../cli/aws/clients.ts';
import { connectClient } from '../../../rehearsal/aws/connect.ts';
import { AwsError } from '../../../rehearsal/kernel.ts';
import { policy as anyPolicy } from '../../builders.ts';
import { client } from '../../rehearsal/aws/stand.ts';

export const account = '123456789012';

export const mail = 'oncall@example.org';

/** A policy whose sinks are of every kind that the doctor tells apart. */
export const policy: typeof anyPolicy = {
  ...anyPolicy,
  alerts: {
    ...anyPolicy.alerts,
    sinks: {
      ...anyPolicy.alerts.sinks,
      mail: { type: 'sns', topic: { create: 'ops-mail' }, mail: [mail] },
      pager: { type: 'sns', topic: { existing: 'pager' } },
    },
    lastResort: [mail],
  },
};

type Input = Readonly<Record<string, unknown>>;

/** The answer to one operation in one Region. */
export type Answer = (input: Input, region: string) => object;

/** What AWS answers when all that the templates of `policy` ask for is there, and well. */
const well: Readonly<Record<string, Answer>> = {
  'ecr:DescribeRegistry': () => ({ registryId: account }),
  'ecr:GetRegistryScanningConfiguration': () => ({
    scanningConfiguration: { scanType: policy.images.registry.scanning.toUpperCase() },
  }),
  'ecr:DescribeRepositories': () => ({ repositories: [{}] }),
  'ecr:BatchGetRepositoryScanningConfiguration': () => ({
    scanningConfigurations: [{ scanFrequency: 'SCAN_ON_PUSH' }],
  }),
  'ecr:GetLifecyclePolicy': () => {
    throw new AwsError('LifecyclePolicyNotFoundException', 'there is none', 400);
  },
  'events:DescribeEventBus': () => ({}),
  'events:DescribeRule': () => ({ State: 'ENABLED' }),
  'sqs:GetQueueUrl': ({ QueueName }, region) => ({
    QueueUrl: `https://sqs.${region}.amazonaws.com/${account}/${QueueName}`,
  }),
  'sqs:GetQueueAttributes': () => depth(0),
  'sns:ListSubscriptionsByTopic': ({ TopicArn }) => subscription(mail, `${TopicArn}:7d0b1c2e`),
  'dynamodb:DescribeTable': () => ({ Table: { TableStatus: 'ACTIVE' } }),
  'dynamodb:BatchGetItem': () => ({ Responses: {} }),
  'sts:AssumeRole': () => ({
    Credentials: {
      AccessKeyId: 'ASIAIOSFODNN7EXAMPLE',
      SecretAccessKey: 'none',
      SessionToken: 'none',
      Expiration: new Date('2100-01-01T00:00:00Z'),
    },
  }),
  'eks:DescribeCluster': ({ name }) => ({
    cluster: {
      name,
      endpoint: `https://${name}.eks.amazonaws.com`,
      certificateAuthority: { data: 'Y2E=' },
    },
  }),
  'lambda:ListFunctions': () => ({ Functions: [] }),
  'secretsmanager:GetSecretValue': ({ SecretId }) => ({
    SecretString: JSON.stringify(
      String(SecretId).endsWith('webhook')
        ? { webhookUrl: 'https://hooks.slack.com/services/T0/B0/secret' }
        : { botToken: 'xoxb-secret' },
    ),
  }),
};

export function depth(messages: number): object {
  return {
    Attributes: {
      ApproximateNumberOfMessages: String(messages),
      ApproximateNumberOfMessagesNotVisible: '0',
    },
  };
}

export function subscription(Endpoint: string, SubscriptionArn: string): object {
  return { Subscriptions: [{ Protocol: 'email', Endpoint, SubscriptionArn }] };
}

export interface Deployed {
  readonly clientsOf: ClientsOf;
  /** Each operation that the caller asked for as themselves, once, in order. */
  readonly asked: () => readonly string[];
}

/** Real SDK clients of an account in which all is well, but for what `answers` has otherwise. */
export function deployed(answers: Readonly<Record<string, Answer>> = {}): Deployed {
  const asked = new Set<string>();
  const connected = <Client>(
    Constructor: new (config: never) => Client,
    region: string,
    isCaller = true,
  ): Client => {
    const made = client(Constructor as new (config: object) => Client, region);
    connectClient(made, async ({ service, operation, input }) => {
      const name = `${service}:${operation}`;
      if (isCaller) asked.add(name);
      const answer = answers[name] ?? well[name];
      if (answer === undefined) throw new AwsError('UnknownOperationException', name);
      return answer(input as Input, region);
    });
    return made;
  };
  return {
    asked: () => [...asked],
    clientsOf: (region) => ({
      dynamodb: connected(DynamoDBClient, region),
      ecr: connected(ECRClient, region),
      eventBridge: connected(EventBridgeClient, region),
      secretsManager: connected(SecretsManagerClient, region),
      sns: connected(SNSClient, region),
      sqs: connected(SQSClient, region),
      client: (Constructor, place) => connected(Constructor, place?.region ?? region, place === undefined),
      get: async ({ url }) => {
        const { kubernetes = () => ({ metadata: {}, items: [] }) } = answers;
        return { status: 200, headers: {}, body: JSON.stringify(kubernetes({ url }, region)) };
      },
    }),
  };
}

export function denied(service: string): AwsError {
  return new AwsError(
    service === 'sns' ? 'AuthorizationError' : 'AccessDeniedException',
    'not authorized',
    403,
  );
}
