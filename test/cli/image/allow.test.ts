import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient, type PutEventsCommandInput } from '@aws-sdk/client-eventbridge';
import { STSClient } from '@aws-sdk/client-sts';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { type AllowOptions, allowImage, planAllow, showAllow } from '../../../cli/image/allow.ts';
import type { ImageClients } from '../../../cli/image/clients.ts';
import { connectClient } from '../../../rehearsal/aws/connect.ts';
import { AwsError } from '../../../rehearsal/kernel.ts';
import { admissionTable } from '../../../shared/aws/admission-table.ts';
import { allowanceHolds } from '../../../shared/domain/allowance.ts';
import { digest, policy } from '../../builders.ts';

const now = new Date('2026-03-02T08:00:00Z');
const ada = 'arn:aws:sts::123456789012:assumed-role/oncall/ada';
const image = `123456789012.dkr.ecr.us-east-1.amazonaws.com/api@${digest}`;

const options: AllowOptions = {
  image,
  environment: 'production',
  until: '4h',
  reason: ' the fix breaks login ',
};

/** What was done, in order: `us-east-1 events:PutEvents`. */
let done: string[];
let events: { region: string; source: string | undefined; detail: Record<string, unknown> }[];
/** By Region. */
let items: Map<string, object>;
/** What a call is answered instead: `us-east-1 events:PutEvents`. */
let failures: Map<string, AwsError>;

beforeEach(() => {
  done = [];
  events = [];
  items = new Map();
  failures = new Map();
});

function clientsOf(region: string): ImageClients {
  const connected = <Client>(Constructor: new (config: object) => Client): Client => {
    const credentials = { accessKeyId: 'nobody', secretAccessKey: 'none' };
    const client = new Constructor({ region, credentials, maxAttempts: 1 });
    connectClient(client, async ({ service, operation, input }) => {
      const call = `${region} ${service}:${operation}`;
      const failure = failures.get(call);
      if (failure) throw failure;
      done.push(call);
      return answer(region, operation, input);
    });
    return client;
  };
  return {
    dynamodb: connected(DynamoDBClient),
    eventBridge: connected(EventBridgeClient),
    sts: connected(STSClient),
  } as ImageClients;
}

function answer(region: string, operation: string, input: unknown): object {
  switch (operation) {
    case 'GetCallerIdentity':
      return { Account: '123456789012', Arn: ada, UserId: 'ada' };
    case 'PutEvents': {
      const [entry] = (input as PutEventsCommandInput).Entries ?? [];
      events.push({ region, source: entry?.Source, detail: JSON.parse(entry?.Detail ?? 'null') });
      return { FailedEntryCount: 0, Entries: [{ EventId: 'one' }] };
    }
    case 'PutItem':
      items.set(region, (input as { Item: object }).Item);
      return {};
    default:
      return { Responses: { 'aeon-ops-verdicts': [items.get(region)].flatMap((item) => item ?? []) } };
  }
}

const allow = (over: Partial<AllowOptions> = {}) =>
  allowImage(planAllow({ ...options, ...over }, policy, now), clientsOf);

const down = new AwsError('ServiceUnavailable', 'down', 503);

describe('allowing an image', () => {
  it('asks who does it, tells people, and only then writes it in every Region', async () => {
    expect(await allow()).toMatchObject({ exitCode: 0 });
    expect(done).toEqual([
      'us-east-1 sts:GetCallerIdentity',
      'us-east-1 events:PutEvents',
      'us-east-1 dynamodb:PutItem',
      'us-west-2 dynamodb:PutItem',
      'eu-west-1 dynamodb:PutItem',
    ]);
    expect(events).toEqual([
      {
        region: 'us-east-1',
        source: 'aeon-ops.cli',
        detail: {
          identity: `${digest}/production/2026-03-02T12:00:00.000Z`,
          subject: `arn:aws:ecr:us-east-1:123456789012:repository/api/${digest}`,
          environment: 'production',
          outcome: 'allowed',
          reason: 'the fix breaks login',
          occurredAt: '2026-03-02T08:00:00.000Z',
          facts: { image, digest, region: 'us-east-1', by: ada, until: '2026-03-02T12:00:00.000Z' },
        },
      },
    ]);
  });

  it('writes what admission reads as an allowance', async () => {
    await allow();
    const table = admissionTable(clientsOf('us-west-2').dynamodb, {
      verdictTable: 'aeon-ops-verdicts',
      switchTable: 'aeon-ops-switches',
      regions: [],
      timeoutMs: 1000,
    });
    const facts = await table.read({ images: [{ digest }], environment: 'production' });
    const { allowance } = facts.of({ digest });
    expect(allowance).toMatchObject({ by: ada, reason: 'the fix breaks login', image });
    expect(allowance && allowanceHolds(allowance, now)).toBe(true);
    expect(allowance && allowanceHolds(allowance, new Date('2026-03-02T12:00:00Z'))).toBe(false);
  });

  it('is told by the next Region when the first one does not take it', async () => {
    failures.set('us-east-1 sts:GetCallerIdentity', down);
    failures.set('us-east-1 events:PutEvents', down);
    failures.set('us-east-1 dynamodb:PutItem', down);
    const { exitCode, trouble } = await allow();
    expect(events.map(({ region }) => region)).toEqual(['us-west-2']);
    expect([...items.keys()]).toEqual(['us-west-2', 'eu-west-1']);
    expect({ exitCode, trouble }).toEqual({
      exitCode: 3,
      trouble: expect.stringContaining('It may not be allowed in us-east-1'),
    });
  });

  it('writes nothing when nobody can be told', async () => {
    failures.set('us-east-1 events:PutEvents', down);
    failures.set('us-west-2 events:PutEvents', new AwsError('AccessDeniedException', 'not authorized', 403));
    await expect(allow()).rejects.toThrow(
      /Nobody could be told, so nothing was written .*us-west-2: your permissions do not allow it/,
    );
    expect(items.size).toBe(0);
  });

  it('takes a name without a registry for one in ours', async () => {
    await allow({ image: `api@${digest}` });
    expect(events[0]?.detail.subject).toBe(`arn:aws:ecr:us-east-1:123456789012:repository/api/${digest}`);
  });

  it('without --aws shows what would be done', () => {
    const { exitCode, text, json } = showAllow(planAllow(options, policy, now));
    expect(exitCode).toBe(0);
    expect(text).toContain('Nothing was written, and nobody was told.');
    expect(json).toMatchObject({ written: false, allowance: { digest, until: '2026-03-02T12:00:00.000Z' } });
  });

  it.each([
    ['no image', { image: 'Not An Image' }],
    ['an image without its digest', { image: 'api:1.0' }],
    ['no environment', { environment: undefined }],
    ['an environment that is not there', { environment: 'qa' }],
    ['an environment that objects have anyway', { environment: 'constructor' }],
    ['no reason', { reason: '  ' }],
    ['no end', { until: undefined }],
    ['an end that is past', { until: '2026-03-02T07:59:59Z' }],
    ['more than a day', { until: '24h1m' }],
  ])('is misuse with %s', (_what, over) => {
    expect(() => planAllow({ ...options, ...over }, policy, now)).toThrow(
      expect.objectContaining({ name: 'MisuseError' }),
    );
  });

  it('may last a day', () => {
    expect(planAllow({ ...options, until: '24h' }, policy, now).allowance.until).toBe(
      '2026-03-03T08:00:00.000Z',
    );
  });
});
