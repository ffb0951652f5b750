import { GetSecretValueCommand, ResourceNotFoundException } from '@aws-sdk/client-secrets-manager';
import * as z from 'zod';
import type { Policy } from '../../../shared/policy/schema.ts';
import { type Finding, ok, problem } from '../finding.ts';
import type { Check, Place } from './check.ts';
import { question, questions } from './question.ts';

type SlackSink = Extract<Policy['alerts']['sinks'][string], { type: 'slack' }>;

/** The secrets of the Slack sinks: there, and of the form that the policy asks for. What they hold is never shown. */
export const secretsCheck: Check = {
  subject: 'secrets',
  permissions: (policy) => {
    const resources = slackSinksOf(policy).map(
      ({ secret }) => `arn:aws:secretsmanager:*:*:secret:${secret}-??????`,
    );
    return resources.length === 0 ? [] : [{ actions: ['secretsmanager:GetSecretValue'], resources }];
  },
  async run(place) {
    const { policy, region } = place;
    if (!policy.regions.alerts.includes(region)) return [];
    return questions(slackSinksOf(policy).map((sink) => examine(place, sink)));
  },
};

const forms = {
  'bot-token': {
    schema: z.object({ botToken: z.string().startsWith('xox') }),
    example: '{"botToken": "xoxb-…"}',
  },
  'incoming-webhook': {
    schema: z.object({ webhookUrl: z.url({ protocol: /^https$/ }) }),
    example: '{"webhookUrl": "https://hooks.slack.com/services/…"}',
  },
} as const satisfies Record<SlackSink['auth'], { readonly schema: z.ZodType; readonly example: string }>;

function slackSinksOf({ alerts }: Policy): readonly SlackSink[] {
  return Object.values(alerts.sinks).filter((sink) => sink.type === 'slack');
}

function examine({ clients, region }: Place, { secret, auth }: SlackSink): Promise<readonly Finding[]> {
  const { schema, example } = forms[auth];
  const consequence = 'Alerts for its sink wait in the queue, and nobody hears of them there.';
  return question({
    about: `the secret ${secret}`,
    action: 'secretsmanager:GetSecretValue (and kms:Decrypt, where a key of your own encrypts it)',
    ask: () => clients.secretsManager.send(new GetSecretValueCommand({ SecretId: secret })),
    judge: ({ SecretString: text }) => [
      isOfForm(text, schema)
        ? ok(`the secret ${secret} has the form ${example}`)
        : problem(
            `the secret ${secret} does not have the form ${example}`,
            consequence,
            'Store JSON of that form in it.',
          ),
    ],
    absent: [
      {
        error: ResourceNotFoundException,
        means: problem(
          `the secret ${secret} is not there`,
          consequence,
          `aws secretsmanager create-secret --region ${region} --name ${secret} --secret-string file://secret.json, where secret.json holds ${example}`,
        ),
      },
    ],
  });
}

function isOfForm(text: string | undefined, schema: z.ZodType): boolean {
  try {
    return schema.safeParse(JSON.parse(text ?? '')).success;
  } catch {
    return false;
  }
}
