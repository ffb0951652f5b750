import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { describe, expect, it } from '@jest/globals';
import { secrets } from '../../../shared/aws/secrets.ts';
import { answeredClient, inTurn, type WireAnswer } from './answers.ts';

function secretsOf(...answers: readonly WireAnswer[]) {
  const { client, requests } = answeredClient(SecretsManagerClient, inTurn(...answers));
  const clock = { now: Date.parse('2026-03-02T12:00:00Z') };
  return { held: secrets(client, () => new Date(clock.now)), requests, clock };
}

const holding = (text: string): WireAnswer => ({ body: { SecretString: text } });

describe('text', () => {
  it.each([
    [299, 'old', 1],
    [300, 'new', 2],
    [301, 'new', 2],
  ])('is kept for five minutes: after %d s it is the %s one', async (seconds, text, asked) => {
    const { held, requests, clock } = secretsOf(holding('old'), holding('new'));
    await held.text('ops/slack');
    clock.now += seconds * 1000;
    expect(await held.text('ops/slack')).toBe(text);
    expect(requests).toHaveLength(asked);
    expect(requests[0]).toEqual({ operation: 'GetSecretValue', input: { SecretId: 'ops/slack' } });
  });

  it('is asked for anew when it was to be forgotten, and each secret on its own', async () => {
    const { held, requests } = secretsOf(holding('one'), holding('other'), holding('one anew'));
    await held.text('one');
    await held.text('other');
    held.forget('one');
    expect(await held.text('one')).toBe('one anew');
    expect(await held.text('other')).toBe('other');
    expect(requests).toHaveLength(3);
  });

  it('is asked for anew after a failure', async () => {
    const { held } = secretsOf({ error: 'InternalServiceError', status: 500 }, holding('one'));
    await expect(held.text('one')).rejects.toMatchObject({ name: 'InternalServiceError' });
    expect(await held.text('one')).toBe('one');
  });

  it('says what to store when the secret holds no text', async () => {
    const { held } = secretsOf({ body: { SecretBinary: 'c2VjcmV0' } });
    await expect(held.text('ops/slack')).rejects.toThrow(
      'The secret ops/slack holds no text: store JSON text in it, not binary data.',
    );
  });
});
