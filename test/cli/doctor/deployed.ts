import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { ECRClient } from '@aws-sdk/client-ecr';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SNSClient } from '@aws-sdk/client-sns';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { ClientsOf } from '../../../cli/aws/clients.ts';
import { connectClient } from '../../../rehearsal/aws/connect.ts';
import { AwsError } from '../../../rehearsal/kernel.ts';
import { switchRegions } from '../../../shared/failover/names.ts';
import { canaryKey, switchNames, tokenKeyOf } from '../../../shared/failover/switch.ts';
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

/** The checks of both buckets; `token-service-us-west-2` is the id of one. */
const switchChecks = [
  ...Object.values(switchRegions(policy)).flatMap((region) => [
    switchCheck(region, `canary-${region}`, canaryKey),
    ...switchNames.map((name) => switchCheck(region, `token-${name}-${region}`, tokenKeyOf(name))),
  ]),
  ...switchNames.map((name) => ({
    Id: `switch-${name}`,
    CallerReference: name,
    HealthCheckVersion: 1,
    HealthCheckConfig: {
      Type: 'CALCULATED',
      ChildHealthChecks: Object.values(switchRegions(policy)).map((region) => `token-${name}-${region}`),
    },
  })),
];

function switchCheck(region: string, Id: string, key: string): object {
  const host = `aeon-ops-switch-${account}-${region}.s3.${region}.amazonaws.com`;
  const HealthCheckConfig = {
    Type: 'HTTPS_STR_MATCH',
    FullyQualifiedDomainName: host,
    ResourcePath: `/${key}`,
  };
  return { Id, CallerReference: Id, HealthCheckVersion: 1, HealthCheckConfig };
}

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
  'route53:GetCheckerIpRanges': () => ({
    CheckerIpRanges: ['15.177.2.0/23', '54.243.31.192/26', '2600:1f18::/40'],
  }),
  'route53:ListHealthChecks': () => ({ HealthChecks: switchChecks, IsTruncated: false, MaxItems: 100 }),
  'route53:GetHealthCheckStatus': ({ HealthCheckId }) =>
    looks(String(HealthCheckId).startsWith('canary') ? 8 : 0),
  'secretsmanager:GetSecretValue': ({ SecretId }) => ({
    SecretString: JSON.stringify(
      String(SecretId).endsWith('webhook')
        ? { webhookUrl: 'https://hooks.slack.com/services/T0/B0/secret' }
        : { botToken: 'xoxb-secret' },
    ),
  }),
};

/** What 8 checkers report, of whom so many succeeded. */
export function looks(succeeded: number): object {
  return {
    HealthCheckObservations: Array.from({ length: 8 }, (_, index) => ({
      StatusReport: {
        Status: index < succeeded ? 'Success: HTTP Status Code 200' : 'Failure: HTTP Status Code 403',
      },
    })),
  };
}

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
