import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { STSClient } from '@aws-sdk/client-sts';
import { beforeEach, describe, expect, it } from '@jest/globals';
import type { ImageClients } from '../../../cli/image/clients.ts';
import { listQuarantined } from '../../../cli/image/quarantined.ts';
import { planRelease, type ReleaseOptions, releaseImage, showRelease } from '../../../cli/image/release.ts';
import { connectClient } from '../../../rehearsal/aws/connect.ts';
import { DynamoDb } from '../../../rehearsal/aws/dynamodb.ts';
import { AwsError } from '../../../rehearsal/kernel.ts';
import { enforcementIndex } from '../../../shared/aws/enforcement-index.ts';
import { quarantineTable } from '../../../shared/aws/quarantine-table.ts';
import type { QuarantineCase } from '../../../shared/domain/quarantine.ts';
import { digest, policy } from '../../builders.ts';
import { quarantineCase } from '../../functions/images/quarantine-image/builders.ts';
import { role, testKernel } from '../../rehearsal/aws/stand.ts';

const now = new Date('2026-03-02T08:00:00Z');
const ada = 'arn:aws:sts::123456789012:assumed-role/oncall/ada';
const table = 'aeon-ops-verdicts';
const options: ReleaseOptions = { image: `api@${digest}`, reason: ' the fix breaks login ' };

let dynamodb: DynamoDb;
/** Payloads of invocations, by Region. */
let invoked: Map<string, Record<string, unknown>>;
/** What a call is answered instead: `us-east-1 lambda:Invoke`. */
let failures: Map<string, AwsError>;

beforeEach(() => {
  dynamodb = new DynamoDb(testKernel());
  for (const region of policy.regions.registry) {
    dynamodb.createTable({
      name: table,
      region,
      keys: { partition: { name: 'digest', type: 'S' }, sort: { name: 'copy', type: 'S' } },
      indexes: [
        {
          name: enforcementIndex.name,
          keys: { partition: { name: enforcementIndex.partitionKey, type: 'S' } },
          projection: 'KEYS_ONLY',
        },
      ],
    });
  }
  invoked = new Map();
  failures = new Map();
});

function clientsOf(region: string): ImageClients {
  const connected = <Client>(Constructor: new (config: object) => Client): Client => {
    const credentials = { accessKeyId: 'nobody', secretAccessKey: 'none' };
    const client = new Constructor({ region, credentials, maxAttempts: 1 });
    connectClient(client, async ({ service, operation, input }) => {
      const failure = failures.get(`${region} ${service}:${operation}`);
      if (failure) throw failure;
      if (operation === 'GetCallerIdentity') return { Arn: ada };
      if (operation === 'Invoke') {
        const { FunctionName, Payload = [] } = input as { FunctionName: string; Payload?: Uint8Array };
        invoked.set(region, { FunctionName, ...JSON.parse(Buffer.from(Payload).toString()) });
        return { StatusCode: 202 };
      }
      const operate = dynamodb.operations[operation as 'PutItem'];
      return operate(input as never, { principal: role, region });
    });
    return client;
  };
  return {
    dynamodb: connected(DynamoDBClient),
    lambda: connected(LambdaClient),
    sts: connected(STSClient),
  } as ImageClients;
}

const casesOf = (region: string) => quarantineTable(clientsOf(region).dynamodb, table, region, [region]);
const caseIn = (region: string) => casesOf(region).caseOf({ region, repository: 'api', digest });

async function quarantinedIn(region: string, over: Partial<QuarantineCase> = {}): Promise<void> {
  await casesOf(region).write(quarantineCase({ digest, region, repository: 'api', version: 0, ...over }));
}

const release = (over: Partial<ReleaseOptions> = {}) =>
  releaseImage(planRelease({ ...options, ...over }, policy, now), clientsOf);

