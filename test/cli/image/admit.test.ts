import { type InvokeCommandInput, LambdaClient } from '@aws-sdk/client-lambda';
import { describe, expect, it } from '@jest/globals';
import { type AdmitOptions, admitOnAws, planAdmit } from '../../../cli/image/admit.ts';
import type { ImageClients } from '../../../cli/image/clients.ts';
import { digest, policy } from '../../builders.ts';

const image = `123456789012.dkr.ecr.us-west-2.amazonaws.com/api@${digest}`;

const answer = {
  admitted: true,
  outcome: 'admit',
  reason: 'pass in us-east-1: the scan found nothing',
  image,
  environment: 'production',
  verdicts: [{ region: 'us-east-1', repository: 'api', verdict: 'pass', reason: 'the scan found nothing' }],
};

interface Invoked {
  readonly region: string;
  readonly name: string | undefined;
  readonly question: unknown;
}

/** A Lambda that answers the same to everybody. */
function lambdaThat(answers: object, functionError?: string) {
  const invoked: Invoked[] = [];
  const clientsOf = (region: string): ImageClients => {
    const send: unknown = async ({ input }: { input: InvokeCommandInput }) => {
      invoked.push({ region, name: input.FunctionName, question: JSON.parse(String(input.Payload)) });
      return { FunctionError: functionError, Payload: new TextEncoder().encode(JSON.stringify(answers)) };
    };
    return { lambda: Object.assign(Object.create(LambdaClient.prototype), { send }) } as ImageClients;
  };
  return { invoked, clientsOf };
}

const plan = (over: Partial<AdmitOptions> = {}) =>
  planAdmit({ image, environment: 'production', ...over }, policy);

describe('asking whether an image may run', () => {
  it('invokes admit-image where the image is, and says yes', async () => {
    const { invoked, clientsOf } = lambdaThat(answer);
    const { exitCode, text } = await admitOnAws(plan(), clientsOf);
    expect(exitCode).toBe(0);
    expect(text).toContain(`${image} may run in production: pass in us-east-1`);
    expect(invoked).toEqual([
      { region: 'us-west-2', name: 'aeon-ops-admit-image', question: { image, environment: 'production' } },
    ]);
  });

  it.each([
    ['refuse', false, 1, 'may not run in production'],
    ['warn', true, 0, 'may run, with a warning, in production'],
  ])('says %s', async (outcome, admitted, expected, words) => {
    const { exitCode, text } = await admitOnAws(
      plan(),
      lambdaThat({ ...answer, outcome, admitted }).clientsOf,
    );
    expect({ exitCode, text }).toEqual({ exitCode: expected, text: expect.stringContaining(words) });
  });

  it.each([
    ['an image of another registry', { image: 'ghcr.io/a/b:1' }, 'us-east-1'],
    [
      'an image whose registry is in a Region without one of ours',
      { image: image.replace('us-west-2', 'sa-east-1') },
      'us-east-1',
    ],
    ['a Region that is named', { region: 'eu-west-1' }, 'eu-west-1'],
  ])('asks for %s in %3$s', (_what, over, region) => {
    expect(plan(over).region).toBe(region);
  });

  it('fails when the function did', async () => {
    const { clientsOf } = lambdaThat(
      { errorType: 'PermanentError', errorMessage: 'ask in eu-west-1' },
      'Unhandled',
    );
    await expect(admitOnAws(plan(), clientsOf)).rejects.toThrow('gave no answer: ask in eu-west-1');
  });

  it('fails for an answer of another form', async () => {
    await expect(admitOnAws(plan(), lambdaThat({ admitted: 'yes' }).clientsOf)).rejects.toThrow();
  });

  it.each([
    ['no image', { image: '' }],
    ['no environment', { environment: undefined }],
    ['an environment that is not there', { environment: 'qa' }],
    ['a Region that is not there', { region: 'sa-east-1' }],
  ])('is misuse with %s', (_what, over) => {
    expect(() => plan(over)).toThrow(expect.objectContaining({ name: 'MisuseError' }));
  });
});
