import {
  GetSecretValueCommand,
  ResourceNotFoundException,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { SecretsManager } from '../../../rehearsal/aws/secrets-manager.ts';
import { account, clientOf, role, type TestKernel, testKernel } from './stand.ts';

const region = 'us-east-1';
const name = 'aeon-ops/slack';
const bareArn = `arn:aws:secretsmanager:${region}:${account}:secret:${name}`;

describe('SecretsManager', () => {
  let kernel: TestKernel;
  let service: SecretsManager;
  let client: SecretsManagerClient;
  let arn: string;

  beforeEach(() => {
    kernel = testKernel();
    service = new SecretsManager(kernel);
    arn = service.createSecret(region, name, '{"botToken":"xoxb-1"}');
    client = clientOf(SecretsManagerClient, service);
  });

  const get = (SecretId: string, more: { VersionId?: string; VersionStage?: string } = {}) =>
    client.send(new GetSecretValueCommand({ SecretId, ...more }));

  it('ends an ARN with six characters of its own', () => {
    expect(arn).toMatch(new RegExp(`^${bareArn}-[A-Za-z0-9]{6}$`));
  });

  it.each([
    ['its name', () => name],
    ['its ARN', () => arn],
    ['its ARN without the random end', () => bareArn],
  ])('gives a secret by %s', async (_what, id) => {
    expect(await get(id())).toMatchObject({
      ARN: arn,
      Name: name,
      SecretString: '{"botToken":"xoxb-1"}',
      VersionStages: ['AWSCURRENT'],
      CreatedDate: new Date('2026-11-23T08:00:00Z'),
    });
    expect(kernel.asked).toEqual([
      expect.objectContaining({ principal: role, action: 'secretsmanager:GetSecretValue', resource: arn }),
    ]);
  });

  it('gives the value that was put last', async () => {
    const { VersionId: old } = await get(name);
    service.putSecretValue(region, name, '{"botToken":"xoxb-2"}');
    const current = await get(arn);
    expect(current.SecretString).toBe('{"botToken":"xoxb-2"}');
    await expect(get(name, { VersionId: String(old) })).rejects.toBeInstanceOf(ResourceNotFoundException);
    expect(await get(name, { VersionId: String(current.VersionId) })).toMatchObject({ ARN: arn });
  });

  it.each([
    ['aeon-ops/teams', {}, "Secrets Manager can't find the specified secret."],
    [
      name,
      { VersionStage: 'AWSPREVIOUS' },
      "Secrets Manager can't find the specified secret value for staging label: AWSPREVIOUS",
    ],
  ])('does not find %s %j', async (id, more, problem) => {
    const answer = get(id, more);
    await expect(answer).rejects.toBeInstanceOf(ResourceNotFoundException);
    await expect(answer).rejects.toThrow(problem);
  });

  it('knows a secret in its own Region only', async () => {
    const elsewhere = clientOf(SecretsManagerClient, service, 'us-west-2');
    const answer = elsewhere.send(new GetSecretValueCommand({ SecretId: name }));
    await expect(answer).rejects.toBeInstanceOf(ResourceNotFoundException);
  });
});
