import { templatesOf } from '../../infra/kept-templates.ts';
import type { Synthesized } from '../../infra/synthesize.ts';
import policyAsWritten from '../../ops.config.ts';
import { nameOf } from '../../rehearsal/account.ts';
import { isRecord, type JsonObject } from '../../rehearsal/wiring/json.ts';
import { resourcesOf } from '../../rehearsal/wiring/resources.ts';
import type { ResolvedResource } from '../../rehearsal/wiring/template.ts';
import { checkPolicy } from '../../shared/policy/check.ts';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import { MisuseError } from '../misuse.ts';
import { type Answer, toJson } from '../output.ts';
import { admit } from './admission.ts';
import { deploymentOf } from './deployment.ts';
import { type EventImage, imagesOf } from './event-image.ts';
import { invokeOnce } from './invocation.ts';
import { readJsonFile } from './json-file.ts';
import { type InvocationReport, reportOn } from './report.ts';
import { readScanAnswer } from './scan-answer.ts';
import { waysInto } from './ways-in.ts';

export interface InvokeOptions {
  readonly function: string;
  readonly eventFile: string;
  /** Left out: the policy's primary. */
  readonly region?: string | undefined;
  readonly sink?: string | undefined;
  /** A file with ECR's answer to DescribeImageScanFindings. */
  readonly findings?: string | undefined;
}

/** The account that ARNs in the templates are written out for: the rehearsal's own. */
const account = '111122223333';

/**
 * Hands one event to one function on the simulated AWS.
 *
 * @param given the templates that the account is wired by; left out, those of the policy
 * @returns yes when the function took the event, no when it refused it (or part of it) for good
 * @throws MisuseError for a function, file or event that cannot be worked with
 */
export async function invoke(
  options: InvokeOptions,
  policy = checkPolicy(policyAsWritten),
  given?: ReadonlyMap<string, Synthesized>,
): Promise<Answer> {
  const { eventFile, region = policy.regions.primary } = options;
  const event = eventIn(readJsonFile(eventFile, 'an event as AWS sends it, such as those in events/'));
  const templates = given ?? (await templatesOf(policy));
  const resources = resourcesOf(templates, account);
  const lambda = deploymentOf({ ...options, region }, resources);
  const name = nameOf(lambda);
  const admission = admit(event, name, waysInto(lambda, resources));
  const images = imagesFor(event, options);

  const invoked = await invokeOnce({ lambda, event, admission, images, policy, templates });
  const report = reportOn(invoked, lambda);
  const json = {
    function: name,
    region,
    invokedBy: admission.by,
    ...report,
    ...notesOn(event, lambda),
  };
  return { json, text: toJson(json), ...conclusion(name, report) };
}

/**
 * What Lambda keeps of an invocation that failed for good has the event in it.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
 */
function eventIn(kept: JsonObject): JsonObject {
  return isRecord(kept.requestContext) && isRecord(kept.requestPayload) ? kept.requestPayload : kept;
}

function imagesFor(event: JsonObject, { eventFile, findings }: InvokeOptions): readonly EventImage[] {
  const images = imagesOf(event);
  if (findings === undefined) return images;
  const answer = readScanAnswer(findings);
  if (images.length > 0) return images.map((image) => ({ ...image, scan: { answer } }));
  throw new MisuseError(
    `--findings says what ECR answers about an image, and ${eventFile} names none.`,
    'Leave out --findings.',
  );
}

function conclusion(
  name: string,
  { ended, error, outcomes }: InvocationReport,
): { readonly exitCode: ExitCode; readonly trouble?: string } {
  const reasons = (outcome: string): string =>
    [...new Set(outcomes.filter((logged) => logged.outcome === outcome).map(({ reason }) => reason))].join(
      '; ',
    );
  if (error !== undefined) {
    return {
      exitCode: exitCodes.fault,
      trouble: `${name} ${ended}. ${error.errorType}: ${error.errorMessage}`,
    };
  }
  if (reasons('failed') !== '') {
    return { exitCode: exitCodes.fault, trouble: `${name} would try again: ${reasons('failed')}` };
  }
  if (reasons('refused') !== '') {
    return { exitCode: exitCodes.no, trouble: `${name} refused it for good: ${reasons('refused')}` };
  }
  return { exitCode: exitCodes.yes };
}

/** An event of another Region is not wrong: a Region without alert functions forwards its own. */
function notesOn(event: JsonObject, { region }: ResolvedResource): { readonly notes?: readonly string[] } {
  if (typeof event.region !== 'string' || event.region === region) return {};
  return {
    notes: [
      `The event is of ${event.region} and the function of ${region}. Where it is deployed in both, --region ${event.region} shows what the other makes of it.`,
    ],
  };
}
