import { type DescribeImageScanFindingsResponse, ScanStatus } from '@aws-sdk/client-ecr';
import * as z from 'zod';
import { isList, isRecord, type JsonObject } from '../../rehearsal/wiring/json.ts';
import { MisuseError } from '../misuse.ts';
import { readJsonFile } from './json-file.ts';

const holds = "ECR's answer, as `aws ecr describe-image-scan-findings` prints it";

/** What has to be right for the answer to be answered; the rest is the function's to read. */
const Answer = z.looseObject({
  imageScanStatus: z.looseObject({ status: z.enum(ScanStatus) }),
  imageScanFindings: z
    .looseObject({
      findings: z.array(z.looseObject({ severity: z.string() })).optional(),
      enhancedFindings: z.array(z.looseObject({ severity: z.string() })).optional(),
      findingSeverityCounts: z.record(z.string(), z.number()).optional(),
    })
    .optional(),
});

/**
 * Reads an answer to DescribeImageScanFindings, of basic or enhanced scanning, that the AWS CLI has printed.
 *
 * @throws MisuseError for a file that holds anything else
 */
export function readScanAnswer(file: string): DescribeImageScanFindingsResponse {
  const given = readJsonFile(file, holds);
  const read = Answer.safeParse(given);
  if (!read.success) {
    throw new MisuseError(
      `${file} does not hold ${holds}: ${z.prettifyError(read.error).replaceAll(/\s*\n\s*/g, ' ')}.`,
      'Save what that command prints, without --query.',
    );
  }
  const { nextToken, NextToken, ...whole } = given;
  if (nextToken !== undefined || NextToken !== undefined) {
    throw new MisuseError(
      `${file} holds only the first of ECR's findings: it has a next token.`,
      'Save the whole answer: leave out --max-items and --no-paginate.',
    );
  }
  const answer = withDates(whole, file);
  if (isAnswer(answer)) return answer;
  throw new MisuseError(`${file} does not hold ${holds}.`, 'Save what that command prints.');
}

/** Where ECR answers with a moment. The CLI writes it in seconds since 1970 or, since version 2, in ISO 8601. */
const moments = new Set([
  'firstObservedAt',
  'imageScanCompletedAt',
  'lastInUseAt',
  'lastObservedAt',
  'pushedAt',
  'updatedAt',
  'vendorCreatedAt',
  'vendorUpdatedAt',
  'vulnerabilitySourceUpdatedAt',
]);

function withDates(value: JsonObject, file: string): JsonObject {
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [
      key,
      moments.has(key) ? moment(member, `${key} in ${file}`) : inner(member, file),
    ]),
  );
}

function inner(value: unknown, file: string): unknown {
  if (isList(value)) return value.map((element) => inner(element, file));
  return isRecord(value) ? withDates(value, file) : value;
}

function moment(value: unknown, where: string): Date {
  const date = typeof value === 'number' ? new Date(value * 1000) : new Date(String(value));
  if (!Number.isNaN(date.getTime())) return date;
  throw new MisuseError(
    `${where} is no moment: ${JSON.stringify(value)}.`,
    'Use ISO 8601, or seconds since 1970, as the AWS CLI does.',
  );
}

/** The shape was checked above as far as anything here depends on it. */
function isAnswer(value: JsonObject): value is DescribeImageScanFindingsResponse & JsonObject {
  return isRecord(value.imageScanStatus);
}
