import policyAsWritten from '../../ops.config.ts';
import { checkPolicy } from '../../shared/policy/check.ts';
import { assertCredentials, liveClients } from '../aws/clients.ts';
import { exitCodes } from '../exit-codes.ts';
import { type Answer, toJson } from '../output.ts';
import { writeTextFile } from '../text-file.ts';
import { assess } from './assess.ts';
import { backupDocument } from './document.ts';
import { rehearsedFacts } from './here.ts';
import { reportIamPolicy } from './iam.ts';
import { liveFacts } from './on-aws.ts';
import { reportAnswer } from './render.ts';

export interface ReportOptions {
  /** Where the report is written to as JSON, and as a page. */
  readonly jsonFile?: string | undefined;
  readonly htmlFile?: string | undefined;
  /** Of what is there. Left out: of a month on the simulated AWS. */
  readonly aws?: true | undefined;
}

/** The `backup` commands, by the policy and the caller's own credentials. */
export const backup = {
  async report({ aws, jsonFile, htmlFile }: ReportOptions): Promise<Answer> {
    const policy = checkPolicy(policyAsWritten);
    if (aws) await assertCredentials(liveClients(policy.regions.primary));
    const now = new Date();
    const facts = aws ? await liveFacts(policy, liveClients, now) : await rehearsedFacts(policy, now);
    const assessment = assess(facts, policy);
    const answer = reportAnswer(assessment);
    if (jsonFile !== undefined) writeTextFile(jsonFile, toJson(answer.json));
    if (htmlFile !== undefined) {
      // ECharts takes longer to load than everything else here.
      const { renderReport } = await import('../../report/render.ts');
      const subtitle = aws
        ? `${policy.regions.primary} and ${policy.regions.standby}`
        : 'An example on the simulated AWS';
      writeTextFile(htmlFile, renderReport(backupDocument(assessment, subtitle)));
    }
    const example =
      'This is an example, on the simulated AWS, in which the copies of a volume fail. Add --aws for what is there, and --iam for the permissions that takes.';
    return aws ? answer : { ...answer, trouble: [answer.trouble, example].filter(Boolean).join('\n') };
  },

  /** The permissions that a report of what is there takes. */
  async iam(): Promise<Answer> {
    const json = reportIamPolicy(checkPolicy(policyAsWritten));
    return { exitCode: exitCodes.yes, json, text: toJson(json) };
  },
} as const;
