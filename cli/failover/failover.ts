import { resolve } from 'node:path';
import * as z from 'zod/mini';
import { failoverTableName, switchTableName } from '../../infra/names.ts';
import policyAsWritten from '../../ops.config.ts';
import { checkPolicy } from '../../shared/policy/check.ts';
import { assertCredentials, liveClients } from '../aws/clients.ts';
import { exitCodes } from '../exit-codes.ts';
import { readJsonFile } from '../invoke/json-file.ts';
import { MisuseError } from '../misuse.ts';
import { type Answer, toJson } from '../output.ts';
import { exampleTables } from './here.ts';
import { replayAnswer, statusAnswer } from './render.ts';
import { Recording, replay } from './replay.ts';
import { readStatus } from './status.ts';

const holds = 'votes, as `ops failover status --json` prints them';

/** The `failover` commands, by the policy and the caller's own credentials. */
export const failover = {
  async status({ aws }: { readonly aws?: true | undefined }): Promise<Answer> {
    const policy = checkPolicy(policyAsWritten);
    const now = new Date();
    if (aws) {
      const clients = liveClients(policy.regions.standby);
      await assertCredentials(clients);
      return statusAnswer(await readStatus(clients.dynamodb, policy, now));
    }
    const answer = statusAnswer(await readStatus(await exampleTables(policy, now), policy, now));
    const example =
      'This is an example. Add --aws for what is there, and --iam for the permissions that takes.';
    return { ...answer, trouble: [answer.trouble, example].filter(Boolean).join('\n') };
  },

  /** The permissions that the status of what is deployed takes. */
  async iam(): Promise<Answer> {
    const { regions } = checkPolicy(policyAsWritten);
    const tableArn = (name: string): string => `arn:aws:dynamodb:${regions.standby}:*:table/${name}`;
    const json = {
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Action: ['dynamodb:Query', 'dynamodb:GetItem'],
          Resource: [tableArn(failoverTableName)],
        },
        { Effect: 'Allow', Action: ['dynamodb:BatchGetItem'], Resource: [tableArn(switchTableName)] },
      ],
    };
    return { exitCode: exitCodes.yes, json, text: toJson(json) };
  },

  async replay(file: string): Promise<Answer> {
    const policy = checkPolicy(policyAsWritten);
    const read = z.safeParse(Recording, readJsonFile(file, holds));
    if (read.success) return replayAnswer(replay(read.data, policy.failover));
    const [issue] = read.error.issues;
    throw new MisuseError(
      `${resolve(file)} cannot be replayed: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'it is of another form'}.`,
      `Give the path of a file that holds ${holds}; docs/examples has one.`,
    );
  },
} as const;
