import { InvokeCommand } from '@aws-sdk/client-lambda';
import * as z from 'zod';
import { contract } from '../../functions/images/admit-image/contract.ts';
import { functionNameOf } from '../../infra/names.ts';
import { rehearse } from '../../rehearsal/rehearsal.ts';
import { readEcrHost } from '../../shared/domain/image-reference.ts';
import { verdicts } from '../../shared/domain/verdict.ts';
import type { Policy } from '../../shared/policy/schema.ts';
import { exitCodes } from '../exit-codes.ts';
import { createGivenTopics } from '../given-topics.ts';
import { type Answer, table } from '../output.ts';
import { chosenRegions } from '../regions.ts';
import type { ImageClientsOf } from './clients.ts';
import { readEnvironmentName, readImage } from './read.ts';

export interface AdmitOptions {
  readonly image: string;
  readonly environment?: string | undefined;
  readonly region?: string | undefined;
}

interface Plan {
  readonly question: { readonly image: string; readonly environment: string };
  /** Whose admit-image is asked: that of the registry's own Region, for a tag can only be looked up there. */
  readonly region: string;
}

/** @throws MisuseError for an image, an environment or a Region that cannot be worked with */
export function planAdmit({ image, environment, region }: AdmitOptions, policy: Policy): Plan {
  const { registry } = readImage(image);
  const home = registry === undefined ? undefined : readEcrHost(registry)?.region;
  const [chosen = policy.regions.primary] = region === undefined ? [] : chosenRegions(policy, [region]);
  const isOurs = home !== undefined && policy.regions.registry.includes(home);
  return {
    question: { image, environment: readEnvironmentName(environment, policy) },
    region: region === undefined && isOurs ? home : chosen,
  };
}

/** Asks the deployed function, by invoking it directly. */
export async function admitOnAws({ question, region }: Plan, clientsOf: ImageClientsOf): Promise<Answer> {
  const { FunctionError, Payload } = await clientsOf(region).lambda.send(
    new InvokeCommand({ FunctionName: functionNameOf(contract), Payload: JSON.stringify(question) }),
  );
  const answered: unknown = JSON.parse(new TextDecoder().decode(Payload) || 'null');
  if (FunctionError === undefined) return answerOf(answered, region);
  const { errorMessage } = z.object({ errorMessage: z.string() }).parse(answered);
  throw new Error(`${functionNameOf(contract)} in ${region} gave no answer: ${errorMessage}`);
}

/** Asks the function on the simulated AWS, where no image was ever judged: it shows what the rules make of that. */
export async function admitHere({ question, region }: Plan, policy: Policy): Promise<Answer> {
  const from = new Date();
  const functionArn = `arn:aws:lambda:${region}:111122223333:function:${functionNameOf(contract)}`;
  let answered: unknown;
  await rehearse(
    {
      name: 'admit',
      summary: 'one question to admit-image',
      from,
      to: new Date(from.getTime() + 60_000),
      play(stage) {
        createGivenTopics(stage);
        stage.kernel.after(1, async () => {
          const outcome = await stage.account.lambda.invoke(functionArn, question, { kind: 'scenario' });
          answered = outcome.kind === 'ok' ? outcome.payload : outcome.error;
        });
      },
    },
    { seed: 1, policy },
  );
  return {
    ...answerOf(answered, region),
    trouble: 'Asked on the simulated AWS, where no image was ever judged. Add --aws to ask what is deployed.',
  };
}

const AdmitAnswer = z.object({
  admitted: z.boolean(),
  outcome: z.enum(['admit', 'warn', 'refuse']),
  reason: z.string(),
  image: z.string(),
  environment: z.string(),
  verdicts: z.array(
    z.object({ region: z.string(), repository: z.string(), verdict: z.enum(verdicts), reason: z.string() }),
  ),
});

function answerOf(answered: unknown, region: string): Answer {
  const answer = AdmitAnswer.parse(answered);
  const { admitted, outcome, reason, image, environment } = answer;
  const may = { admit: 'may run', warn: 'may run, with a warning,', refuse: 'may not run' }[outcome];
  return {
    exitCode: admitted ? exitCodes.yes : exitCodes.no,
    json: { region, ...answer },
    text: [
      `${image} ${may} in ${environment}: ${reason}`,
      ...answer.verdicts.map((copy) => table([[`  ${copy.region}`, copy.verdict, copy.reason]])),
    ].join('\n'),
  };
}