describe('asking for a release', () => {
  it('writes who wants it, why and for how long into the case of each Region, and has it looked at', async () => {
    for (const region of policy.regions.registry) await quarantinedIn(region);
    expect(await release()).toMatchObject({ exitCode: 0 });
    for (const region of policy.regions.registry) {
      expect(await caseIn(region)).toMatchObject({
        state: 'archived',
        request: {
          by: ada,
          reason: 'the fix breaks login',
          at: '2026-03-02T08:00:00.000Z',
          until: '2026-03-03T08:00:00.000Z',
          rescan: false,
        },
      });
      expect(invoked.get(region)).toEqual({
        FunctionName: 'aeon-ops-quarantine-image',
        schedule: 'aeon-ops-quarantine-image-all',
        scheduledTime: '2026-03-02T08:00:00.000Z',
      });
    }
  });

  it('asks for a new scan, and only in the Region that is named', async () => {
    for (const region of policy.regions.registry) await quarantinedIn(region);
    await release({ rescan: true, region: 'us-west-2' });
    expect((await caseIn('us-west-2'))?.request?.rescan).toBe(true);
    expect((await caseIn('us-east-1'))?.request).toBeUndefined();
  });

  it('is a no where nothing is quarantined', async () => {
    await quarantinedIn('us-east-1', { state: 'released' });
    expect(await release()).toMatchObject({ exitCode: 1, json: { written: false } });
    expect(await caseIn('us-east-1')).not.toHaveProperty('request');
    expect(invoked.size).toBe(0);
  });

  it('goes on where one Region does not answer, and says that it is not done there', async () => {
    await quarantinedIn('us-west-2');
    failures.set('us-east-1 dynamodb:GetItem', new AwsError('ServiceUnavailable', 'down', 503));
    const { exitCode, trouble } = await release();
    expect({ exitCode, trouble }).toEqual({ exitCode: 3, trouble: expect.stringContaining('every Region') });
    expect((await caseIn('us-west-2'))?.request?.by).toBe(ada);
  });

  it('is asked for also where the function may not be invoked', async () => {
    await quarantinedIn('us-east-1');
    failures.set('us-east-1 lambda:Invoke', new AwsError('AccessDeniedException', 'not authorized', 403));
    const { exitCode, text } = await release({ region: 'us-east-1' });
    expect(exitCode).toBe(0);
    expect(text).toMatch(/it begins within a quarter of an hour \(your permissions do not allow it/);
    expect((await caseIn('us-east-1'))?.request?.by).toBe(ada);
  });

  it('writes nothing as nobody', async () => {
    await quarantinedIn('us-east-1');
    failures.set('us-east-1 sts:GetCallerIdentity', new AwsError('ExpiredToken', 'expired', 403));
    await expect(release()).rejects.toThrow('expired');
    expect(await caseIn('us-east-1')).not.toHaveProperty('request');
  });

  it('writes nothing without AWS', () => {
    expect(showRelease(planRelease(options, policy, now)).json).toMatchObject({ written: false, digest });
  });

  it.each([
    ['no reason', { reason: '  ' }, 'No reason was given'],
    ['a tag in place of a digest', { image: 'api:api-prod-1.0.0' }, 'digest'],
    ['a repository that is not ours', { image: `theirs@${digest}` }, "'theirs': it is not in the policy"],
    ['longer than a week', { until: '8d' }, '7 days'],
    ['a Region without a registry', { region: 'ap-south-1' }, 'ap-south-1'],
  ])('refuses %s', (_what, over, message) => {
    expect(() => planRelease({ ...options, ...over }, policy, now)).toThrow(message);
  });
});

describe('listing what is quarantined', () => {
  it('has the open cases of all Regions, the most urgent first', async () => {
    await quarantinedIn('us-east-1', { fixBy: '2026-03-09T08:00:00.000Z' });
    await quarantinedIn('us-west-2', { state: 'held', heldBy: 'in-use', fixBy: '2026-03-04T08:00:00.000Z' });
    await quarantinedIn('eu-west-1', { state: 'gone' });
    const { json, text } = await listQuarantined({}, policy, clientsOf);
    expect((json as QuarantineCase[]).map(({ region }) => region)).toEqual(['us-west-2', 'us-east-1']);
    expect(text).toMatch(/us-west-2 .*held \(in-use\).*2026-03-04/);
  });

  it('says so when there is none', async () => {
    expect((await listQuarantined({}, policy, clientsOf)).text).toBe('No image has an open case.');
  });
});
